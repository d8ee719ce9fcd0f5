// Columns line up and lines fit, whatever is in them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { displayWidth, fitted, padded, plain } from './display-width.ts'
import { createPage } from './page.ts'
import { table } from './table.ts'

const page = (columns: number) => createPage({ columns, now: 0, colour: false })

describe('the width of a text', () => {
  test.each([
    ['plain', 5],
    ['\u00e9', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['👍🏽', 2],
    ['👨‍👩‍👧', 2],
    ['● idle', 6],
    ['한글', 4],
  ])('of %j is %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells)
  })

  test('is kept by cutting and filling', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(30), (raw, cells) => {
        const text = plain(raw)
        expect(displayWidth(fitted(text, cells))).toBeLessThanOrEqual(cells)
        expect(displayWidth(padded(fitted(text, cells), cells))).toBe(cells)
      }),
    )
  })
})

test('foreign text becomes one line without anything that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(plain(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})

describe('a table', () => {
  const columns = [
    { title: 'NAME', cell: (row: string[]) => row[0] ?? '' },
    { title: 'WHAT', cell: (row: string[]) => row[1] ?? '', least: 4 },
    { title: 'WHERE', cell: (row: string[]) => row[2] ?? '', least: 4 },
  ]

  test('takes what is too much from the right', () => {
    const rows = [['a', 'something', '/home/ada/projects/shop']]
    expect(table(page(30), columns, rows)).toBe('NAME  WHAT       WHERE\na     something  /home/ada/pr…')
    expect(table(page(20), columns, rows)).toBe('NAME  WHAT      WHE…\na     somethi…  /ho…')
    expect(table(page(0), columns, rows)).toContain('/home/ada/projects/shop')
  })

  test('never has a line that is wider than the terminal while names are short', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 }).map(plain)
    const row = fc.tuple(
      cell.map((text) => fitted(text, 8)),
      cell,
      cell,
    )
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), fc.integer({ min: 22, max: 80 }), (rows, width) => {
        for (const line of table(page(width), columns, rows).split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width)
        }
      }),
    )
  })
})
