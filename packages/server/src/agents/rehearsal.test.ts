// The rehearsal agent on a real tmux: what it says of itself is what its status shows, through approval and failure.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { must, type AgentId } from '@tutti/core'
import { rehearsalArgv } from '@tutti/rehearsal'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createPrograms } from '../programs/programs.ts'
import type { Agents } from './agents.ts'
import { createRehearsalStatus } from './rehearsal-status.ts'
import { aContext, aMachine, newAgent, until, type Machine } from './test-support.ts'

let room: TmuxRoom
let machine: Machine
let agents: Agents
beforeEach(async () => {
  const { program, args } = rehearsalArgv('quiet', 1)
  const entry = must(
    args.find((argument) => argument.endsWith('agent.ts')),
    'its entry',
  )
  room = await aTmuxRoom()
  machine = aMachine(room.terminals, realClock)
  const runFolder = join(machine.folder, 'run')
  mkdirSync(runFolder)
  ;({ agents } = await machine.open({
    inherited: { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: machine.folder },
    sources: [createRehearsalStatus({ runFolder, entry, log: quietLog })],
    commandFor: createPrograms({ searchPath: () => '', rehearsal: [program, entry] }).commandFor,
  }))
})
afterEach(async () => {
  await machine.close()
  room.close()
})

const status = (id: AgentId) => agents.roster.get(id).status
const press = (id: AgentId, text: string) => room.terminals.sendKeys(id, new TextEncoder().encode(text))

test('it waits for an approval, goes on when it is given, and is idle at the end', async () => {
  const args = ['--scenario=approval', '--speed=20']
  const { id } = await agents.handlers.createAgent(
    newAgent('demo', { folder: machine.folder, program: 'rehearsal', args, wake: true }),
    aContext(),
  )
  await until(() => status(id).state === 'waiting-approval')
  expect(status(id).why).not.toBe('')

  await press(id, '\r')

  await until(() => status(id).state !== 'waiting-approval')
  await until(() => ['working', 'idle'].includes(status(id).state))
  await agents.handlers.hibernateAgent({ id }, aContext())
  expect(status(id).state).toBe('hibernated')
})
