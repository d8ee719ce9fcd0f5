// H10: what one side says of a stream is what the other side reads.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeStreamFrame, encodeStreamFrame, type StreamFrame } from './stream-frames.ts'

test('H10 pieces of a stream come back as they were', () => {
  const frame: fc.Arbitrary<StreamFrame> = fc.record({
    kind: fc.constantFrom('open', 'data', 'more', 'close'),
    id: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    opener: fc.boolean(),
    body: fc.uint8Array(),
  })
  fc.assert(
    fc.property(frame, (given) => {
      const read = decodeStreamFrame(encodeStreamFrame(given))
      expect({ ...read, body: [...(read?.body ?? [])] }).toEqual({ ...given, body: [...given.body] })
    }),
  )
})

test('H10 any bytes are a piece or are ignored', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const read = decodeStreamFrame(bytes)
      expect(read === null || bytes.byteLength >= 5).toBe(true)
    }),
  )
  expect(decodeStreamFrame(Uint8Array.of(9, 0, 0, 0, 1))).toBeNull()
})
