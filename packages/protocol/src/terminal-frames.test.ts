// Holds the frame codec to its rules (TF1-TF7): every frame survives the wire, and no garbage does more than throw FrameError.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameError } from './frame-body.ts'
import type { ClientFrame, ServerFrame } from './terminal-frames.ts'
import { FRAME_LIMITS, decodeClientFrame, decodeServerFrame, encodeFrame } from './terminal-frames.ts'

const channel = fc.integer({ min: 0, max: 0xffffffff })
const dimension = fc.integer({ min: 1, max: FRAME_LIMITS.dimension })
const offset = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const bytes = fc.uint8Array({ maxLength: 300 })
const word = fc.string({ unit: 'grapheme', maxLength: 40 })
const access = fc.constantFrom('write' as const, 'read' as const)

const anOpen = fc.record(
  {
    type: fc.constant('open' as const),
    channel,
    agentId: word,
    cols: dimension,
    rows: dimension,
    access,
    kind: fc.constantFrom('terminal' as const, 'thumbnail' as const),
    resume: fc.record({ epoch: word, offset }),
  },
  { requiredKeys: ['type', 'channel', 'agentId', 'cols', 'rows', 'access', 'kind'], noNullPrototype: true },
)

const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  anOpen,
  fc.record({ type: fc.constant('input' as const), channel, bytes }),
  fc.record({ type: fc.constant('paste' as const), channel, text: word }),
  fc.record({ type: fc.constant('resize' as const), channel, cols: dimension, rows: dimension }),
  fc.record({
    type: fc.constant('credit' as const),
    channel,
    bytes: fc.integer({ min: 0, max: 0xffffffff }),
  }),
  fc.record({ type: fc.constantFrom('close' as const, 'take' as const), channel }),
)

const serverFrame: fc.Arbitrary<ServerFrame> = fc.oneof(
  fc.record({
    type: fc.constant('opened' as const),
    channel,
    epoch: word,
    offset,
    cols: dimension,
    rows: dimension,
    access,
  }),
  fc.record({ type: fc.constant('data' as const), channel, offset, bytes }),
  fc.record({
    type: fc.constant('snapshot' as const),
    channel,
    offset,
    cols: dimension,
    rows: dimension,
    reason: fc.constantFrom('join' as const, 'behind' as const, 'resize' as const, 'restart' as const),
    bytes,
  }),
  fc.record({
    type: fc.constant('state' as const),
    channel,
    cols: dimension,
    rows: dimension,
    sizeOwner: fc.constantFrom('you' as const, 'viewer' as const, 'terminal' as const),
    viewers: fc.nat(),
    title: word,
    outside: fc.nat(),
  }),
  fc.record({ type: fc.constant('exit' as const), channel, code: fc.option(fc.nat()), reason: word }),
  fc.record({
    type: fc.constant('thumbnail' as const),
    channel,
    cols: dimension,
    rows: dimension,
    lines: fc.array(word, { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('fault' as const), channel, code: word, message: word }),
)

const plain = (frame: ClientFrame | ServerFrame): unknown =>
  'bytes' in frame && typeof frame.bytes !== 'number' ? { ...frame, bytes: [...frame.bytes] } : { ...frame }

const thrownBy = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('terminal frames', () => {
  test('TF1 every client frame survives the wire', () => {
    fc.assert(
      fc.property(clientFrame, (frame) => {
        expect(plain(decodeClientFrame(encodeFrame(frame)))).toEqual(plain(frame))
      }),
    )
  })

  test('TF1 every server frame survives the wire', () => {
    fc.assert(
      fc.property(serverFrame, (frame) => {
        expect(plain(decodeServerFrame(encodeFrame(frame)))).toEqual(plain(frame))
      }),
    )
  })

  test('TF1 a header is the type and the channel, big-endian', () => {
    expect([...encodeFrame({ type: 'resize', channel: 0x01020304, cols: 80, rows: 258 })]).toEqual([
      4, 1, 2, 3, 4, 0, 80, 1, 2,
    ])
  })

  test('TF7 garbage gives FrameError and nothing else', () => {
    const anything = fc.uint8Array({ maxLength: 200 })
    const typed = fc
      .tuple(fc.constantFrom(1, 3, 4, 5, 6, 7, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88), anything)
      .map(([type, rest]) => new Uint8Array([type, 0, 0, 0, 1, ...rest]))
    fc.assert(
      fc.property(fc.oneof(anything, typed), (frame) => {
        for (const decode of [decodeClientFrame, decodeServerFrame]) {
          const error = thrownBy(() => decode(frame))
          expect(error === undefined || error instanceof FrameError).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('TF7 JSON of the wrong shape is refused with the name of the field', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = new TextEncoder().encode(
          JSON.stringify({ agentId: 'a', cols: 80, rows: 24, kind: value }),
        )
        const error = thrownBy(() => decodeClientFrame(new Uint8Array([1, 0, 0, 0, 9, ...body])))
        expect(error).toBeInstanceOf(FrameError)
        expect(error).toMatchObject({ code: 'frame.field', channel: 9 })
      }),
    )
  })

  test('TF7 bodies over their limit are refused by both ends', () => {
    const input = new Uint8Array(FRAME_LIMITS.inputBytes + 1)
    expect(thrownBy(() => encodeFrame({ type: 'input', channel: 1, bytes: input }))).toMatchObject({
      code: 'frame.size',
    })
    expect(thrownBy(() => decodeClientFrame(new Uint8Array([2, 0, 0, 0, 1, ...input])))).toMatchObject({
      code: 'frame.size',
    })
    const paste = 'x'.repeat(FRAME_LIMITS.pasteBytes + 1)
    expect(thrownBy(() => encodeFrame({ type: 'paste', channel: 1, text: paste }))).toMatchObject({
      code: 'frame.size',
    })
  })

  test('TF7 a size of zero or beyond the limit is refused', () => {
    for (const [cols, rows] of [
      [0, 24],
      [80, 0],
      [FRAME_LIMITS.dimension + 1, 24],
    ] as const) {
      const frame = encodeFrame({ type: 'resize', channel: 1, cols, rows })
      expect(thrownBy(() => decodeClientFrame(frame))).toMatchObject({ code: 'frame.field' })
    }
  })

  test('TF2 a field that is not listed is ignored, so that either end may be newer', () => {
    const body = new TextEncoder().encode(JSON.stringify({ code: 'a', message: 'b', more: 1 }))
    expect(decodeServerFrame(new Uint8Array([0x87, 0, 0, 0, 1, ...body]))).toEqual({
      type: 'fault',
      channel: 1,
      code: 'a',
      message: 'b',
    })
  })
})
