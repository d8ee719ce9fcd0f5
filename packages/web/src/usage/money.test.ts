// Amounts as they are written and read.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compact, dollars, microsOf } from './money.ts'

test('cents are enough, but for what costs less than one', () => {
  expect(dollars(1_234_500, 'en')).toBe('$1.23')
  expect(dollars(1_200, 'en')).toBe('$0.0012')
  expect(dollars(0, 'en')).toBe('$0.00')
  expect(compact(1_234_567, 'en')).toBe('1.2M')
})

test('an amount is read with a point or a comma, and nothing else is', () => {
  expect(microsOf('2.50')).toBe(2_500_000)
  expect(microsOf(' 2,5 ')).toBe(2_500_000)
  for (const wrong of ['', '0', '-1', '1e3', '1.2.3', '$5', 'Infinity', '1 000'])
    expect([wrong, microsOf(wrong)]).toEqual([wrong, null])
})

test('every amount of whole millionths is read as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999_000_000 }), (micros) => {
      expect(microsOf((micros / 1_000_000).toFixed(6))).toBe(micros)
    }),
  )
})
