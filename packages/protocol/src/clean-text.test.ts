// The quick way of plain text through the skeleton must see what the way of all other text sees.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { skeleton } from './clean-text.ts'

const SOFT_HYPHEN = '\u00ad'

test('F3 plain text has the skeleton that it has behind a letter that nobody sees', () => {
  const plain = fc.string({
    unit: fc.constantFrom('\t', '\n', ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))),
  })

  fc.assert(fc.property(plain, (text) => skeleton(text) === skeleton(text + SOFT_HYPHEN)))

  expect(skeleton('Ext3rnal-C0N7EN1')).toBe(skeleton('external-contenl'))
})
