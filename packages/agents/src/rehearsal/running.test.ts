// The rehearsal kit with the real rehearsal agent in a real terminal.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ask } from '@tutti/core'
import { rehearsalArgv } from '@tutti/rehearsal'
import { afterEach, expect, test } from 'vitest'
import { createSignals, type Signals } from '../../test/conformance/signals.ts'
import { startMachine, type TestMachine } from '../../test/machine.ts'
import { aSession, playMachine } from '../../test/played-machine.ts'
import type { RunningKit } from '../kit.ts'
import { rehearsal } from './kit.ts'

let folder = ''
let started: TestMachine | null = null
let running: RunningKit | null = null
afterEach(async () => {
  running?.close()
  await started?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** An agent that plays a scenario, with its kit. */
async function play(scenario: string): Promise<{ kit: RunningKit; machine: TestMachine; signals: Signals }> {
  folder = mkdtempSync(join(tmpdir(), 'tutti-rehearsal-'))
  const { program, args } = rehearsalArgv(scenario, 7, { speed: 20 })
  const plan = rehearsal.launch({
    agentId: 'agt_01j9z3k7q8f0a1b2c3d4e5',
    argv: [program, ...args],
    folder,
    home: folder,
    runFolder: folder,
    persona: { role: '', personality: '', instructions: '' },
    trust: 'supervised',
    resume: null,
    newSession: '',
    version: null,
    hooks: { url: '', token: '' },
    mcp: null,
  })
  for (const { path, content } of plan.files) writeFileSync(join(folder, path), content)
  mkdirSync(join(folder, 'work'))
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm-256color', ...plan.env }
  const machine = await startMachine({ argv: plan.argv, env, cwd: join(folder, 'work') })
  const signals = createSignals()
  const session = aSession(playMachine(), { home: folder, runFolder: folder })
  const kit = rehearsal.open({
    ...session,
    machine: machine.machine,
    report: (signal) => signals.hear(signal),
  })
  started = machine
  running = kit
  return { kit, machine, signals }
}

const keyOf = (ask: Ask, effect: string) =>
  ask.questions[0]?.choices.find((choice) => choice.effect === effect)?.key ?? ''

test('an approval is told with its options, and our answer is taken', async () => {
  const { kit, signals } = await play('approval')
  const ask = await signals.asked(0)

  expect(ask).toMatchObject({ kind: 'approval', title: 'npm test', input: { command: 'npm test' } })
  expect(ask.questions[0]?.choices.map(({ effect }) => effect)).toEqual(['allow', 'allow-always', 'deny'])
  const since = Date.now()
  await kit.answer(ask.ref, { kind: 'choose', choices: [[keyOf(ask, 'allow')]] })
  await signals.heard((signal) => signal.type === 'ask-consumed' && signal.ref === ask.ref, since)
  await signals.reaches(['idle'], since)
  await signals.heard((signal) => signal.type === 'turn-ended', since)
})

test('an approval that is answered at the keyboard is over, and a late answer is refused', async () => {
  const { kit, machine, signals } = await play('approval')
  const ask = await signals.asked(0)

  await machine.press('1')

  await signals.heard((signal) => signal.type === 'ask-over' && signal.ref === ask.ref, 0)
  await expect(kit.answer(ask.ref, { kind: 'deny', reason: '' })).rejects.toMatchObject({
    code: 'attention.stale',
  })
})

test('a question takes a choice, or words of our own', async () => {
  const { kit, machine, signals } = await play('question')
  const ask = await signals.asked(0)
  expect(ask.questions[0]).toMatchObject({ text: 'Which database should the tests use?', words: true })
  expect(ask.questions[0]?.choices.map(({ label }) => label)).toEqual([
    'SQLite in memory',
    'PostgreSQL in a container',
  ])

  const since = Date.now()
  await kit.answer(ask.ref, { kind: 'words', words: 'the one on the shelf' })
  await signals.reaches(['idle'], since)

  expect(await machine.screen()).toContain('You answered: the one on the shelf')
})

test('words are taken at rest and refused while a dialog is open', async () => {
  const { kit, machine, signals } = await play('quiet')
  await signals.reaches(['idle'], 0)

  const since = Date.now()
  await kit.prompt('[[sh: ls]]')
  const ask = await signals.asked(since)

  await expect(kit.prompt('more')).rejects.toMatchObject({ code: 'agent.busy' })
  await kit.answer(ask.ref, { kind: 'deny', reason: 'not now' })
  await signals.heard((signal) => signal.type === 'ask-consumed', since)
  expect(await machine.screen()).toContain('Denied by you')
})
