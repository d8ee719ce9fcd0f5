// Wrapped rows fit, lose no words, and never carry a control character of the text.
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { line, span, wrap } from './line.ts'
import { fit, textWidth } from './width.ts'

const bare = (rows: string[]) => rows.map((row) => stripVTControlCharacters(row))

test('a line breaks at blanks and hangs', () => {
  expect(wrap(line('● one two three', 'plain', 2), 9)).toEqual(['● one two', '  three'])
})

test('a word longer than a row is cut, and wide characters are never halved', () => {
  expect(wrap(line('abcdef'), 4)).toEqual(['abcd', 'ef'])
  expect(wrap(line('東京東京'), 5)).toEqual(['東京', '東京'])
})

test('styles begin and end within a row', () => {
  expect(wrap({ spans: [span('a ', 'bold'), span('b')] }, 10)).toEqual(['\u001B[1ma \u001B[0mb'])
})

test('control characters in a text do not reach the terminal', () => {
  expect(wrap(line('a\u001B[2Jb\u0007'), 20)).toEqual(['a[2Jb'])
})

test('property: every row fits, and all letters arrive in order', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'é', '東', ' ', '🎻', 'b'), maxLength: 60 })
  fc.assert(
    fc.property(words, fc.integer({ min: 4, max: 30 }), fc.nat(4), (text, columns, hang) => {
      const rows = bare(wrap(line(text, 'dim', hang), columns))

      for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns)
      expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})

test('property: what is fitted fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, columns) => {
      expect(textWidth(fit(text, columns))).toBeLessThanOrEqual(columns)
    }),
  )
})
