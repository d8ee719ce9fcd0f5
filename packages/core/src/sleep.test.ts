// Who sleeps when memory runs short.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sleepers } from './sleep.ts'

const NOW = 10_000_000
const agents = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    bytes: fc.nat(100),
    idleSince: fc.option(fc.integer({ min: 0, max: NOW })),
  }),
  { selector: ({ id }) => id, maxLength: 20 },
)
const sum = (list: readonly { bytes: number }[]) => list.reduce((all, { bytes }) => all + bytes, 0)

test('nobody who works, asks or has just finished is sent to sleep, and nobody at all while there is room', () => {
  fc.assert(
    fc.property(agents, fc.nat(1000), (all, limit) => {
      const asleep = sleepers(all, limit, NOW)
      expect(asleep.every(({ idleSince }) => idleSince !== null && idleSince <= NOW - 120_000)).toBe(true)
      expect(asleep.length === 0 || sum(all) > limit).toBe(true)
    }),
  )
})

test('the longest idle go first, and no more than needed', () => {
  fc.assert(
    fc.property(agents, fc.nat(1000), (all, limit) => {
      const asleep = sleepers(all, limit, NOW)
      const rest = all.filter((one) => !asleep.includes(one))
      const awake = rest.filter(
        ({ idleSince, bytes }) => bytes > 0 && idleSince !== null && idleSince <= NOW - 120_000,
      )
      const last = asleep.at(-1)
      expect(awake.every(({ idleSince }) => (idleSince ?? 0) >= (last?.idleSince ?? 0))).toBe(true)
      expect(sum(rest) <= limit || awake.length === 0).toBe(true)
      expect(last === undefined || sum(rest) + last.bytes > limit).toBe(true)
    }),
  )
})
