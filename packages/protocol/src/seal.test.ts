// L1-L6, K7-K9, R5: what AMP's own signature leaves open is closed between our nodes, and keys end when they should.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../vectors/amp.json' with { type: 'json' }
import { webCrypto, webSigner } from './amp-crypto.ts'
import type { AmpCode } from './amp-error.ts'
import { AmpError } from './amp-error.ts'
import { boundContext, checkBinding, readBinding } from './binding.ts'
import { fromHex } from './bytes.ts'
import type { Envelope } from './envelope.ts'
import { envelopeWire, parseDelivery, parseEnvelope } from './envelope.ts'
import { jsonTree, parseJson } from './json-tree.ts'
import type { KeyRecord } from './key-record.ts'
import {
  checkRotation,
  keyStanding,
  replacedKey,
  revocation,
  revokedAtMs,
  rotationText,
} from './key-record.ts'
import { parsePublicKey, privateKeyDer } from './key.ts'
import { LIMITS } from './limits.ts'
import { parsePayload } from './payload.ts'
import type { Seal } from './seal.ts'
import { checkSeal, parseSeal, sealEnvelope, sealText } from './seal.ts'

const crypto = webCrypto()
const sign = webSigner(privateKeyDer(fromHex(vectors.seed_hex) ?? new Uint8Array()))
const kid = vectors.fingerprint_spki_der_44B
const nowMs = Date.UTC(2026, 0, 30, 10)
const record: KeyRecord = {
  kid,
  key: parsePublicKey(vectors.public_pem),
  fromMs: nowMs - 1000,
  untilMs: null,
  revokedAtMs: null,
}
const envelope: Envelope = {
  id: 'msg_1706648400_abc123',
  from: 'alice@acme.tutti.local',
  to: 'bob@globex.tutti.local',
  subject: 'Hello',
  priority: 'normal',
  timestamp: '2026-01-30T10:00:00Z',
  expiresAt: '2026-01-30T11:00:00Z',
  threadId: 'msg_1706648400_abc123',
  inReplyTo: null,
  replyTo: null,
  signature: null,
}
const payload = parsePayload(parseJson(vectors.insertion_payload))
const sealed = () => sealEnvelope(envelope, payload, { kid, sign, crypto })
const pinned = (known: KeyRecord = record) => ({
  pinned: (asked: string, from: string) => (asked === known.kid && from === envelope.from ? known : null),
  crypto,
  nowMs,
})

async function refusal(act: () => unknown): Promise<AmpCode | 'passed'> {
  try {
    await act()
    return 'passed'
  } catch (error) {
    if (error instanceof AmpError) return error.code
    throw error
  }
}

test('L1 L2 a seal passes with the pinned key and survives the wire', async () => {
  const seal = await sealed()
  const wire = {
    envelope: envelopeWire(envelope, seal),
    payload: JSON.parse(vectors.insertion_payload) as unknown,
  }

  const delivery = parseDelivery(JSON.stringify(wire))

  expect(await checkSeal(delivery, pinned())).toBe(record)
})

