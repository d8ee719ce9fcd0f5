// D1-D4, W1-W3, G1-G3, X1-X2: cards, webhooks, providers and refusals as the field makes them.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../vectors/amp.json' with { type: 'json' }
import { checkCard, signCard } from './agent-card.ts'
import { webCrypto, webSigner } from './amp-crypto.ts'
import { AMP_ERRORS, AmpError, quoted } from './amp-error.ts'
import { fromHex, toBase64, utf8Bytes } from './bytes.ts'
import { jqPretty, pythonJson } from './canonical-json.ts'
import { checkProvider, parseProviderRecord, providerHeaders } from './federation.ts'
import { parseJson } from './json-tree.ts'
import { parsePublicKey, privateKeyDer } from './key.ts'
import { LIMITS } from './limits.ts'
import { isWebhookValid, webhookHeaders } from './webhook.ts'

// Any code point, half a surrogate pair included.
const anyChar = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point))
const crypto = webCrypto()
const key = parsePublicKey(vectors.public_pem)
const sign = webSigner(privateKeyDer(fromHex(vectors.seed_hex) ?? new Uint8Array()))
const signed = async (text: string): Promise<string> => toBase64(await sign(utf8Bytes(text)))
const nowMs = Date.UTC(2026, 0, 30, 10)
const facts = {
  agentId: 'a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d',
  address: 'alice@acme.tutti.local',
  alias: 'Alice',
  key,
  providerEndpoint: null,
  capabilities: ['attachments'],
  issuedAtMs: nowMs,
  expiresAtMs: nowMs + 99 * LIMITS.cardMs,
}
const by = { crypto, nowMs }

describe('an agent card', () => {
  test('D1 D2 that is signed here is proved, and ends within six months', async () => {
    const card = await signCard(facts, { sign, crypto })

    expect(card['expires_at']).toBe(new Date(nowMs + LIMITS.cardMs).toISOString())
    expect(await checkCard(JSON.stringify(card), by)).toEqual({
      form: 'amp-agent-card-1',
      address: facts.address,
      key,
    })
  })

  test('D2 with any change is refused', async () => {
    const card = await signCard(facts, { sign, crypto })
    const changes = [
      { address: 'mallory@acme.tutti.local' },
      { alias: 'Bob' },
      { expires_at: '2099-01-01T00:00:00Z' },
      { extra: 1 },
      { public_key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' },
      { fingerprint: `SHA256:${toBase64(new Uint8Array(32))}` },
    ]

    for (const change of changes) {
      await expect(checkCard(JSON.stringify({ ...card, ...change }), by)).rejects.toThrow(AmpError)
    }
    await expect(checkCard(JSON.stringify(card), { crypto, nowMs: nowMs + LIMITS.cardMs })).rejects.toThrow(
      /expired/,
    )
  })

  test('D3 D4 of the identity script and of the one server are recognised by their form', async () => {
    const script = {
      address: facts.address,
      public_key: vectors.public_pem,
      fingerprint: vectors.fingerprint_raw_32B,
    }
    const pretty = jqPretty(parseJson(JSON.stringify(script)))
    const signedAt = '2026-01-30T10:00:00Z'
    const server = { address: facts.address, public_key_pem: vectors.public_pem, signed_at: signedAt }

    const cards = [
      { ...script, signature: await signed(pretty) },
      { ...script, signature: await signed(`${pretty}\n`) },
      { ...server, signature: await signed(`${facts.address}|${vectors.public_pem}|${signedAt}`) },
      { ...server, signature: null, provider_asserted: true },
    ]

    const forms = await Promise.all(
      cards.map(async (card) => (await checkCard(JSON.stringify(card), by)).form),
    )
    expect(forms).toEqual(['identity-script', 'identity-script', 'address-key-time', 'none'])
  })

  test('D2 of any other shape ends in AmpError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        await expect(checkCard(text, by)).rejects.toThrow(AmpError)
      }),
    )
  })
})

