// I1-I4 and E5: ids and times as every deployed client reads them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import published from '../vectors/published.json' with { type: 'json' }
import { formatInstant, parseInstant } from './instant.ts'
import { idTimeMs, isAttachmentId, isMessageId, newAttachmentId, newMessageId } from './message-id.ts'

const random = fc.uint8Array({ minLength: 16, maxLength: 16 })
const nowMs = fc.integer({ min: 0, max: 9_999_999_999_999 })

test('I1 accepts and refuses what the published vectors do, and upper case besides', () => {
  const { valid, invalid, valid_only_here } = published.message_ids

  expect([...valid, ...valid_only_here].filter((id) => !isMessageId(id))).toEqual([])
  expect(invalid.filter(isMessageId)).toEqual([])
})

test('I1 C19 no id can leave a folder', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('msg_1aZ-./\\\u0000\n%')), maxLength: 40 }),
      (text) => {
        const harmless = /^[A-Za-z0-9_-]{1,64}$/.test(text)
        expect((isMessageId(text) || isAttachmentId(text)) && !harmless).toBe(false)
      },
    ),
  )
  expect(
    ['../../x', 'msg_1_a\u0000', 'msg_1_a/..', `msg_1_${'a'.repeat(60)}`, 'msg_1_a\n'].filter(isMessageId),
  ).toEqual([])
})

test('I2 I3 our own ids pass the strictest reader there is and the fetch pattern of the shell clients', () => {
  fc.assert(
    fc.property(nowMs, random, (ms, bytes) => {
      const id = newMessageId(ms, bytes)
      expect(id).toMatch(/^msg_[0-9]+_[a-f0-9]+$/)
      expect(id).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_-]{3,63}$/)
      expect(isMessageId(id) && isAttachmentId(newAttachmentId(ms, bytes))).toBe(true)
    }),
  )
})

test('I2 ids sort by the millisecond of their making', () => {
  fc.assert(
    fc.property(fc.tuple(nowMs, random), fc.tuple(nowMs, random), (a, b) => {
      fc.pre(a[0] < b[0])
      expect(newMessageId(...a) < newMessageId(...b)).toBe(true)
    }),
  )
})

test('I4 the time of an id may be seconds or milliseconds', () => {
  expect(idTimeMs('msg_1706648400_abc123')).toBe(1_706_648_400_000)
  expect(idTimeMs('msg_1706648400123_abc123')).toBe(1_706_648_400_123)
})

test('E5 every instant survives its text', () => {
  const ms = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9999, 0) })
  fc.assert(
    fc.property(ms, (value) => {
      expect(parseInstant(formatInstant(value))).toBe(value)
    }),
  )
})

test('E5 reads seconds, fractions and zones, and refuses days that do not exist', () => {
  expect(parseInstant('2026-01-30T10:00:00Z')).toBe(Date.UTC(2026, 0, 30, 10))
  expect(parseInstant('2026-01-30T10:00:00.123456+02:30')).toBe(Date.UTC(2026, 0, 30, 7, 30, 0, 123))
  for (const text of [
    '2026-02-30T10:00:00Z',
    '2026-01-30',
    '2026-01-30T25:00:00Z',
    'now',
    '2026-01-30T10:00:00',
    '',
  ]) {
    expect(parseInstant(text)).toBeNull()
  }
})

test('E5 any text is a number or null', () => {
  const near = fc.string({ unit: fc.constantFrom(...Array.from('0123456789-:.TZ+')), maxLength: 30 })
  fc.assert(
    fc.property(near, (text) => {
      expect(Number.isSafeInteger(parseInstant(text) ?? 0)).toBe(true)
    }),
  )
})
