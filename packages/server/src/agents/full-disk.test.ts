// What becomes of sessions while the disk refuses writes, and when it takes them again.
import { fault } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../db/store.ts'
import { realClock } from '../db/test-support.ts'
import type { Agents } from './agents.ts'
import { aContext, aMachine, codeOf, fakeHost, newAgent, until, type Machine } from './test-support.ts'

let isFull: boolean
let healed: (writable: boolean) => void
let store: Store
let agents: Agents
let machine: Machine
let host: ReturnType<typeof fakeHost>
beforeEach(async () => {
  isFull = false
  host = fakeHost()
  machine = aMachine(host, realClock)
  ;({ store, agents } = await machine.open({}, fullWhenSaid))
})
afterEach(() => machine.close())

const fullWhenSaid = (real: Store): Store => ({
  ...real,
  commit: (unit) =>
    isFull ? Promise.reject(fault('store.full', { problem: 'no space' })) : real.commit(unit),
  writable: () => !isFull,
  onWritable(listener) {
    healed = listener
    return () => {}
  },
})
const create = async (wake: boolean) => agents.handlers.createAgent(newAgent('api', { wake }), aContext())
const heal = () => {
  isFull = false
  healed(true)
}

test('nothing is started, stopped or deleted, and every refusal says why', async () => {
  const { id } = await create(true)
  isFull = true

  for (const act of ['hibernateAgent', 'restartAgent', 'deleteAgent'] as const) {
    expect(await codeOf(agents.handlers[act]({ id }, aContext()))).toBe('store.full')
  }

  expect(host.isRunning(id)).toBe(true)
  expect(agents.roster.get(id).session).not.toBeNull()
})

test('a wake that cannot be saved starts nothing', async () => {
  const { id } = await create(false)
  isFull = true

  expect(await codeOf(agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext()))).toBe('store.full')

  expect(host.calls).toEqual([])
})

test('a disk that fills up while a program starts takes the program with it, and the status is put right later', async () => {
  const { id } = await create(false)
  const start = host.start.bind(host)
  host.start = async (session) => {
    await start(session)
    isFull = true
  }

  expect(await codeOf(agents.handlers.wakeAgent({ id, cols: 80, rows: 24 }, aContext()))).toBe('store.full')
  await until(() => !host.isRunning(id))
  heal()

  await until(() => agents.roster.get(id).status.state === 'hibernated')
  expect(agents.roster.get(id).session).toBeNull()
})

test('a program that ends meanwhile is told of as soon as there is space', async () => {
  const { id } = await create(true)
  isFull = true
  host.end({ agentId: id, code: 3, lines: ['no space left'] })
  await new Promise((resolve) => setImmediate(resolve))
  expect(agents.roster.get(id).session).not.toBeNull()

  heal()

  await until(() => agents.roster.get(id).session === null)
  expect(agents.roster.get(id).status).toMatchObject({ state: 'failed' })
  expect(store.get<{ state: string }>('SELECT state FROM agents WHERE id = ?', id)?.state).toBe('failed')
})
