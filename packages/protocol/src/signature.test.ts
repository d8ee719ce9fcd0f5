// S1-S7: the signature of AMP 1.1, made in one form and recognised in every known one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../vectors/amp.json' with { type: 'json' }
import forms from '../vectors/json-forms.json' with { type: 'json' }
import published from '../vectors/published.json' with { type: 'json' }
import { webCrypto, webSigner } from './amp-crypto.ts'
import { AmpError } from './amp-error.ts'
import { fromBase64, fromHex, toBase64, utf8Bytes } from './bytes.ts'
import type { JsonForm } from './canonical-json.ts'
import { JSON_FORMS, writeJson } from './canonical-json.ts'
import { jsonTree, parseJson } from './json-tree.ts'
import { parsePublicKey, privateKeyDer } from './key.ts'
import type { Priority, ToVerify } from './signature.ts'
import { payloadHash, signMessage, signingText, tsvSubject, verifyMessage } from './signature.ts'

const crypto = webCrypto()
const key = parsePublicKey(vectors.public_pem)
const sign = webSigner(privateKeyDer(fromHex(vectors.seed_hex) ?? new Uint8Array()))
const hello = {
  from: 'alice@acme.aimaestro.local',
  to: 'bob@acme.aimaestro.local',
  subject: 'Hello',
  priority: 'high',
  inReplyTo: null,
} as const
const payload = parseJson(vectors.insertion_payload)
const aMessage = (change: Partial<ToVerify> = {}): ToVerify => ({
  ...hello,
  froms: [hello.from],
  payload,
  signature: vectors.signature_sorted,
  key,
  ...change,
})

test('S1 S3 S5 the worked example comes out byte for byte', async () => {
  const hash = await payloadHash(payload, crypto)

  expect(writeJson(payload, 'jcs')).toBe(vectors.sorted_canonical_payload)
  expect(hash).toBe(vectors.payload_hash_sorted)
  expect(signingText(hello, hash)).toBe(vectors.signing_string_sorted)
  expect(await signMessage(hello, payload, { sign, crypto })).toBe(vectors.signature_sorted)
})

test.each(published.payload_hashes)(
  'S3 the published payload $payload has the published hash',
  async (vector) => {
    expect(await payloadHash(parseJson(vector.payload), crypto)).toBe(vector.hash)
  },
)

test.each(published.signed_texts)('S1 the published fields make the text $text', (vector) => {
  const fields = { ...vector, priority: vector.priority as Priority, inReplyTo: vector.in_reply_to }

  expect(signingText(fields, vector.hash)).toBe(vector.text)
})

describe('S6 recognises', () => {
  test('the form that is signed here, at the first try', async () => {
    expect(await verifyMessage(aMessage(), crypto)).toEqual({
      ok: true,
      tried: 1,
      match: { form: 'jcs', subject: 'exact', from: hello.from, signedText: vectors.signing_string_sorted },
    })
  })

  test('the unsorted form of the first specification', async () => {
    expect(await payloadHash(payload, crypto, 'insertion')).toBe(vectors.payload_hash_insertion)
    expect(await verifyMessage(aMessage({ signature: vectors.signature_insertion }), crypto)).toMatchObject({
      ok: true,
      match: { form: 'insertion' },
    })
  })

  test.each(JSON_FORMS)('a payload that was hashed as %s', async (form: JsonForm) => {
    const nasty = parseJson(forms.text)
    const signature = await signed(signingText(hello, await payloadHash(nasty, crypto, form)))

    const result = await verifyMessage(aMessage({ payload: nasty, signature }), crypto)

    expect(result).toMatchObject({ ok: true, match: { form } })
  })

  test.each(forms.tsv.map(([subject = '', read = '']) => ({ subject, read })))(
    'the subject $subject as a shell client reads it back',
    async ({ subject, read }) => {
      const signature = await signed(signingText({ ...hello, subject: read }, vectors.payload_hash_sorted))

      expect(tsvSubject(subject)).toBe(read)
      expect(await verifyMessage(aMessage({ subject, signature }), crypto)).toMatchObject({ ok: true })
    },
  )

  test('every spelling of the sender that the caller allows, and says which', async () => {
    const froms = ['alice@acme.tutti.local', 'alice', hello.from]

    expect(await verifyMessage(aMessage({ froms }), crypto)).toMatchObject({
      ok: true,
      tried: 3,
      match: { from: hello.from },
    })
  })
})

