// The ways of a message: what may follow what, and that no order of moves leads anywhere else.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aMessage as sampleMessage } from '../test/sample-message.ts'
import { Fault } from './fault.ts'
import { hasEnded, moved, type MessageMove } from './message-move.ts'
import { MESSAGE_STATES, Message, maySeeMailbox, maySeeMessage, type MailboxId } from './message.ts'

const ada = 'usr_0000000000000000000000' as const
const alice = 'agt_0000000000000000000000' as const
const bob = 'agt_0000000000000000000001' as const

const aMessage = (extra: Partial<Message> = {}): Message =>
  sampleMessage({
    from: { mailbox: alice, address: 'alice@team.tutti.local' },
    to: { mailbox: bob, address: 'bob@team.tutti.local' },
    type: 'request',
    ...extra,
  })

const moves: fc.Arbitrary<MessageMove> = fc.oneof(
  fc.constantFrom<MessageMove>(
    { type: 'release' },
    { type: 'deliver' },
    { type: 'read' },
    { type: 'unread' },
    { type: 'act' },
    { type: 'expire' },
    { type: 'retry' },
    { type: 'approve' },
    { type: 'reject' },
    { type: 'cancel' },
  ),
  fc.record({ type: fc.constant('fail' as const), why: fc.string(), last: fc.boolean() }),
  fc.record({ type: fc.constantFrom('archive' as const, 'star' as const), on: fc.boolean() }),
)

/** The move, or the message as it was where the move is refused. */
function tried(message: Message, move: MessageMove, now: number): Message {
  try {
    return moved(message, move, now)
  } catch (error) {
    if (error instanceof Fault && error.code === 'message.state') return message
    throw error
  }
}

/** What must hold of a step that changed something. */
const isSound = (before: Message, after: Message, at: number): boolean =>
  after.version === before.version + 1 &&
  Message.safeParse(after).success &&
  (after.state === before.state ||
    ((!hasEnded(after) || after.endedAt === at) &&
      (after.state !== 'acted' || after.readAt !== null) &&
      (after.state !== 'expired' || (after.expiresAt ?? Infinity) <= at)))

const starts = fc.record({
  state: fc.constantFrom(...MESSAGE_STATES),
  expiresAt: fc.option(fc.integer({ min: 0, max: 50 })),
  elsewhere: fc.boolean(),
})

test('whatever is tried in whatever order, a message stays whole and its times agree with its state', () => {
  fc.assert(
    fc.property(starts, fc.array(moves, { maxLength: 30 }), ({ state, expiresAt, elsewhere }, steps) => {
      const to = { mailbox: elsewhere ? null : bob, address: 'bob@team.tutti.local' }
      let message = aMessage({ state, expiresAt, to })
      for (const [at, move] of steps.entries()) {
        const next = tried(message, move, at)
        expect(next === message || isSound(message, next, at)).toBe(true)
        message = next
      }
    }),
  )
})

test('every move may be repeated and changes nothing the second time, but a failed try, which counts', () => {
  fc.assert(
    fc.property(starts, moves, ({ state, expiresAt }, move) => {
      fc.pre(move.type !== 'fail')
      const once = tried(aMessage({ state, expiresAt }), move, 20)
      expect(tried(once, move, 30)).toBe(once)
    }),
  )
})

test('what was read does not expire, and what is gone is never read', () => {
  expect(moved(aMessage({ state: 'read', expiresAt: 5 }), { type: 'expire' }, 10).state).toBe('read')
  expect(moved(aMessage({ expiresAt: 5 }), { type: 'expire' }, 10).state).toBe('expired')
  expect(() => moved(aMessage({ state: 'expired' }), { type: 'read' }, 10)).toThrow(/expired/)
})

test('a message for another machine waits in the queue, and a dead one can be tried again', () => {
  const outward = aMessage({ state: 'scheduled', to: { mailbox: null, address: 'eve@other.example.org' } })
  const queued = moved(outward, { type: 'release' }, 10)
  const dead = moved(queued, { type: 'fail', why: 'No answer', last: true }, 20)
  expect([queued.state, dead.state, dead.endedAt]).toEqual(['queued', 'dead', 20])
  expect(moved(dead, { type: 'retry' }, 30)).toMatchObject({ state: 'queued', endedAt: null, attempts: 1 })
})

test('a person sees the mail of agents but not that of another person; an agent sees its own only', () => {
  const between = aMessage()
  const toAda = aMessage({ to: { mailbox: ada, address: 'ada@team.tutti.local' } })
  const other: MailboxId = 'usr_0000000000000000000009'
  expect(maySeeMessage({ mailbox: other, oversees: true }, between)).toBe(true)
  expect(maySeeMessage({ mailbox: other, oversees: true }, toAda)).toBe(false)
  expect(maySeeMessage({ mailbox: ada, oversees: true }, toAda)).toBe(true)
  expect(maySeeMessage({ mailbox: 'agt_0000000000000000000002', oversees: false }, between)).toBe(false)
  expect(maySeeMessage({ mailbox: null, oversees: false }, between)).toBe(false)
  const held = aMessage({ state: 'quarantined' })
  const readers = [alice, bob].map((mailbox) => maySeeMessage({ mailbox, oversees: false }, held))
  expect([...readers, maySeeMessage({ mailbox: ada, oversees: true }, held)]).toEqual([true, false, true])
  expect([
    maySeeMailbox({ mailbox: alice, oversees: false }, bob),
    maySeeMailbox({ mailbox: ada, oversees: true }, bob),
  ]).toEqual([false, true])
})
