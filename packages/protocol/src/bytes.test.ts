// K2: every text codec is a bijection between byte strings and the texts it accepts.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  fromBase58,
  fromBase64,
  fromBase64Url,
  fromHex,
  sameBytes,
  toBase58,
  toBase64,
  toBase64Url,
  toHex,
} from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 80 })
const codecs = [
  { name: 'base64', to: toBase64, from: fromBase64 },
  { name: 'base64url', to: toBase64Url, from: fromBase64Url },
  { name: 'hex', to: toHex, from: fromHex },
  { name: 'base58', to: toBase58, from: fromBase58 },
]

test.each(codecs)('K2 $name gives back every byte string', ({ to, from }) => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(from(to(value))).toEqual(value)
    }),
  )
})

test.each(codecs.filter(({ name }) => name !== 'hex'))(
  'K2 $name reads no two texts as the same bytes',
  ({ to, from }) => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('AQgw+/-_=1zB ')), maxLength: 12 })
    fc.assert(
      fc.property(text, (value) => {
        const read = from(value)
        expect([value, null]).toContain(read === null ? null : to(read))
      }),
    )
  },
)

test('K2 base64 agrees with the one of the platform', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(toBase64(value)).toBe(btoa(String.fromCharCode(...value)))
    }),
  )
})

test('K2 base58 of a megabyte of text is refused before any work', () => {
  expect(fromBase58('2'.repeat(1e6))).toBeNull()
})

test('byte strings are the same only if every byte is', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(sameBytes(a, b)).toBe(toHex(a) === toHex(b))
    }),
  )
})