describe('a webhook', () => {
  const { secret, body, timestamp, spec } = vectors.webhook
  const call = { secret, body, timestampS: timestamp, messageId: 'msg_1706648400_abc123', attempt: 1 }

  test('W1 carries the signature of the vectors', async () => {
    expect(await webhookHeaders(call, crypto)).toMatchObject({
      'x-amp-signature': spec,
      'x-amp-timestamp': '1706648400',
      'x-amp-message-id': 'msg_1706648400_abc123',
      'x-amp-delivery-attempt': '1',
    })
  })

  test('W2 carries the signature of Standard Webhooks, with the decoded secret', async () => {
    const standard = { ...call, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
    const wanted = createHmac('sha256', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'))
      .update(`${call.messageId}.${timestamp}.${body}`)
      .digest('base64')

    expect((await webhookHeaders(standard, crypto))['webhook-signature']).toBe(`v1,${wanted}`)
  })

  test('W3 is valid for five minutes and only as it was sent', async () => {
    const received = {
      secret,
      body,
      timestampS: timestamp,
      signature: spec,
      nowMs: timestamp * 1000 + LIMITS.staleMs,
    }

    expect(await isWebhookValid(received, crypto)).toBe(true)
    expect(await isWebhookValid({ ...received, nowMs: received.nowMs + 1 }, crypto)).toBe(false)
    expect(await isWebhookValid({ ...received, body: `${body} ` }, crypto)).toBe(false)
    expect(await isWebhookValid({ ...received, timestampS: timestamp + 1 }, crypto)).toBe(false)
  })
})

describe('a provider', () => {
  const body = utf8Bytes('{"b": 1.50, "a": "é"}')
  const timestamp = String(nowMs / 1000)
  const request = (signature: string, at = timestamp) => ({
    headers: { provider: 'x.io', timestamp: at, signature },
    body,
    nowMs,
  })

  test('G1 signs the bytes that it sends', async () => {
    const headers = await providerHeaders({ provider: 'x.io', timestamp, body }, sign)

    expect(await checkProvider(request(headers['x-amp-signature'] ?? ''), key, crypto)).toBe('raw')
  })

  test('G2 may have signed what Python makes of the body', async () => {
    const python = pythonJson(parseJson(body))

    expect(python).toBe(String.raw`{"b": 1.5, "a": "\u00e9"}`)
    expect(await checkProvider(request(await signed(`${timestamp}.${python}`)), key, crypto)).toBe('python')
  })

  test('G2 is refused with another body, another time, an old time or a future one', async () => {
    const good = await signed(`${timestamp}.{}`)
    const old = String(nowMs / 1000 - 301)
    const early = '2026-01-30T10:01:01Z'

    await expect(checkProvider(request(good), key, crypto)).rejects.toThrow(/does not match/)
    await expect(checkProvider(request(good, old), key, crypto)).rejects.toThrow(/five minutes/)
    await expect(checkProvider(request(good, early), key, crypto)).rejects.toThrow(/future/)
    await expect(checkProvider(request(good, 'x'), key, crypto)).rejects.toThrow(AmpError)
  })

  test('G3 says where it is in DNS, in any spelling of the version', () => {
    const record = `v=AMP01.3; endpoint=https://amp.x.io/v1; pubkey=${vectors.fingerprint_raw_32B}; capabilities=a,notify:v1`

    expect(parseProviderRecord(record)).toEqual({
      endpoint: 'https://amp.x.io/v1',
      fingerprint: vectors.fingerprint_raw_32B,
      capabilities: ['a', 'notify:v1'],
    })
    for (const other of ['', 'v=spf1 -all', 'v=AMP1; endpoint=http://x.io', 'v=AMP1', 'x'.repeat(5000)]) {
      expect(parseProviderRecord(other)).toBeNull()
    }
  })
})

test('X1 X2 a refusal goes out as a word that shell clients can print, with the word of the specification beside it', () => {
  expect(new AmpError('invalid_signature').body()).toEqual({
    error: 'invalid_signature',
    message: 'The signature does not match the message.',
    details: { code: 'signature_invalid' },
  })
  expect(new AmpError('missing_field', 'Expected `to`', 'to').body()).toEqual({
    error: 'missing_field',
    message: 'Expected `to`',
    field: 'to',
  })
  for (const [code, { status, says }] of Object.entries(AMP_ERRORS)) {
    expect([code, status >= 400 && status < 600, says.endsWith('.')]).toEqual([code, true, true])
  }
})

test('X1 foreign text in a refusal is short and plain', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyChar, maxLength: 300 }), (text) => {
      expect(quoted(text)).toMatch(/^`[\u0020-\u007e\u00a0-\uffff]{0,80}`$/)
    }),
  )
})
