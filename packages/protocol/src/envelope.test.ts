// E1-E8, P1-P6, M1-M4: what a message must look like from outside, in both shapes, and what happens to any other.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../vectors/amp.json' with { type: 'json' }
import published from '../vectors/published.json' with { type: 'json' }
import { AMP_ERRORS, AmpError } from './amp-error.ts'
import { SCAN_STATUSES, cleanFilename, isFilename } from './attachment.ts'
import { canonicalJson, writeJson } from './canonical-json.ts'
import { envelopeWire, parseDelivery, parseEnvelope, parseRoute } from './envelope.ts'
import { jsonTree, parseJson } from './json-tree.ts'
import { LIMITS } from './limits.ts'
import { parsePayload } from './payload.ts'
import { PRIORITIES } from './signature.ts'

const flat = {
  to: 'bob@acme.aimaestro.local',
  subject: 'Hello',
  priority: 'high',
  payload: { type: 'request', message: 'How are you?', context: null },
  in_reply_to: null,
  signature: vectors.signature_sorted,
}
const envelope = {
  version: 'amp/0.1',
  id: 'msg_1706648400_abc123',
  from: 'alice@acme.crabmail.ai',
  to: 'bob@acme.crabmail.ai',
  subject: 'Hello',
  priority: 'normal',
  timestamp: '2026-01-30T10:00:00Z',
  expires_at: null,
  signature: vectors.signature_sorted,
  in_reply_to: '',
  thread_id: 'msg_1706648400_abc123',
}
const attachment = {
  id: 'att_1706648400_abc123',
  filename: 'puma.log',
  content_type: 'text/plain',
  size: 1_827_341,
  digest: `sha256:${'3b'.repeat(32)}`,
  url: 'https://cdn.crabmail.ai/a?token=x',
  scan_status: 'clean',
  uploaded_at: '2026-01-30T10:00:00Z',
  expires_at: '2026-02-06T10:00:00Z',
}
const route = (change: object = {}): unknown => parseRoute(JSON.stringify({ ...flat, ...change }))
const withPayload = (change: object): unknown => route({ payload: { ...flat.payload, ...change } })
const withAttachment = (change: object): unknown =>
  withPayload({ attachments: [{ ...attachment, ...change }] })

test('E1 reads the flat shape of a shell client, null context and empty reply included', () => {
  const request = parseRoute(
    JSON.stringify({ ...flat, in_reply_to: '', options: { receipt: true } }, null, 2),
  )

  expect(request).toMatchObject({
    to: 'bob@acme.aimaestro.local',
    priority: 'high',
    inReplyTo: null,
    threadId: null,
    claimed: null,
    wantsReceipt: true,
    payload: { type: 'request', context: null },
  })
  expect(writeJson(request.payload.node, 'jcs')).toBe(
    '{"context":null,"message":"How are you?","type":"request"}',
  )
})

test('E2 reads the whole shape that shell clients send to other providers', () => {
  const request = parseRoute(JSON.stringify({ envelope, payload: flat.payload }))

  expect(request.claimed).toEqual({ id: envelope.id, from: envelope.from, timestamp: envelope.timestamp })
  expect(request).toMatchObject({ to: envelope.to, subject: 'Hello', priority: 'normal' })
})

test('E3 a priority that is absent is normal', () => {
  expect(route({ priority: undefined })).toMatchObject({ priority: 'normal' })
})

test('K5 C39 a key that comes with a delivery is not read at all', () => {
  const delivery = parseDelivery(
    JSON.stringify({ envelope, payload: flat.payload, sender_public_key: vectors.public_raw_hex }),
  )

  expect(Object.keys(delivery)).toEqual(['envelope', 'payload', 'seal'])
})

test('E7 E8 an envelope without a thread begins its own; one of another protocol is refused', () => {
  const whole = (change: object): unknown =>
    parseDelivery(JSON.stringify({ envelope: { ...envelope, ...change }, payload: flat.payload }))

  expect(whole({ thread_id: undefined })).toMatchObject({ envelope: { threadId: envelope.id } })
  expect(whole({ version: 'amp/0.2' })).toMatchObject({ seal: null })
  expect(refusal(() => whole({ version: 'amp/1.0' }))).toEqual(['invalid_field', 'envelope.version'])
  expect(refusal(() => whole({ version: undefined }))).toEqual(['missing_field', 'envelope.version'])
})

