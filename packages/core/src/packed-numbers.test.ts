// Numbers as text: what comes out is what went in.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packNumbers, unpackNumbers } from './packed-numbers.ts'

test('any whole numbers come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 30), max: 2 ** 30 - 1 })), (numbers) => {
      expect([...unpackNumbers(packNumbers(numbers))]).toEqual(numbers)
    }),
  )
})

test('small numbers take one byte, and the text needs no escaping anywhere', () => {
  expect(packNumbers(Array.from({ length: 300 }, (_, at) => at % 60))).toMatch(/^[\w-]{400}$/)
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(unpackNumbers(text).length).toBeLessThanOrEqual(text.length)
    }),
  )
})