describe('L1 T19 C39 a seal breaks with', () => {
  test.each([
    ['the id', { id: 'msg_1706648400_abc124' }],
    ['the timestamp', { timestamp: '2026-01-30T10:00:01Z' }],
    ['the spelling of the timestamp', { timestamp: '2026-01-30T10:00:00.000Z' }],
    ['the expiry', { expiresAt: '2026-01-30T12:00:00Z' }],
    ['no expiry', { expiresAt: null }],
    ['the recipient', { to: 'carol@globex.tutti.local' }],
    ['the thread', { threadId: 'msg_1706648400_fff' }],
    ['the reply-to', { replyTo: 'mallory@x.y.z' }],
    ['the message it replies to', { inReplyTo: 'msg_1706648400_fff' }],
    ['the priority', { priority: 'urgent' }],
    ['the subject', { subject: 'Hello ' }],
    ['a bar shift', { subject: 'Hello|normal' }],
  ] satisfies readonly (readonly [string, Partial<Envelope>])[])('%s', async (_, change) => {
    const seal = await sealed()

    expect(
      await refusal(() => checkSeal({ envelope: { ...envelope, ...change }, payload, seal }, pinned())),
    ).toBe('invalid_seal')
  })

  test('the payload, the sender, the key id, and without a seal', async () => {
    const seal = await sealed()
    const other = parsePayload(parseJson('{"type":"request","message":"How are you"}'))
    const wide = { ...pinned(), pinned: () => record }
    const of = (change: { payload?: typeof payload; seal?: Seal | null; envelope?: Envelope }) =>
      refusal(() => checkSeal({ envelope, payload, seal, ...change }, wide))

    expect(await of({})).toBe('passed')
    expect(await of({ payload: other })).toBe('invalid_seal')
    expect(await of({ envelope: { ...envelope, from: 'mallory@acme.tutti.local' } })).toBe('invalid_seal')
    expect(await of({ seal: null })).toBe('invalid_seal')
    const second = { ...wide, pinned: () => ({ ...record, kid: vectors.fingerprint_raw_32B }) }
    expect(await refusal(() => checkSeal({ envelope, payload, seal }, second))).toBe('invalid_seal')
  })
})

test('L3 a reader that knows no seals reads the same envelope', async () => {
  const [bare, wire] = [envelopeWire(envelope), envelopeWire(envelope, await sealed())].map(jsonTree)

  if (bare?.kind !== 'object' || wire?.kind !== 'object') throw new Error('not objects')
  expect(parseEnvelope(wire)).toEqual(parseEnvelope(bare))
})

test('L1 two envelopes have one sealed text only if they are equal', () => {
  const word = fc.string({ unit: fc.constantFrom(...Array.from('a",[]|\\')), maxLength: 4 })
  const fields = fc.record({ subject: word, from: word, to: word, threadId: word, replyTo: fc.option(word) })
  fc.assert(
    fc.property(fields, fields, (a, b) => {
      const [x, y] = [a, b].map((some) => sealText({ ...envelope, ...some }, 'h', kid))
      expect(x === y).toBe(
        JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort()),
      )
    }),
  )
})

test('L4 C39 a key counts only where the directory says so: neither another key nor another sender', async () => {
  const seal = await sealed()
  const stranger = { ...pinned(), pinned: () => null }
  const asked: string[] = []
  const listening = {
    ...pinned(),
    pinned: (id: string, from: string) => (asked.push(`${id} ${from}`), record),
  }

  expect(await refusal(() => checkSeal({ envelope, payload, seal }, stranger))).toBe('invalid_seal')
  expect(await refusal(() => checkSeal({ envelope, payload, seal }, listening))).toBe('passed')
  expect(asked).toEqual([`${kid} ${envelope.from}`])
})

test('L5 C39 a sealed message that is past its time is gone', async () => {
  const late = { ...pinned(), nowMs: Date.UTC(2026, 0, 30, 11) }

  expect(await refusal(async () => checkSeal({ envelope, payload, seal: await sealed() }, late))).toBe(
    'message_expired',
  )
})

test('L6 a seal that cannot be read is refused, never taken for none', () => {
  const bad = [1, 'x', {}, { v: 'amp-seal/2', kid, sig: 'A'.repeat(88) }, { v: 'amp-seal/1', kid, sig: 'x' }]

  for (const value of bad) expect(() => parseSeal(jsonTree(value))).toThrow(AmpError)
  expect(parseSeal(undefined)).toBeNull()
  expect(parseSeal(jsonTree(null))).toBeNull()
})

