// What a hostile name may not do to the line that shows it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foreignText } from './foreign-text.ts'

test('colours of a terminal and overrides of direction are shown, not obeyed', () => {
  expect(foreignText('\u001B[31mred')).toBe('␛[31mred')
  expect(foreignText('txt.\u202Eexe')).toBe('txt.⟨202E⟩exe')
  expect(foreignText('one\r\ntwo\tthree')).toBe('one\ntwo\tthree')
})

test('nothing that acts on text is left in any text, and plain text stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(foreignText(text)).not.toMatch(
        // oxlint-disable-next-line eslint/no-control-regex
        /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
      )
    }),
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[\w <>&"'/.,äéß日本\n]*$/u), (text) => {
      expect(foreignText(text)).toBe(text)
    }),
  )
})
