// Fractional order: there is always room between two keys, also after many insertions at one place.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderBetween } from './order-key.ts'

test('a list built by insertions anywhere is in the order in which its keys sort', () => {
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 60 })
  fc.assert(
    fc.property(
      places,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
      (at, luck) => {
        const keys: string[] = []
        for (const place of at) {
          const i = Math.floor(place * (keys.length + 1))
          const chance = () => luck.next().value ?? 0
          keys.splice(i, 0, orderBetween(keys[i - 1] ?? null, keys[i] ?? null, chance))
        }
        expect(keys).toEqual([...new Set(keys)].sort())
        expect(keys.every((key) => /^[0-9a-z]*[1-9a-z]$/.test(key))).toBe(true)
      },
    ),
  )
})

test('two hundred insertions before the first card, or after the last, keep the keys short', () => {
  let [first, last] = [orderBetween(null, null, () => 0.5), orderBetween(null, null, () => 0.5)]
  for (let i = 0; i < 200; i++) {
    first = orderBetween(null, first, () => 0.5)
    last = orderBetween(last, null, () => 0.5)
  }
  expect(Math.max(first.length, last.length)).toBeLessThan(100)
})

test('between two equal keys the answer follows them', () => {
  expect(orderBetween('h', 'h', () => 0) > 'h').toBe(true)
})
