// Holds the door for foreign text (C28): nothing that passes can be anything but text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toPtyText } from './pty-text.ts'

const anything = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u001b', '\r\n', '\u001b[201~', '\u202e', '\u2028', '\u009b', '😀', '👩‍🚀', 'é'),
  ),
})
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these characters are the point
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

describe('text for a terminal', () => {
  test('C28 holds no control character but tab, and Enter only where it was asked for', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(toPtyText(text, 'return')).not.toMatch(UNSAFE)
        expect(toPtyText(text, 'return')).not.toContain('\n')
        expect(toPtyText(text, 'space')).not.toMatch(/[\r\n]/)
      }),
      { numRuns: 1000 },
    )
  })

  test('C28 cannot be made unsafe by cleaning it twice', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const once = toPtyText(text, 'space')
        expect(toPtyText(once, 'space')).toBe(once)
      }),
    )
  })

  test('C28 keeps letters, emoji and tabs as they are', () => {
    expect(toPtyText('a\tÜ 中 👩‍🚀 €', 'space')).toBe('a\tÜ 中 👩‍🚀 €')
  })

  test.each([
    ['one\r\ntwo\nthree\rfour\u2028five', 'return', 'one\rtwo\rthree\rfour five'],
    ['one\r\ntwo\n', 'space', 'one two '],
    ['x\u001b[201~; rm -rf ~\u0003\u0015', 'return', 'x[201~; rm -rf ~'],
  ] as const)('C28 %j becomes %s text', (text, policy, expected) => {
    expect(toPtyText(text, policy)).toBe(expected)
  })
})
