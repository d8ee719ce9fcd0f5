// Replicas agree: whatever order, copies, losses, forgetting and revoking there were.
import type { Entry, NodeId, StreamId } from '@tutti/protocol'
import { DELETED } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draftEntry } from './authoring.ts'
import { compact } from './compaction.ts'
import { mayEdit, type FieldPolicy } from './field-policy.ts'
import {
  cover,
  cut,
  emptyLog,
  haveOf,
  historyOf,
  merged,
  partsFor,
  take,
  valueOf,
  visible,
  type OpLog,
} from './op-log.ts'

const node = (i: number): NodeId => `did:key:z6Mk${'n'.repeat(43)}${i + 1}`
const streamOf = (i: number): StreamId => `${node(i)}/1`
const may = () => true
const sign = () => new Uint8Array(64)
const NODES = 3

const edits = fc.record({
  author: fc.nat(NODES - 1),
  thing: fc.nat(2),
  field: fc.constantFrom<string>('title', 'place', 'state', DELETED),
  value: fc.nat(9),
  nowMs: fc.nat(100),
  // Which author's replica hears from which before this edit.
  hears: fc.option(fc.nat(NODES - 1)),
})
type Step = typeof edits extends fc.Arbitrary<infer T> ? T : never

const histories = fc.array(edits, { maxLength: 25 })

function sync(from: OpLog, to: OpLog): void {
  for (const part of partsFor(from, haveOf(to), Infinity)) cover(to, part, may)
}

/** What three machines have written, each with what it had heard by then. */
function written(steps: readonly Step[]): { logs: OpLog[]; entries: Entry[] } {
  const logs = Array.from({ length: NODES }, emptyLog)
  const entries: Entry[] = []
  for (const step of steps) {
    const log = logs[step.author]!
    if (step.hears !== null) sync(logs[step.hears]!, log)
    const set = { kind: 'task', id: `t${step.thing}`, field: step.field, value: step.value }
    const draft = { stream: streamOf(step.author), by: 'ada', sets: [set] }
    const entry = draftEntry(log, draft, { nowMs: step.nowMs, sign })
    expect(take(log, entry, may)).toBe('applied')
    entries.push(entry)
  }
  return { logs, entries }
}

const shown = (log: OpLog) => [visible(log), haveOf(log)]

test('merging is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const [a = emptyLog(), b = emptyLog(), c = emptyLog()] = written(steps).logs
      expect(shown(merged(a, b, may))).toEqual(shown(merged(b, a, may)))
      expect(shown(merged(merged(a, b, may), c, may))).toEqual(shown(merged(a, merged(b, c, may), may)))
      expect(shown(merged(a, a, may))).toEqual(shown(a))
    }),
  )
})

test('entries may come in any order and number: what was a gap is taken when it comes again', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(), { maxLength: 60 }), (steps, order) => {
      const { logs, entries } = written(steps)
      const log = emptyLog()
      const chosen = order.flatMap((at) => entries.slice(at % Math.max(1, entries.length)).slice(0, 1))
      for (const entry of [...chosen, ...entries, ...entries.toReversed()]) take(log, entry, may)
      const all = logs.reduce((sum, each) => merged(sum, each, may), emptyLog())
      expect(shown(log)).toEqual(shown(all))
    }),
  )
})

test('replicas that forget at different times agree with one that forgets nothing', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(120))), (steps, rounds) => {
      const { logs } = written(steps)
      const whole = logs.reduce((sum, each) => merged(sum, each, may), emptyLog())
      for (const [from, to, beforeMs] of rounds) {
        const [a = emptyLog(), b = emptyLog()] = [logs[from], logs[to]]
        sync(a, b)
        compact(b, { stable: leastOf(logs), beforeMs })
      }
      for (let i = 0; i < 2; i++) for (const a of logs) for (const b of logs) sync(a, b)
      for (const log of logs) expect(visible(log)).toBe(visible(whole))
      const joiner = emptyLog()
      for (const part of partsFor(logs[0]!, {}, Infinity)) cover(joiner, part, may)
      expect(shown(joiner)).toEqual(shown(logs[0]!))
    }),
  )
})

function leastOf(logs: readonly OpLog[]): Record<StreamId, number> {
  const have = logs.map(haveOf)
  const ids = Array.from({ length: NODES }, (_, i) => streamOf(i))
  return Object.fromEntries(ids.map((id) => [id, Math.min(...have.map((one) => one[id] ?? 0))]))
}

test('a board edited on both sides of a cut merges with every edit present or in its history', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const { logs, entries } = written(
        steps.map((step) => ({ ...step, field: `f${step.thing}`, hears: null })),
      )
      const whole = logs.reduce((sum, each) => merged(sum, each, may), emptyLog())
      for (const { ops, by, at } of entries) {
        for (const op of ops) {
          const found = historyOf(whole, op).find((edit) => edit.at === at && edit.value === op.value)
          expect(found).toMatchObject({ by })
        }
      }
      for (const { ops } of entries)
        for (const op of ops)
          expect(historyOf(whole, op).filter(({ fate }) => fate === 'stands')).toHaveLength(1)
    }),
  )
})