describe('S6 C39 refuses', () => {
  test.each([
    ['another sender', { froms: ['mallory@acme.aimaestro.local'] }],
    ['another recipient', { to: 'carol@acme.aimaestro.local' }],
    ['another subject', { subject: 'Hello!' }],
    ['another priority', { priority: 'urgent' }],
    ['another thread', { inReplyTo: 'msg_1706648400_abc123' }],
    ['another payload', { payload: parseJson('{"type":"request","message":"How are you"}') }],
    ['a changed signature', { signature: vectors.signature_sorted.replace('6dJ', '6dK') }],
    ['no signature', { signature: '' }],
    ['a long signature', { signature: 'A'.repeat(1e6) }],
    ['no sender', { froms: [] }],
  ] satisfies readonly (readonly [string, Partial<ToVerify>])[])('%s', async (_, change) => {
    expect(await verifyMessage(aMessage(change), crypto)).toMatchObject({ ok: false })
  })

  test('the key of somebody else', async () => {
    const other = parsePublicKey('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')

    expect(await verifyMessage(aMessage({ key: other }), crypto)).toMatchObject({ ok: false })
  })

  test('the second signature that adding the group order makes', async () => {
    const bytes = fromBase64(vectors.signature_sorted) ?? new Uint8Array()
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    let scalar = bytes.subarray(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + order
    for (let i = 32; i < 64; i++, scalar >>= 8n) bytes[i] = Number(scalar & 255n)

    expect(await verifyMessage(aMessage({ signature: toBase64(bytes) }), crypto)).toEqual({
      ok: false,
      tried: 0,
    })
  })

  test('S7 a forged one after at most fourteen verifications for each spelling of the sender', async () => {
    const forged = aMessage({ payload: parseJson(forms.text), subject: ' a\\b ' })

    expect(await verifyMessage(forged, crypto)).toEqual({ ok: false, tried: 14 })
  })
})

test('S4 C39 no field can shift another: two messages have one text only if they are equal', () => {
  const word = fc.string({ unit: fc.constantFrom(...Array.from('ab|@ .')), maxLength: 8 })
  const fields = fc.record({
    from: word,
    to: word,
    subject: word,
    priority: fc.constantFrom<Priority>('urgent', 'high', 'normal', 'low'),
    inReplyTo: fc.option(fc.constantFrom('msg_1_a', 'msg_2_b', 'low', '|low|'), { nil: null }),
  })
  const hash = fc.constantFrom('h1=', 'h2=')
  fc.assert(
    fc.property(fc.tuple(fields, hash), fc.tuple(fields, hash), (a, b) => {
      const [x, y] = [textOrNull(...a), textOrNull(...b)]
      const equal = JSON.stringify(a) === JSON.stringify(b)
      expect(x !== null && x === y && !equal).toBe(false)
    }),
    { numRuns: 1500 },
  )
})

test('S2 addresses are signed as they are written, not in lower case', async () => {
  const from = 'Alice@Acme.AIMaestro.local'
  const signature = await signMessage({ ...hello, from }, payload, { sign, crypto })

  expect(await verifyMessage(aMessage({ signature }), crypto)).toMatchObject({ ok: false })
  expect(await verifyMessage(aMessage({ signature, froms: [from] }), crypto)).toMatchObject({ ok: true })
})

test('S4 a subject full of bars and priorities is one subject', async () => {
  const subject = 'x|urgent|msg_1_a|AAAA'
  const signature = await signMessage({ ...hello, subject }, payload, { sign, crypto })

  expect(await verifyMessage(aMessage({ subject, signature }), crypto)).toMatchObject({ ok: true })
  expect(
    await verifyMessage(aMessage({ subject: 'x', priority: 'urgent', signature }), crypto),
  ).toMatchObject({
    ok: false,
  })
})

test('S4 fields outside the grammar are refused before any signature is looked at', async () => {
  for (const change of [{ to: 'bob|x' }, { inReplyTo: 'low' }, { priority: 'soon' as Priority }]) {
    await expect(verifyMessage(aMessage(change), crypto)).rejects.toThrow(AmpError)
  }
})

test('S6 every message that is signed here verifies at the first try', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => value.isWellFormed())
  await fc.assert(
    fc.asyncProperty(text, fc.dictionary(text, fc.jsonValue()), async (subject, context) => {
      const node = jsonTree(JSON.parse(JSON.stringify({ type: 'task', message: subject, context })))
      const signature = await signMessage({ ...hello, subject }, node, { sign, crypto })
      expect(await verifyMessage(aMessage({ subject, payload: node, signature }), crypto)).toMatchObject({
        ok: true,
        tried: 1,
      })
    }),
    { numRuns: 50 },
  )
})

const signed = async (text: string): Promise<string> => toBase64(await sign(utf8Bytes(text)))

function textOrNull(...args: Parameters<typeof signingText>): string | null {
  try {
    return signingText(...args)
  } catch {
    return null
  }
}
