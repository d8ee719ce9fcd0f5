// Moments: always forward, in the order of cause and effect, and never far from the wall clock by another's fault.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BEGINNING, observe, PULL_MS, stampMs, tick } from './hybrid-clock.ts'

const times = fc.integer({ min: 0, max: 2 ** 43 })

test('each moment is after the last one and not before now, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1 }), (clock) => {
      let last = BEGINNING
      for (const nowMs of clock) {
        const next = tick(last, nowMs)
        expect(next > last && stampMs(next) >= nowMs).toBe(true)
        expect(next).toMatch(/^[0-7][0-9a-f]{11}-[0-9a-f]{8}$/)
        last = next
      }
    }),
  )
})

test('what follows a moment that was seen is after it, unless that lies more than a day ahead', () => {
  fc.assert(
    fc.property(times, times, (mine, theirs) => {
      const seen = tick(BEGINNING, theirs)
      const next = tick(observe(BEGINNING, seen, mine), mine)
      expect(next > seen || theirs > mine + PULL_MS).toBe(true)
      expect(stampMs(next)).toBeLessThanOrEqual(mine + PULL_MS)
    }),
  )
})

test('a counter that is full moves on by a millisecond', () => {
  expect(tick('000000000005-ffffffff', 0)).toBe('000000000006-00000000')
})