test('an edit wins against the one its author saw, even of a machine whose clock is an hour ahead', () => {
  const title = { kind: 'task', id: 't', field: 'title' }
  const [ahead, behind] = [emptyLog(), emptyLog()]
  const write = (log: OpLog, value: string, { i, nowMs }: { i: number; nowMs: number }) =>
    take(
      log,
      draftEntry(log, { stream: streamOf(i), by: 'ada', sets: [{ ...title, value }] }, { nowMs, sign }),
      may,
    )
  write(ahead, 'from the future', { i: 2, nowMs: 10 * 3_600_000 })
  sync(ahead, behind)
  write(behind, 'seen and changed', { i: 0, nowMs: 9 * 3_600_000 })
  sync(behind, ahead)
  expect([ahead, behind].map((log) => valueOf(log, title))).toEqual(['seen and changed', 'seen and changed'])
  expect(historyOf(ahead, title).map(({ fate }) => fate)).toEqual(['stands', 'replaced'])
})

test('edits that crossed are told from edits that were replaced', () => {
  const title = { kind: 'task', id: 't', field: 'title' }
  const [a, b] = [emptyLog(), emptyLog()]
  const write = (log: OpLog, i: number, value: string) =>
    take(
      log,
      draftEntry(log, { stream: streamOf(i), by: 'ada', sets: [{ ...title, value }] }, { nowMs: 5, sign }),
      may,
    )
  write(a, 0, 'first')
  sync(a, b)
  write(a, 0, 'mine')
  write(b, 1, 'yours')
  sync(a, b)
  const fates = historyOf(b, title).map(({ value, fate }) => [value, fate])
  expect(fates).toEqual([
    ['yours', 'stands'],
    ['mine', 'lost'],
    ['first', 'replaced'],
  ])
})

test('C40 what a stolen key wrote after the cut is gone everywhere, whether it came before the revocation or after', () => {
  fc.assert(
    fc.property(histories, fc.nat(6), fc.nat(40), (steps, last, at) => {
      const { entries } = written(steps)
      const [late, early] = [emptyLog(), emptyLog()]
      for (const entry of entries) take(late, entry, may)
      cut(late, { stream: streamOf(0), last }, may)
      for (const [i, entry] of entries.entries()) {
        if (i === at) cut(early, { stream: streamOf(0), last }, may)
        take(early, entry, may)
      }
      cut(early, { stream: streamOf(0), last }, may)
      expect(shown(early)).toEqual(shown(late))
      expect(visible(late)).not.toContain(`${streamOf(0)}#${last + 1}`)
    }),
  )
})

test('a second entry of one number is a fork, and the first one counts', () => {
  const log = emptyLog()
  const draft = {
    stream: streamOf(0),
    by: 'ada',
    sets: [{ kind: 'task', id: 't', field: 'title', value: 1 }],
  }
  const entry = draftEntry(log, draft, { nowMs: 1, sign })
  expect([take(log, entry, may), take(log, entry, may)]).toEqual(['applied', 'known'])
  expect(take(log, { ...entry, sig: 'other' }, may)).toBe('fork')
  expect(take(log, { ...entry, seq: 3 }, may)).toBe('gap')
})

test('C17 each field is edited by whom the policy names, and an edit beyond it shows nowhere', () => {
  const policy: FieldPolicy = { task: { '*': 'any', title: 'full' }, presence: { state: 'home' } }
  const roles = new Map([
    [node(0), 'full' as const],
    [node(1), 'guest' as const],
  ])
  const allowed = mayEdit(policy, (id) => roles.get(id) ?? null)
  const ask = (i: number, path: string, id = 't') => {
    const [kind = '', field = ''] = path.split(' ')
    return allowed({ kind, id, field, value: 1, over: null }, streamOf(i))
  }
  expect([ask(0, 'task title'), ask(1, 'task title'), ask(1, 'task notes')]).toEqual([true, false, true])
  expect([ask(2, 'task notes'), ask(0, 'secret x'), ask(1, `task ${DELETED}`)]).toEqual([false, false, false])
  expect([ask(0, `task ${DELETED}`), ask(0, 'task constructor'), ask(0, 'constructor name')]).toEqual([
    true,
    true,
    false,
  ])
  const [own, foreign] = [`${node(1)}/agt`, `${node(0)}/agt`].map((id) => ask(1, 'presence state', id))
  expect([own, foreign]).toEqual([true, false])

  const log = emptyLog()
  const draft = {
    stream: streamOf(1),
    by: 'eve',
    sets: [{ kind: 'task', id: 't', field: 'title', value: 'mine' }],
  }
  expect(take(log, draftEntry(log, draft, { nowMs: 1, sign }), allowed)).toBe('applied')
  expect([valueOf(log, { kind: 'task', id: 't', field: 'title' }), haveOf(log)[streamOf(1)]]).toEqual([
    undefined,
    1,
  ])
})
