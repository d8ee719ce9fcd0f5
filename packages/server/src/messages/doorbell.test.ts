// A notice comes when it can be taken, once for what is new, and says nothing of the message.
import { must, type Agent, type AgentId, type Clock, type State } from '@tutti/core'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { until } from '../agents/test-support.ts'
import { quietLog } from '../db/test-support.ts'
import { createDoorbell, NOTICE_BY, noticeText, ringFor } from './doorbell.ts'
import { findMessage } from './message-row.ts'
import { anOffice, type Office } from './test-support.ts'

let office: Office
let alice: AgentId
let bob: AgentId
let state: { session: boolean; state: State; takes: boolean }
/** Set while a kit keeps a notice for its next occasion: gives it then, and resolves once that is told. */
let occasions: (() => void)[]
let isKept: boolean
let notices: number[]
let wakes: string[]
let due: (() => void)[]
let stop: () => void

const agentBob = (): Agent => {
  const known = must(office.messages.addresses.owner(bob), 'bob')
  return {
    ...office.known(known.name),
    kit: 'rehearsal',
    status: { state: state.state, why: '', since: 0 },
    session: state.session ? { startedAt: 1, adopted: false, title: '' } : null,
  }
}

/** What the roster would tell: bob is in another state. */
const changes = async (next: Partial<typeof state>) => {
  Object.assign(state, next)
  await office.store.commit({
    by: { actor: 'system', address: '', act: 'test', audited: false },
    subject: bob,
    statements: [],
    events: [{ type: 'agent.changed', subject: bob, data: agentBob() }],
  })
}

const ringing = () => {
  const clock: Clock = {
    now: office.clock.now,
    after(_ms, run) {
      due.push(run)
      return () => void (due = due.filter((one) => one !== run))
    },
  }
  stop = createDoorbell({
    store: office.store,
    clock,
    log: quietLog,
    agent: (id) => (id === bob ? agentBob() : undefined),
    notify(_id, unread, now) {
      if (isKept) {
        return new Promise<void>((resolve) => void occasions.push(resolve)).then(() => {
          const then = now()
          if (then !== null) notices.push(then)
          return then !== null
        })
      }
      if (state.takes) notices.push(unread)
      return Promise.resolve(state.takes)
    },
    note: (id, why) => office.messages.moving.move(id, { type: 'note', why }, { by: NOTICE_BY }),
    wake(id) {
      wakes.push(id)
      return Promise.resolve()
    },
  }).run()
}

beforeEach(async () => {
  office = await anOffice()
  alice = await office.agent('alice')
  bob = await office.agent('bob')
  state = { session: true, state: 'idle', takes: true }
  occasions = []
  isKept = false
  notices = []
  wakes = []
  due = []
  ringing()
})
afterEach(async () => {
  stop()
  await office.close()
})

/** A message that is there, and the doorbell has settled after it. */
const sent = async (text: string) => {
  const [message] = await office.send(alice, { to: 'bob', text })
  return must(message, 'message').id
}
const told = () =>
  office.store.get<{ seq: number }>('SELECT seq FROM mail_notices WHERE mailbox = ?', bob)?.seq ?? 0

test('an agent that can take it is told at once, and of each new message once', async () => {
  await sent('one')
  await until(() => told() === 1)
  await changes({ state: 'working' })
  await changes({ state: 'idle' })
  await sent('two')
  await until(() => told() === 2)

  expect(notices).toEqual([1, 2])
})

test('an agent in a dialog is told when it is over, and of all that has come by then with one notice', async () => {
  state.takes = false
  await changes({ state: 'waiting-approval' })
  await sent('one')
  await sent('two')
  await until(() => due.length === 1)
  expect(notices).toEqual([])

  await changes({ state: 'idle', takes: true })
  await until(() => told() === 2)
  expect(notices).toEqual([2])
})

