// Frames of a link: both ways for each kind, and that no bytes whatever do more than be refused.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameError } from '../frame-body.ts'
import {
  agreedVersion,
  decodeLinkFrame,
  encodeLinkFrame,
  isProved,
  LINK_LIMITS,
  proofFor,
  type LinkFrame,
} from './link-frames.ts'
import { nodeCrypto, testNode } from './test/node-keys.ts'

const [ada, bob, eve] = [testNode(0), testNode(1), testNode(2)]
const count = fc.maxSafeNat()
const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
const u32 = fc.nat(0xffffffff)
const bytes = fc.uint8Array({ maxLength: 300 })
const node = fc.constantFrom(ada.id, bob.id)

const frames: fc.Arbitrary<LinkFrame> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    node,
    versions: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 9 })),
    nonce: word,
    session: word,
    seen: fc.option(fc.record({ session: word, epoch: count, upto: count })),
    nowMs: count,
  }),
  fc.record({ type: fc.constant('proof' as const), sig: fc.string() }),
  fc.record({
    type: fc.constant('data' as const),
    epoch: u32,
    seq: count,
    channel: u32,
    more: fc.boolean(),
    body: bytes,
  }),
  fc.record({
    type: fc.constant('ack' as const),
    epoch: u32,
    upto: count,
    limits: fc.array(fc.tuple(u32, count), { maxLength: 9 }).map((pairs) => new Map(pairs)),
  }),
  fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), atMs: count, nowMs: count }),
  fc.record({ type: fc.constant('bye' as const), why: fc.string({ maxLength: 90 }) }),
  fc.record({
    type: fc.constant('relay' as const),
    from: node,
    to: node,
    hops: fc.nat(LINK_LIMITS.hops),
    body: bytes,
  }),
)

test('H4 every frame reads back as it was written', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      expect(decodeLinkFrame(encodeLinkFrame(frame))).toEqual(frame)
    }),
  )
})

test('H4 C19 bytes that were changed anywhere are another frame, none, or refused with one kind of error', () => {
  const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.oneof(bytes, frames.map(encodeLinkFrame)), changes, fc.nat(400), (whole, edits, cut) => {
      const broken = whole.slice()
      for (const [at, value] of edits) broken[at % Math.max(1, broken.length)] = value
      for (const each of [broken, broken.subarray(0, cut)]) {
        let refused: unknown = null
        try {
          decodeLinkFrame(each)
        } catch (error) {
          refused = error
        }
        expect(refused === null || refused instanceof FrameError).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})

test('H6 H7 frames of a later version are ignored, and the highest common version is spoken', () => {
  for (const type of [0, 9, 10, 200, 255]) expect(decodeLinkFrame(Uint8Array.of(type, 1, 2, 3))).toBeNull()
  expect([
    agreedVersion([1, 2], [1, 1]),
    agreedVersion([2, 3], [1, 2]),
    agreedVersion([3, 4], [1, 2]),
  ]).toEqual([1, 2, null])
})

test('H5 C39 a proof holds for one carrier, one pair of nonces and one direction', () => {
  const side = (id: typeof ada.id, nonce: string) => ({
    node: id,
    nonce,
    session: 's',
    versions: [1, 1] as const,
  })
  const handshake = { signer: side(ada.id, 'a'), other: side(bob.id, 'b'), binding: 'tls' }
  const proof = proofFor(handshake, ada.sign)
  expect(isProved(handshake, proof, nodeCrypto)).toBe(true)
  const others = [
    { ...handshake, binding: 'another' },
    { ...handshake, other: side(bob.id, 'c') },
    { ...handshake, other: side(eve.id, 'b') },
    { ...handshake, signer: side(ada.id, 'c') },
    { ...handshake, signer: { ...handshake.signer, versions: [1, 2] as const } },
    { ...handshake, signer: handshake.other, other: handshake.signer },
  ]
  for (const other of others) expect(isProved(other, proof, nodeCrypto)).toBe(false)
  expect(isProved(handshake, proofFor(handshake, eve.sign), nodeCrypto)).toBe(false)
})

test('H8 H9 pieces and relayed bytes beyond their limits are refused by both sides', () => {
  const data = { type: 'data', epoch: 1, seq: 1, channel: 1, more: false } as const
  const body = new Uint8Array(LINK_LIMITS.pieceBytes + 1)
  expect(() => encodeLinkFrame({ ...data, body })).toThrow(/at most/)
  const relay = { type: 'relay', from: ada.id, to: bob.id, hops: 3 } as const
  expect(() => encodeLinkFrame({ ...relay, body: new Uint8Array(LINK_LIMITS.relayBytes + 1) })).toThrow(
    /at most/,
  )
  const many = encodeLinkFrame({ ...relay, body: Uint8Array.of(1) })
  many[1] = 200
  expect(decodeLinkFrame(many)).toMatchObject({ hops: LINK_LIMITS.hops })
})
