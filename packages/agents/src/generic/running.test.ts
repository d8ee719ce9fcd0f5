// The generic kit: a real shell, and titles by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSignals } from '../../test/conformance/signals.ts'
import { startMachine } from '../../test/machine.ts'
import { aSession, playMachine } from '../../test/played-machine.ts'
import { generic } from './kit.ts'

test('a shell is idle at its prompt and works while it runs a command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-generic-'))
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm' }
  const { machine, press, close } = await startMachine({
    argv: ['/bin/bash', '--norc'],
    env,
    cwd: folder,
  })
  const signals = createSignals()
  const session = { ...aSession(playMachine(), { home: folder, runFolder: folder }), machine }
  const kit = generic.open({ ...session, report: (signal) => signals.hear(signal) })
  try {
    await signals.reaches(['idle'], 0)
    await press('sleep 30', 'Enter')
    await signals.reaches(['working'], 0)
    expect(signals.status().why).toBe('The shell runs sleep')
    await kit.interrupt()
    await signals.reaches(['idle'], Date.now())
  } finally {
    kit.close()
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('of a program that is no shell nothing is guessed, and nothing is typed into it', async () => {
  const played = playMachine()
  played.processes = [{ pid: 7, argv: ['/usr/bin/vim'] }]
  const kit = generic.open(aSession(played, { home: '/', runFolder: '/' }))

  const { evidence } = await played.told('evidence')

  expect(evidence).toMatchObject({ source: 'process', state: 'unknown' })
  await expect(kit.prompt('rm -rf ~/x')).rejects.toMatchObject({ code: 'agent.unable' })
  expect(await kit.notice('mail')).toBe(false)
  expect(played.typed).toEqual([])
  kit.close()
})

test('a title that shows a spinner means work, until it shows none', async () => {
  const played = playMachine()
  played.processes = [{ pid: 7, argv: ['/opt/agent'] }]
  const kit = generic.open(aSession(played, { home: '/', runFolder: '/' }))

  played.title('\u2819 project')
  const spinning = await played.told('evidence', ({ evidence }) => evidence.source === 'title')
  played.title('project')
  const over = await played.told('silent')

  expect(spinning.evidence.state).toBe('working')
  expect(over.source).toBe('title')
  kit.close()
})
