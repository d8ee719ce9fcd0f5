// How the state file of a rehearsal agent is followed.
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must, type Agent } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quietLog } from '../db/test-support.ts'
import type { Agents } from './agents.ts'
import { createRehearsalStatus } from './rehearsal-status.ts'
import type { StatusSource } from './status-source.ts'
import { aContext, aMachine, fakeHost, newAgent, until, type Machine } from './test-support.ts'

const ENTRY = '/rehearsal/agent.ts'
let runFolder: string
let source: StatusSource
let machine: Machine
let agents: Agents
const host = fakeHost()
beforeEach(async () => {
  runFolder = mkdtempSync(join(tmpdir(), 'tutti-run-'))
  source = createRehearsalStatus({ runFolder, entry: ENTRY, log: quietLog })
  machine = aMachine(host)
  ;({ agents } = await machine.open({ sources: [source] }))
})
afterEach(async () => {
  await machine.close()
  rmSync(runFolder, { recursive: true })
})

async function rehearse(): Promise<{ agent: Agent; file: string }> {
  const input = newAgent('demo', { program: '/bin/node', args: [ENTRY], wake: true })
  const agent = await agents.handlers.createAgent(input, aContext())
  return { agent, file: must(host.running.get(agent.id)?.env['TUTTI_REHEARSAL_STATE'], 'its state file') }
}
const say = (file: string, state: string, detail = '') =>
  appendFileSync(file, `${JSON.stringify({ at: 1, state, detail, name: 'demo', pid: 1 })}\n`)

test('what the program says of itself becomes its status, with the sentence as evidence', async () => {
  const { agent, file } = await rehearse()
  expect(agent.status.state).toBe('starting')
  expect(statSync(file).mode & 0o077).toBe(0)

  say(file, 'waiting-approval', 'rm -rf build')

  await until(() => agents.roster.get(agent.id).status.state === 'waiting-approval')
  expect(agents.roster.get(agent.id).status.why).toBe('rm -rf build')
})

test('a burst of changes is thinned out, and the last one is never lost', async () => {
  const { agent, file } = await rehearse()
  let events = 0
  agents.roster.onChange(() => events++)

  for (let i = 0; i < 200; i++) say(file, i % 2 ? 'working' : 'idle', `step ${i}`)

  await until(() => agents.roster.get(agent.id).status.why === 'step 199')
  expect(events).toBeLessThan(10)
})

test('lines that are cut short, foreign or false about the process say nothing', async () => {
  const { agent, file } = await rehearse()

  for (const line of [
    '{"state":"work',
    '[]',
    '{"state":"dancing","detail":""}',
    '{"state":"exited","detail":""}',
  ]) {
    appendFileSync(file, `${line}\n`)
  }
  say(file, 'idle', 'at the prompt')
  appendFileSync(file, '{"state":"failed"')

  await until(() => agents.roster.get(agent.id).status.why === 'at the prompt')
  expect(agents.roster.get(agent.id).status.state).toBe('idle')
})

test('a daemon that starts again goes on with what the program said last', async () => {
  const { agent, file } = await rehearse()
  say(file, 'working', 'before')
  await until(() => agents.roster.get(agent.id).status.why === 'before')
  await machine.open()
  say(file, 'waiting-answer', 'while nobody listened')

  ;({ agents } = await machine.open({ sources: [source] }))
  await agents.recover()

  await until(() => agents.roster.get(agent.id).status.why === 'while nobody listened')
  expect(agents.roster.get(agent.id).status.state).toBe('waiting-answer')
})
