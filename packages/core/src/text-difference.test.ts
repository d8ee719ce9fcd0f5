// The differences of texts: they lead from the one to the other, and leave alone what is the same.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textEdits } from './text-difference.ts'

const done = (from: string, to: string): string =>
  textEdits(from, to).reduce(
    (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
    from,
  )

test('edits make the other text of the one, whatever the two are', () => {
  const words = fc.array(fc.constantFrom('a', 'roof', ' ', '\n', '.', '😀', 'mend'), { maxLength: 30 })
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    words.map((some) => some.join('')),
  )
  fc.assert(
    fc.property(text, text, (from, to) => {
      expect(done(from, to)).toBe(to)
    }),
    { numRuns: 150 },
  )
})

test('words that stay are not touched, so that somebody else may change them', () => {
  expect(textEdits('Mend the roof before winter', 'Mend our roof before spring')).toEqual([
    { at: 21, remove: 6, insert: 'spring' },
    { at: 5, remove: 3, insert: 'our' },
  ])
  expect(textEdits('same', 'same')).toEqual([])
})

test('texts that have nothing in common are replaced whole, at a bounded cost', () => {
  const [from, to] = ['x ', 'y '].map((word) => word.repeat(7000)) as [string, string]
  expect(done(from, to)).toBe(to)
})
