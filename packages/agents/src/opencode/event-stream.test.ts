// Events come whole, however the bytes were cut.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventReader } from './event-stream.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('events are the same in any pieces, and comments are none', () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(fc.array(text), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (events, sizes) => {
      const all = bytes(events.map((event) => `: beat\nid: 1\ndata: ${event}\r\n\r\n`).join(''))
      const reader = createEventReader()
      const got: string[] = []
      for (let at = 0; at < all.length;) {
        const { value } = sizes.next()
        got.push(...reader.take(all.subarray(at, at + value)))
        at += value
      }
      expect(got).toEqual(events)
    }),
  )
})

test('an event of several lines is one, and one beyond the limit is left out', () => {
  const reader = createEventReader()

  expect(reader.take(bytes('data: a\ndata:b\n\n'))).toEqual(['a\nb'])
  expect(reader.take(bytes(`data: ${'x'.repeat(17 * 1024 * 1024)}\n\ndata: next\n\n`))).toEqual(['next'])
})
