// Sums and stacks of usage.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId, type UsageTotal } from '@tutti/core'
import { daysBefore, daysBetween, evenly, stacksOf, sumOf, sumsBy, ticksOf } from './usage-sums.ts'

const AGENT = newId('agent', 1, (length) => new Uint8Array(length))
const aTotal = (more: Partial<UsageTotal>): UsageTotal => ({
  agentId: AGENT,
  model: 'm',
  day: '2026-11-22',
  calls: 1,
  tokens: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
  costMicros: 10,
  unpriced: 0,
  ...more,
})

test('days run over months and leap days, both ends counted', () => {
  expect(daysBetween('2028-02-27', '2028-03-01')).toEqual([
    '2028-02-27',
    '2028-02-28',
    '2028-02-29',
    '2028-03-01',
  ])
  expect(daysBefore('2026-03-01', 1)).toBe('2026-02-28')
})

test('the dearest comes first, and the rest of them are one part of each day', () => {
  const totals = [
    aTotal({ model: 'a', costMicros: 5 }),
    aTotal({ model: 'b', costMicros: 50 }),
    aTotal({ model: 'c', costMicros: 1, day: '2026-11-21' }),
  ]
  const keyOf = ({ model }: UsageTotal) => model

  expect(sumsBy(totals, keyOf).map(({ key }) => key)).toEqual(['b', 'a', 'c'])
  expect(stacksOf(totals, keyOf, { days: ['2026-11-21', '2026-11-22'], keys: ['b'] })).toEqual([
    { day: '2026-11-21', parts: [0, 1], total: 1 },
    { day: '2026-11-22', parts: [50, 5], total: 55 },
  ])
})

test('however usage is cut, the parts are the whole', () => {
  const some = fc.array(
    fc
      .record({ model: fc.constantFrom('a', 'b', 'c'), costMicros: fc.nat(1e6), calls: fc.nat(9) })
      .map(aTotal),
  )
  fc.assert(
    fc.property(some, (totals) => {
      const sums = sumsBy(totals, ({ model }) => model)
      const add = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0)
      expect(add(sums.map(({ costMicros }) => costMicros))).toBe(sumOf(totals).costMicros)
      const stacks = stacksOf(totals, ({ model }) => model, { days: ['2026-11-22'], keys: ['a'] })
      expect(add(stacks.flatMap(({ parts }) => parts))).toBe(sumOf(totals).costMicros)
    }),
  )
})

test('the scale of a chart is round and reaches what is highest', () => {
  expect(ticksOf(14_330_000)).toEqual([5_000_000, 10_000_000, 15_000_000])
  expect(ticksOf(1)).toEqual([1])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (most) => {
      const ticks = ticksOf(most)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.length).toBeLessThanOrEqual(4)
      expect(ticks.at(-2) ?? 0).toBeLessThan(most)
    }),
  )
})

test('days are named at even distances, from the first to the last', () => {
  expect(evenly([1, 2, 3], 5)).toEqual([1, 2, 3])
  expect(evenly(daysBetween('2026-10-24', '2026-11-22'), 4)).toEqual([
    '2026-10-24',
    '2026-11-03',
    '2026-11-12',
    '2026-11-22',
  ])
})
