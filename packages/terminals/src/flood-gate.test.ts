// Holds the flood gate to its rates.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBucket, createGate } from './flood-gate.ts'

const rates = {
  pane: { burstBytes: 1000, refillBytesPerSecond: 100 },
  quiet: { burstBytes: 100, refillBytesPerSecond: 50 },
}
const total = { burstBytes: 1500, refillBytesPerSecond: 150 }

describe('the flood gate', () => {
  test('lets no more pass than burst and refill, and the chunk that empties it', () => {
    const step = fc.record({ bytes: fc.integer({ min: 1, max: 300 }), waitMs: fc.nat(500) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const gate = createGate(rates, createBucket(total, 0), 0)
        let now = 0
        let passed = 0
        for (const { bytes, waitMs } of steps) {
          now += waitMs
          if (gate.take(bytes, now) !== 'flood') passed += bytes
        }
        expect(passed).toBeLessThanOrEqual(1100 + (150 * now) / 1000)
      }),
    )
  })

  test('passes a quiet pane, however much the others write', () => {
    const shared = createBucket(total, 0)
    const loud = createGate(rates, shared, 0)
    const quiet = createGate(rates, shared, 0)
    let isPaused = false
    for (let now = 0; now < 60_000; now += 100) {
      isPaused ||= loud.take(2000, now) === 'flood'
      expect(quiet.take(5, now)).toBe('quiet')
    }
    expect(isPaused).toBe(true)
  })

  test('forgets a flood soon', () => {
    const gate = createGate(rates, createBucket(total, 0), 0)
    gate.take(1_000_000_000, 0)

    expect(gate.take(50, 5000)).toBe('quiet')
  })
})
