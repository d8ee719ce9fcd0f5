// The headers of members: read as they were written, and refused when anything in them is not ours.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { header, isMemberName, parseHeader } from './tar.ts'

const name = fc.stringMatching(/^[a-z0-9_]{1,20}(\/[a-z0-9_][a-z0-9._-]{0,20}){0,2}$/).filter(isMemberName)
const member = fc.record({ name, sizeBytes: fc.nat(8 ** 11 - 1) })

test('a header reads as it was written', () => {
  fc.assert(
    fc.property(member, (one) => {
      expect(parseHeader(header(one))).toEqual(one)
    }),
  )
})

test('a header with any flipped bit never reads as the member that was written', () => {
  fc.assert(
    fc.property(member, fc.nat(511), fc.nat(7), (one, at, bit) => {
      const block = header(one)
      block[at]! ^= 1 << bit
      expect(typeof parseHeader(block)).toBe('string')
    }),
    { numRuns: 500 },
  )
})

test('names that lead out of the folder are not names', () => {
  for (const bad of [
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    'a/',
    '.ssh/key',
    'a\0b',
    'a b',
    'x'.repeat(101),
  ]) {
    expect([bad, isMemberName(bad)]).toEqual([bad, false])
  }
})