test('E6 an envelope survives the wire', () => {
  const id = fc.stringMatching(/^msg_[0-9]{10}_[a-z0-9]{4,12}$/)
  const address = fc.constantFrom('a@b.c.d', 'Bob@Acme.x.io')
  const instant = fc.constantFrom('2026-01-30T10:00:00Z', '2026-01-30T10:00:00.5+01:00')
  const any = fc.record({
    id,
    from: address,
    to: address,
    subject: fc.string({ unit: 'grapheme', maxLength: 100 }).filter((text) => text.isWellFormed()),
    priority: fc.constantFrom(...PRIORITIES),
    timestamp: instant,
    expiresAt: fc.option(instant),
    threadId: id,
    inReplyTo: fc.option(id),
    replyTo: fc.option(address),
    signature: fc.option(fc.constant(vectors.signature_sorted)),
  })
  fc.assert(
    fc.property(any, (made) => {
      const tree = jsonTree(envelopeWire(made))
      if (tree.kind !== 'object') throw new Error('not an object')
      expect(parseEnvelope(tree)).toEqual(made)
    }),
  )
})

describe('E4 C19 refuses, with the code and the field', () => {
  test.each([
    ['no recipient', { to: undefined }, 'missing_field', 'to'],
    ['a recipient with a bar', { to: 'bob|x@acme.x.io' }, 'invalid_field', 'to'],
    ['a recipient that is a path', { to: '../../x' }, 'invalid_field', 'to'],
    ['no subject', { subject: undefined }, 'missing_field', 'subject'],
    ['a subject that is a number', { subject: 5 }, 'invalid_field', 'subject'],
    ['257 characters of subject', { subject: '🎉'.repeat(257) }, 'invalid_field', 'subject'],
    ['an unknown priority', { priority: 'soon' }, 'invalid_field', 'priority'],
    ['a reply to no id', { in_reply_to: 'low' }, 'invalid_field', 'in_reply_to'],
    ['a thread that is a path', { thread_id: '../../x' }, 'invalid_field', 'thread_id'],
    ['an id with NUL', { thread_id: 'msg_1_a\u0000' }, 'invalid_field', 'thread_id'],
    ['an expiry that never comes', { expires_at: '2026-02-30T00:00:00Z' }, 'invalid_field', 'expires_at'],
    ['no payload', { payload: undefined }, 'missing_field', 'payload'],
    ['a payload that is a list', { payload: [] }, 'invalid_field', 'payload'],
    ['a flag that is a word', { options: { receipt: 'yes' } }, 'invalid_field', 'options.receipt'],
    ['a signature that is not base64', { signature: '<script>' }, 'invalid_field', 'signature'],
  ])('%s', (...[, change, code, field]) => {
    expect(refusal(() => route(change))).toEqual([code, field])
  })

  test.each([
    ['a type with a blank', { type: 'a b' }, 'invalid_field', 'payload.type'],
    ['no text', { message: undefined }, 'missing_field', 'payload.message'],
    [
      '64 KiB of text and a byte',
      { message: 'é'.repeat(32_768) + 'x' },
      'payload_too_large',
      'payload.message',
    ],
    ['a context that is a list', { context: [] }, 'invalid_field', 'payload.context'],
    [
      'a context that is too large',
      { context: { x: 'x'.repeat(262_144) } },
      'payload_too_large',
      'payload.context',
    ],
    ['a payload that is too large', { x: 'x'.repeat(524_288) }, 'payload_too_large', 'payload'],
    [
      'eleven attachments',
      { attachments: Array.from({ length: 11 }, () => attachment) },
      'invalid_field',
      'payload.attachments',
    ],
    [
      'attachments that are too large together',
      { attachments: Array.from({ length: 5 }, () => ({ ...attachment, size: LIMITS.attachmentBytes })) },
      'payload_too_large',
      'payload.attachments',
    ],
  ])('P2-P5 %s', (...[, change, code, field]) => {
    expect(refusal(() => withPayload(change))).toEqual([code, field])
  })

  test.each([
    ['an id that is a path', { id: '../x' }, 'invalid_field'],
    ['a name that is a path', { filename: '../../etc/passwd' }, 'invalid_field'],
    ['a name with an escaped slash', { filename: 'a%2Fb' }, 'invalid_field'],
    ['a device', { filename: 'NUL.txt' }, 'invalid_field'],
    ['more than 25 MiB', { size: LIMITS.attachmentBytes + 1 }, 'invalid_field'],
    ['a size below zero', { size: -1 }, 'invalid_field'],
    ['another digest', { digest: 'md5:00' }, 'invalid_digest_algorithm'],
    ['half a digest', { digest: 'sha256:00' }, 'invalid_field'],
    ['a local file', { url: 'file:///etc/passwd' }, 'invalid_field'],
    ['a scan that goes on', { scan_status: 'pending' }, 'attachment_pending'],
    ['a rejected file', { scan_status: 'rejected' }, 'attachment_rejected'],
    ['a word that is no status', { scan_status: 'safe' }, 'invalid_field'],
  ])('M1-M3 %s', (_, change, code) => {
    expect(refusal(() => withAttachment(change))[0]).toBe(code)
  })

  test('a body of more than a mebibyte, before it is read', () => {
    expect(refusal(() => parseRoute('['.repeat(LIMITS.bodyBytes + 1)))[0]).toBe('payload_too_large')
    expect(refusal(() => parseRoute(new Uint8Array(10 * 1024 * 1024)))[0]).toBe('payload_too_large')
    expect(refusal(() => parseRoute('é'.repeat(600_000)))[0]).toBe('payload_too_large')
  })
})

