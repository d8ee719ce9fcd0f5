// SGR text to spans: looks are read, everything else that is not text is left out.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cssColour, sgrSpans, withoutEmptyEnd } from './sgr.ts'

const ESC = '\u001b'

test('colours and looks begin and end where they say', () => {
  expect(sgrSpans(`a${ESC}[1;31mb${ESC}[22mc${ESC}[0md`)).toEqual([
    { text: 'a' },
    { text: 'b', bold: true, fg: 1 },
    { text: 'c', fg: 1 },
    { text: 'd' },
  ])
})

test('the palette of 256 and true colour are read in both spellings', () => {
  expect(sgrSpans(`${ESC}[38;5;196mx`)).toEqual([{ text: 'x', fg: 196 }])
  expect(sgrSpans(`${ESC}[48;2;1;2;255mx`)).toEqual([{ text: 'x', bg: '#0102ff' }])
  expect(sgrSpans(`${ESC}[38;5;1;4mx`)).toEqual([{ text: 'x', fg: 1, underline: true }])
})

test('C27 titles, links, cursor moves and controls are left out, markup stays text', () => {
  const line = `${ESC}]0;title\u0007${ESC}]8;;javascript:alert(1)${ESC}\\<img onerror=x>${ESC}[2J\u0000\u009b${ESC}P1q${ESC}\\`
  expect(sgrSpans(line)).toEqual([{ text: '<img onerror=x>' }])
})

const CSS_COLOUR = /^(#[0-9a-f]{6}|var\(--ansi-\d+\)|rgb\(\d+ \d+ \d+\))$/

test('whatever comes, the spans hold no control characters and no span is empty', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(ESC, `${ESC}[`, 'm', ';', '38', '48', '5', '2', ']', '\\', '\u0007', '0', ':'),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      for (const span of sgrSpans(pieces.join(''))) {
        expect(span.text).not.toBe('')
        // oxlint-disable-next-line no-control-regex
        expect(span.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        for (const colour of [span.fg ?? 0, span.bg ?? 0]) expect(cssColour(colour)).toMatch(CSS_COLOUR)
      }
    }),
  )
})

test('empty lines at the end are left out, coloured ones are not', () => {
  expect(withoutEmptyEnd(['a', '', 'b', `${ESC}[1m  ${ESC}[0m`, ''])).toEqual(['a', '', 'b'])
  expect(withoutEmptyEnd([`${ESC}[41m  `, ''])).toHaveLength(1)
})

test('text without sequences comes back as it was', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9 <>&äö]*$/), (text) => {
      expect(
        sgrSpans(text)
          .map((span) => span.text)
          .join(''),
      ).toBe(text)
    }),
  )
})
