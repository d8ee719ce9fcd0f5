// Ids: what they name, in which order they sort, and what is none.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idSchema, newId, type IdKind, type RandomBytes } from './id.ts'

const KINDS: IdKind[] = ['agent', 'user', 'login', 'token', 'passkey', 'recording', 'backup', 'request']
const random: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length))
const time = fc.integer({ min: 0, max: 32 ** 9 - 1 })

test('an id fits its own kind and no other', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), fc.constantFrom(...KINDS), time, (kind, other, now) => {
      const id = newId(kind, now, random)
      expect(idSchema(other).safeParse(id).success).toBe(kind === other)
    }),
  )
})

test('ids sort by the time they were made', () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a !== b)
      const [first, second] = [newId('agent', a, random), newId('agent', b, random)]
      expect(first < second).toBe(a < b)
    }),
  )
})

test('ids of one moment differ', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => newId('agent', 1_700_000_000_000, random)))
  expect(ids.size).toBe(10_000)
})

test('every bit of chance counts: bytes that are a multiple of 32 apart give the same letter, others do not', () => {
  const of = (byte: number) => newId('agent', 0, (length) => new Uint8Array(length).fill(byte))
  expect(new Set(Array.from({ length: 256 }, (_, byte) => of(byte))).size).toBe(32)
})

test.each([
  'agt_',
  'agt_0123',
  'agt_0000000000000000000000\n',
  'agt_000000000000000000000i',
  'agt_000000000000000000000/',
  'AGT_0000000000000000000000',
  '../../etc/passwd',
  '',
])('%j is no id, and the refusal shows what one looks like', (text) => {
  const result = idSchema('agent').safeParse(text)
  expect(result.success).toBe(false)
  expect(result.error?.issues[0]?.message).toContain('expected an id like agt_')
})

test('any text that is not an id is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^agt_[0-9a-hjkmnp-tv-z]{22}$/.test(text))
      expect(idSchema('agent').safeParse(text).success).toBe(false)
    }),
  )
})