test('a notice that its kit keeps says what is unread when it is given, and nothing that was read by then', async () => {
  isKept = true
  await sent('one')
  await until(() => occasions.length > 0)
  const id = await sent('two')
  occasions.shift()?.()
  await until(() => told() === 2)
  expect(notices).toEqual([2])

  const last = await sent('three')
  await until(() => occasions.length > 0)
  for (const one of [id, last]) await office.messages.handlers.readMessage({ id: one }, office.as(bob))
  await office.messages.handlers.changeMessages({ ids: [last], action: 'archive' }, office.as(bob))
  const before = told()
  occasions.shift()?.()
  await changes({ state: 'idle' })
  expect([notices, told()]).toEqual([[2], before])
})

test('what could not be told says why in its receipts, is tried again all the same, and says so once it was told', async () => {
  const whyOf = () => must(findMessage(office.store, id), 'message').why
  state.takes = false
  await changes({ state: 'waiting-approval' })
  const id = await sent('one')
  await until(() => due.length === 1)
  expect(whyOf()).toBe('It lies in the mailbox')

  office.clock.move(20_000)
  due.shift()?.()
  await until(() => whyOf().endsWith('could not be told yet: it waits for an approval first'))
  expect(due).toHaveLength(1)

  await changes({ state: 'idle', takes: true })
  await until(() => whyOf() === 'It lies in the mailbox, and its recipient has been told')
  expect([notices, told()]).toEqual([[1], 1])
})

test('what was read before the notice could be given is not told', async () => {
  state.takes = false
  const id = await sent('one')
  await until(() => due.length === 1)
  await office.messages.handlers.readMessage({ id }, office.as(bob))

  await changes({ state: 'idle', takes: true })
  await changes({ state: 'working' })
  expect([notices, told()]).toEqual([[], 0])
})

test('a hibernated agent is woken, and told once its program is there', async () => {
  await changes({ session: false, state: 'hibernated' })
  await sent('one')
  await until(() => wakes.length === 1)
  expect(notices).toEqual([])

  await changes({ session: true, state: 'idle' })
  await until(() => told() === 1)
  expect([wakes, notices]).toEqual([[bob], [1]])
})

test('mail for an agent whose program has ended says so, and is told when it runs again', async () => {
  await changes({ session: false, state: 'failed' })
  const id = await sent('one')
  const whyOf = () => must(findMessage(office.store, id), 'message').why
  await until(() => due.length === 1)
  due.shift()?.()
  await until(() => whyOf().endsWith('could not be told yet: its program does not run'))
  expect([wakes, notices, due]).toEqual([[], [], []])

  await changes({ session: true, state: 'idle' })
  await until(() => whyOf().endsWith('has been told'))
  expect(notices).toEqual([1])
})

test('a restart tells nothing twice, and what came while nobody listened', async () => {
  await sent('one')
  await until(() => told() === 1)
  stop()
  ringing()
  await changes({ state: 'working' })
  expect(notices).toEqual([1])

  stop()
  await sent('two')
  ringing()
  await until(() => told() === 2)
  expect(notices).toEqual([1, 2])
})

test('a notice that is on its way while the daemon stops fails in silence, and is for the next start', async () => {
  isKept = true
  await sent('one')
  await until(() => occasions.length > 0)
  stop()
  await office.close()
  const unhandled: unknown[] = []
  const note = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  occasions.shift()?.()
  // Node tells of them once all that was due has run.
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect([unhandled, notices, due]).toEqual([[], [], []])
  // For the end of this test to close.
  office = await anOffice()
})

test('an agent that ended by itself or was deleted is left alone', () => {
  const waiting = { unread: 1, newest: 5, told: 0 }
  const ended: Agent = {
    ...office.known('bob'),
    session: null,
    status: { state: 'exited', why: '', since: 0 },
  }
  expect(ringFor(ended, waiting)).toBe('nothing')
  expect(ringFor({ ...ended, status: { ...ended.status, state: 'hibernated' } }, waiting)).toBe('wake')
  expect(ringFor({ ...ended, deletedAt: 1, status: { ...ended.status, state: 'hibernated' } }, waiting)).toBe(
    'nothing',
  )
  expect(ringFor(undefined, waiting)).toBe('nothing')
})

test('a notice says nothing of the message, not even who wrote it', () => {
  expect(noticeText(1)).toBe('You have 1 new message. Read with `tutti inbox` and `tutti read`.')
})
