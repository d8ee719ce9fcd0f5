// What the palette finds: words, in any order, and beginnings before the rest.
import { expect, test } from 'vitest'
import { rank } from './rank.ts'

test('letters that happen to come in that order are no find', () => {
  expect(rank('action Go to the machines of the room', 'gift')).toBe(0)
  expect(rank('agent shop-api Shop API gift-cards', 'gift')).toBe(1)
})

test('every word counts, in any order, and beginnings come first', () => {
  expect(rank('shop-backend-api Rename…', 'rename shop-backend-api')).toBe(1)
  expect(rank('shop-backend-api Rename…', 'rename docs')).toBe(0)
  expect(rank('screen Usage', 'sage')).toBe(0.5)
})
