// Colours of lenses carry words: those can be read on each of them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast, legible } from './colours.ts'

test('black on white is 21 to 1, whichever comes first', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21)
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21)
})

test('on any colour that a lens gives, words are as legible as on the ground alone or by the rule', () => {
  const part = fc.nat(255)
  const hue = fc.tuple(part, part, part)
  fc.assert(
    fc.property(hue, fc.boolean(), (colour, isDark) => {
      const [ground, ink] = isDark ? ([30, 199] as const) : ([244, 75] as const)
      const words = [ink, ink, ink] as const
      const fill = legible([ground, ground, ground], colour, words)
      expect(contrast(fill, words)).toBeGreaterThanOrEqual(4.4)
    }),
  )
})
