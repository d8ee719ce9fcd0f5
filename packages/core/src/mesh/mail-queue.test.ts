// Mail between two machines that crash, lose, repeat and disorder: once, in order, and either in the mailbox or dead.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  abandon,
  applyMail,
  emptyMail,
  expireLetters,
  pushesFor,
  queueLetter,
  takePush,
  takeTook,
  type Letter,
  type MailChange,
  type MailState,
  type Notice,
  type Push,
  type Took,
} from './mail-queue.ts'
import { playNode } from './simulator/play-crypto.ts'

const [here, there] = [playNode(0).id, playNode(1).id]

type Wire = { push: Push } | { took: Took }

function world() {
  const [sender, receiver]: [MailState, MailState] = [emptyMail(), emptyMail()]
  const wire: Wire[] = []
  const mailbox: string[] = []
  const notices: Notice[] = []
  let sent = new Map<string, number>()
  const commit = (state: MailState, changes: readonly MailChange[]) => {
    for (const change of changes) {
      applyMail(state, change)
      if (change.type === 'taken' && change.letter) mailbox.push(change.letter.id)
    }
  }
  return {
    sender,
    mailbox,
    notices,
    wire,
    queue: (letter: Letter) => commit(sender, [queueLetter(letter, { node: there, epoch: 1 })]),
    push: () => wire.push(...pushesFor(sender, there, sent).map((push) => ({ push }))),
    again: () => (sent = new Map()),
    expire: (nowMs: number) => {
      const { changes, notices: told } = expireLetters(sender, nowMs)
      commit(sender, changes)
      notices.push(...told)
    },
    /** `committed` false: the machine crashed before its disk had it. `answered` false: just after. */
    arrive: (at: number, { committed = true, answered = true } = {}) => {
      const [item] = wire.slice(at, at + 1)
      if (!item || !committed) return
      if ('push' in item) {
        const { changes, took } = takePush(receiver, { ...item.push, node: here }, () => true)
        commit(receiver, changes)
        if (answered) wire.push({ took })
      } else {
        const { changes, notices: told } = takeTook(sender, { ...item.took, node: there })
        commit(sender, changes)
        notices.push(...told)
      }
    },
  }
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('queue' as const), to: fc.nat(1), life: fc.nat(40) }),
    },
    { weight: 3, arbitrary: fc.constant({ type: 'push' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'again' as const }) },
    { weight: 2, arbitrary: fc.constant({ type: 'expire' as const }) },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('arrive' as const),
        at: fc.nat(30),
        committed: fc.boolean(),
        answered: fc.boolean(),
      }),
    },
  ),
  { maxLength: 60 },
)

test('each letter is in the mailbox once and in order, or dead and never there, after whatever faults', () => {
  fc.assert(
    fc.property(steps, (todo) => {
      const it = world()
      const queued: Letter[] = []
      for (const [now, step] of todo.entries()) {
        if (step.type === 'queue') {
          const to = `bob${step.to}`
          const letter = { id: `m${now}`, from: 'ada', to, body: null, expiresAtMs: now + step.life }
          queued.push(letter)
          it.queue(letter)
        } else if (step.type === 'expire') it.expire(now)
        else if (step.type === 'arrive') it.arrive(step.at, step)
        else it[step.type]()
      }
      // Healed: everything arrives, in one piece.
      for (let round = 0; round < 4; round++) {
        it.again()
        it.push()
        for (let at = 0; at < it.wire.length && at < 2000; at++) it.arrive(at)
        it.wire.length = 0
      }
      const final = new Map(
        it.notices.filter(({ outcome }) => outcome !== 'unconfirmed').map((n) => [n.id, n.outcome]),
      )
      const dead = new Set(queued.filter(({ id }) => final.get(id) === 'dead'))
      expect(it.notices.filter(({ outcome }) => outcome !== 'unconfirmed')).toHaveLength(queued.length)
      for (const to of ['bob0', 'bob1']) {
        const arrived = it.mailbox.filter((id) => queued.find((letter) => letter.id === id)?.to === to)
        const alive = queued.filter((letter) => letter.to === to && !dead.has(letter))
        expect(arrived).toEqual(alive.map(({ id }) => id))
      }
    }),
    { numRuns: 400 },
  )
})

test('a letter whose time is over is told as unconfirmed, and as late when it had arrived after all', () => {
  const it = world()
  const letter = { from: 'ada', to: 'bob', body: 'hello', expiresAtMs: 10 }
  it.queue({ ...letter, id: 'arrived' })
  it.push()
  it.arrive(0, { answered: false })
  it.queue({ ...letter, id: 'never' })
  it.expire(11)
  it.again()
  it.push()
  it.arrive(1)
  it.arrive(2)
  expect(it.notices.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'arrived unconfirmed',
    'never unconfirmed',
    'arrived late',
    'never dead',
  ])
  expect(it.mailbox).toEqual(['arrived'])
})

test('C17 mail of an agent that does not live on the sending machine is a blank, and nobody sees it', () => {
  const letter = { id: 'm', from: 'eve', to: 'bob', body: null, expiresAtMs: 10 }
  const push = { node: here, lane: '1 ada bob', base: 1, letters: [{ seq: 1, letter }] }
  const forged = takePush(emptyMail(), push, () => true)
  const foreign = takePush(emptyMail(), { ...push, lane: '1 eve bob' }, () => false)
  for (const { changes, took } of [forged, foreign]) {
    expect(changes).toMatchObject([{ type: 'taken', letter: null }])
    expect(took.blanks).toEqual([1])
  }
})

test('a machine cannot acknowledge what was never sent, and what waits for one that is gone is dead', () => {
  const it = world()
  it.queue({ id: 'm', from: 'ada', to: 'bob', body: null, expiresAtMs: 10 })
  const liar = { node: there, lane: '1 ada bob', next: 1e9, blanks: [] }
  expect(takeTook(it.sender, liar).changes).toEqual([
    { type: 'settled', node: there, lane: '1 ada bob', upto: 1 },
  ])
  expect(takeTook(it.sender, { ...liar, lane: 'other' }).changes).toEqual([])
  expect(abandon(it.sender, there).notices).toEqual([{ id: 'm', outcome: 'dead' }])
})