describe('K7 K8 T20 C40 a key', () => {
  test('that is replaced counts for 24 hours more, at most', () => {
    const old = replacedKey(record, nowMs, 99 * LIMITS.overlapMs)

    expect(keyStanding(old, nowMs + LIMITS.overlapMs - 1)).toBe('in_force')
    expect(keyStanding(old, nowMs + LIMITS.overlapMs)).toBe('replaced')
    expect(replacedKey(replacedKey(record, nowMs, 1000), nowMs).untilMs).toBe(nowMs + 1000)
  })

  test('that is revoked does not count, whatever the date on the revocation', async () => {
    const revoked = { ...record, revokedAtMs: nowMs + 1e9 }

    expect(keyStanding(revoked, nowMs)).toBe('revoked')
    expect(
      await refusal(async () => checkSeal({ envelope, payload, seal: await sealed() }, pinned(revoked))),
    ).toBe('key_revoked')
  })

  test('that was replaced long ago seals nothing', async () => {
    const old = { ...record, untilMs: nowMs }

    expect(
      await refusal(async () => checkSeal({ envelope, payload, seal: await sealed() }, pinned(old))),
    ).toBe('invalid_seal')
  })

  test('of a machine whose clock is a little ahead counts already', () => {
    expect(keyStanding({ ...record, fromMs: nowMs + LIMITS.futureMs }, nowMs)).toBe('in_force')
    expect(keyStanding({ ...record, fromMs: nowMs + LIMITS.futureMs + 1 }, nowMs)).toBe('not_yet')
  })
})

test('K7 the rotation proofs of both sides of the field are accepted, and no other', async () => {
  const { rotation, public_pem } = vectors
  const attempt = (proof: string, newKeyText = public_pem) =>
    refusal(() => checkRotation({ newKeyText, proof }, record.key, crypto))

  expect(await attempt(rotation.proof_over_pem_trimmed)).toBe('passed')
  expect(await attempt(rotation.proof_over_raw_hex)).toBe('passed')
  expect(await attempt(vectors.signature_sorted)).toBe('invalid_proof')
  expect(await attempt('')).toBe('invalid_proof')
  const other = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
  expect(await attempt(rotation.proof_over_raw_hex, other)).toBe('invalid_proof')
  expect(new TextDecoder().decode(rotationText(public_pem))).toBe(public_pem.trim())
})

test('K9 a revocation carries its time', () => {
  const of = {
    fingerprint: kid,
    agent_address: envelope.from,
    reason: 'key_compromise',
    superseded_by: null,
  } as const

  expect(revokedAtMs(revocation({ ...of, revokedAtMs: nowMs }))).toBe(nowMs)
})

describe('R5 the binding inside the payload', () => {
  const binding = {
    nonce: '00'.repeat(16),
    created: '2026-01-30T10:00:00.000Z',
    expires: '2026-01-30T11:00:00.000Z',
    threadId: null,
  }
  const bound = parsePayload(
    jsonTree({ type: 'task', message: 'x', context: boundContext({ pr: 42 }, binding) }),
  )

  test('survives the payload, and what else stood in the context stays', () => {
    expect(readBinding(bound)).toEqual(binding)
    expect(bound.context?.members.get('pr')).toEqual({ kind: 'number', token: '42' })
    expect(readBinding(payload)).toBeNull()
  })

  test('agrees with the envelope that it was made for', async () => {
    expect(await refusal(() => checkBinding(binding, envelope))).toBe('passed')
  })

  test.each([
    ['another expiry', { expiresAt: '2026-01-30T12:00:00Z' }],
    ['no expiry', { expiresAt: null }],
    ['another thread', { threadId: 'msg_1706648400_fff' }],
    ['a later time', { timestamp: '2026-01-30T10:05:01Z' }],
    ['an earlier time', { timestamp: '2026-01-30T09:54:59Z' }],
  ] satisfies readonly (readonly [string, Partial<Envelope>])[])('C39 refuses %s', async (_, change) => {
    expect(await refusal(() => checkBinding(binding, { ...envelope, ...change }))).toBe('invalid_signature')
  })
})
