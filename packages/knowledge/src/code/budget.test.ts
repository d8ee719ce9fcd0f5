// Answers keep to the tokens that were asked for.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withinEntries, withinTokens } from './budget.ts'

test('no answer is longer than its tokens, and what is cut is said', () => {
  const lines = fc.array(fc.string({ maxLength: 60 }), { maxLength: 80 })
  fc.assert(
    fc.property(lines, fc.integer({ min: 20, max: 500 }), (given, tokens) => {
      const text = given.join('\n')
      const cut = withinTokens(text, tokens)
      expect(cut === text || cut.length <= tokens * 4).toBe(true)
      expect(cut === text || /… \d+ more lines; ask for more tokens$/.test(cut)).toBe(true)
    }),
  )
})

test('lists of any depth are cut to two thousand entries', () => {
  const data = { rings: [{ nodes: Array.from({ length: 3000 }, (_, at) => at) }] }
  expect(JSON.parse(JSON.stringify(withinEntries(data)))).toMatchObject({
    rings: [{ nodes: { length: 2000 } }],
  })
})
