// Found sessions on a real tmux server of a user: listed, adopted, let go of, and never disturbed.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Agents } from '../agents/agents.ts'
import { aContext, aMachine, codeOf, until, type Machine } from '../agents/test-support.ts'
import { realClock } from '../db/test-support.ts'
import type { Handlers } from '../handler.ts'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'
import { createFoundHandlers } from './found.ts'

let room: TmuxRoom
let machine: Machine
let agents: Agents
let handlers: Pick<Handlers, 'listFound' | 'adoptFound'>
const open = async () => {
  ;({ agents } = await machine.open({ host: room.terminals, inherited: { PATH: process.env['PATH'] } }))
  handlers = createFoundHandlers({
    host: room.terminals,
    agent: agents.roster.get,
    adopted: agents.adopted,
    adopt: agents.adopt,
  })
}
beforeEach(async () => {
  room = await aTmuxRoom()
  machine = aMachine(room.terminals, realClock)
  mkdirSync(join(machine.folder, 'shop'))
  await open()
  await session('mine')
})
afterEach(async () => {
  await machine.close()
  room.close()
})

/** Starts a session of the user that runs cat. */
async function session(name: string): Promise<void> {
  const folder = join(machine.folder, 'shop')
  room.user('new-session', '-d', '-s', name, '-x', '90', '-y', '30', '-c', folder, 'cat', '-u')
  const runs = () =>
    room.user('display-message', '-p', '-t', name, '#{pane_current_command}').trim() === 'cat'
  await until(runs)
}
const list = () => Promise.resolve(handlers.listFound({}, aContext()))
const adopt = async (ref: string, name: string): Promise<Agent> =>
  handlers.adoptFound({ ref, name, label: '', tags: [] }, aContext())
const refOf = async (name: string) => (await list()).find((one) => one.name === name)?.ref ?? ''

/** Everything of the user's server that adoption must leave as it was. */
const stateOfServer = () =>
  [
    ['show-options', '-g'],
    ['show-options', '-s'],
    ['show-options', '-gw'],
    ['show-options', '-t', 'mine'],
    ['show-hooks', '-g'],
    ['show-environment', '-g'],
    ['list-clients'],
    [
      'list-windows',
      '-a',
      '-F',
      '#{window_id} #{window_name} #{window_width}x#{window_height} #{window_layout} #{window_panes}',
    ],
    ['list-sessions', '-F', '#{session_id} #{session_name} #{session_attached} #{session_created}'],
  ]
    .map((argv) => room.user(...argv))
    .join('\n---\n')

test('sessions of the user are listed with what they run and where, and nothing is registered by itself', async () => {
  await session('other')

  const found = await list()

  expect(found.map(({ name }) => name).sort()).toEqual(['mine', 'other'])
  expect(found[0]).toMatchObject({
    folder: join(machine.folder, 'shop'),
    program: 'cat',
    windows: 1,
    attached: 0,
    cols: 90,
    rows: 30,
    agentId: null,
  })
  expect(agents.roster.list(false)).toEqual([])
})

test('sixty sessions are listed in one short moment', async () => {
  const folder = join(machine.folder, 'shop')
  for (let i = 0; i < 59; i++) room.user('new-session', '-d', '-s', `s${i}`, '-c', folder, 'cat', '-u')
  const before = performance.now()
  expect(await list()).toHaveLength(60)
  // Far above what it takes by itself: a machine with other work must not fail here.
  expect(performance.now() - before).toBeLessThan(10_000)
})

test("adoption leaves the user's server as it was: options, hooks, sizes and clients", async () => {
  const before = stateOfServer()

  const agent = await adopt(await refOf('mine'), 'shop')

  expect(agent).toMatchObject({ name: 'shop', program: 'cat', session: { adopted: true } })
  expect(stateOfServer()).toBe(before)
  expect((await list())[0]?.agentId).toBe(agent.id)
})

test('an adopted session can be typed into and read, and its size stays', async () => {
  const { id } = await adopt(await refOf('mine'), 'shop')

  await room.terminals.sendKeys(id, new TextEncoder().encode('hello\r'))

  await until(async () =>
    (await room.terminals.capture(id, { lines: 10 })).join('\n').includes('hello\nhello'),
  )
  expect(await room.terminals.info(id)).toMatchObject({ cols: 90, rows: 30 })
})

test('an adopted agent is not started or stopped; deleting it only lets go of it', async () => {
  const { id } = await adopt(await refOf('mine'), 'shop')
  for (const act of ['wakeAgent', 'hibernateAgent', 'restartAgent'] as const) {
    expect(await codeOf(agents.handlers[act]({ id, cols: 80, rows: 24 }, aContext()))).toBe('agent.adopted')
  }
  const before = stateOfServer()

  await agents.handlers.deleteAgent({ id }, aContext())
  await agents.handlers.purgeAgent({ id }, aContext())

  expect(stateOfServer()).toBe(before)
  expect((await list())[0]).toMatchObject({ name: 'mine', agentId: null })
})

test('a session is adopted once, and two who try at once do not both succeed', async () => {
  const ref = await refOf('mine')

  const codes = await Promise.all([codeOf(adopt(ref, 'one')), codeOf(adopt(ref, 'two'))])

  expect(codes.sort()).toEqual(['done', 'found.adopted'])
})

test('a name that is taken is refused, and the session is still there to be adopted', async () => {
  await session('other')
  await adopt(await refOf('mine'), 'shop')
  const ref = await refOf('other')

  expect(await codeOf(adopt(ref, 'shop'))).toBe('agent.name-taken')
  expect(await codeOf(adopt(ref, 'store'))).toBe('done')
})

test('a reference to a session that is gone, made up, or used again by tmux is refused', async () => {
  const ref = await refOf('mine')
  const [socket, id, createdAt] = JSON.parse(Buffer.from(ref, 'base64url').toString()) as [
    string,
    string,
    number,
  ]
  const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')

  for (const forged of [
    'x',
    made([socket, id, createdAt - 1000]),
    made([socket, '$99', createdAt]),
    made(['/tmp/other', id, createdAt]),
    made([socket, 'mine', createdAt]),
  ]) {
    expect(await codeOf(adopt(forged, 'shop'))).toBe('found.unknown')
  }
  room.user('kill-session', '-t', 'mine')
  expect(await codeOf(adopt(ref, 'shop'))).toBe('found.unknown')
})

test('the end of an adopted session is told; waking it then starts its program as a session of Tutti', async () => {
  const { id } = await adopt(await refOf('mine'), 'shop')
  room.user('kill-session', '-t', 'mine')
  await until(() => agents.roster.get(id).session === null)
  expect(agents.roster.get(id).status).toMatchObject({ state: 'exited', why: 'The tmux session has ended' })

  await machine
    .open({
      host: room.terminals,
      commandFor: () => Promise.resolve(['/bin/cat']),
      inherited: { PATH: process.env['PATH'] },
    })
    .then((opened) => (agents = opened.agents))
  await agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext())

  expect(agents.roster.get(id).session).toMatchObject({ adopted: false })
  expect(room.terminals.isRunning(id)).toBe(true)
})

test('an adopted session is met again by the next daemon', async () => {
  const { id } = await adopt(await refOf('mine'), 'shop')
  await room.reborn()
  await open()

  expect(await agents.recover()).toMatchObject({ running: 1, ended: 0 })
  expect(agents.roster.get(id).session).toMatchObject({ adopted: true })
})