test('P2 the types of gateways and of other names pass', () => {
  for (const type of ['github:pull_request', 'emailReply', 'whatsappSend', 'task']) {
    expect(withPayload({ type })).toMatchObject({ payload: { type } })
  }
})

test('P1 what the payload holds besides is kept for the signature', () => {
  const text = '{"z":1.50,"type":"task","message":"x","context":null,"x":{"b":[]}}'

  expect(writeJson(parsePayload(parseJson(text)).node, 'insertion')).toBe(text)
})

test('M4 a reference to an agent file is carried, not resolved', () => {
  expect(
    withPayload({ attachments: [{ storage: 'afp', ref: 'afp://host/x', filename: 'x.txt' }] }),
  ).toMatchObject({
    payload: { attachments: [{ storage: 'afp', ref: 'afp://host/x', filename: 'x.txt' }] },
  })
})

test('M3 the states of a scan are the published ones', () => {
  expect([...SCAN_STATUSES].sort()).toEqual([...published.scan_statuses.valid].sort())
})

test('M1 any text becomes a file name that means only itself', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(...Array.from('./\\%2fF:CONnul \u0000é\u202e')),
    maxLength: 30,
  })
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ maxLength: 400 })), (text) => {
      const name = cleanFilename(text)
      expect(name).toMatch(/^[A-Za-z0-9._-]{1,255}$/)
      expect(isFilename(name)).toBe(true)
    }),
  )
})

test('E4 any JSON is a request or AmpError, and a request is within the limits', () => {
  const word = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'msg_1_a', 'a@b.c.d', 'high', 'x'))
  const body = fc.record(
    {
      to: word,
      subject: word,
      priority: word,
      payload: fc.oneof(word, fc.record({ type: word, message: word })),
      envelope: word,
      in_reply_to: word,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(body, (value) => {
      expect(['passed', ...Object.keys(AMP_ERRORS)]).toContain(
        refusal(() => parseRoute(canonicalJson(value)))[0],
      )
    }),
    { numRuns: 1000 },
  )
})

function refusal(act: () => unknown): readonly [string, string | undefined] {
  try {
    act()
    return ['passed', undefined]
  } catch (error) {
    return error instanceof AmpError ? [error.code, error.field] : [String(error), undefined]
  }
}
