// Q1-Q5: identities as the draft and the scripts of either generation sign them, and what must not pass for one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../vectors/amp.json' with { type: 'json' }
import { signCard } from './agent-card.ts'
import { webCrypto, webSigner } from './amp-crypto.ts'
import { AmpError } from './amp-error.ts'
import { fromHex, toBase64, toBase64Url, utf8Bytes } from './bytes.ts'
import { jqPretty, writeJson } from './canonical-json.ts'
import {
  checkIdentity,
  checkProof,
  IdentityError,
  parseRegistration,
  parseTokenRequest,
  PROOF_TAGS,
  proofText,
} from './identity.ts'
import { jsonTree } from './json-tree.ts'
import { fingerprints, parsePublicKey, privateKeyDer } from './key.ts'

const crypto = webCrypto()
const key = parsePublicKey(vectors.public_pem)
const sign = webSigner(privateKeyDer(fromHex(vectors.seed_hex) ?? new Uint8Array()))
const nowMs = Date.UTC(2026, 10, 23)
const by = { crypto, nowMs }
const base = 'http://localhost:4747'

const card = {
  aid_version: '1.0',
  address: 'ann@default.local',
  alias: 'ann',
  public_key: vectors.public_pem.trim(),
  key_algorithm: 'Ed25519',
  fingerprint: vectors.fingerprint_spki_der_44B,
  issued_at: '2026-11-23T00:00:00Z',
  expires_at: '2027-05-23T00:00:00Z',
}
const encoded = (value: unknown): string => toBase64Url(utf8Bytes(JSON.stringify(value)))
const identity = async (text: string, of: object = card): Promise<string> =>
  encoded({ ...of, signature: toBase64(await sign(utf8Bytes(text))) })

const proof = async (seconds: number, issuer = base, tag: string = PROOF_TAGS.token): Promise<Uint8Array> =>
  sign(utf8Bytes(proofText(tag, String(seconds), issuer)))
const joined = (signature: Uint8Array | string, seconds: number): string => {
  const first = typeof signature === 'string' ? utf8Bytes(signature) : signature
  return toBase64Url(Uint8Array.from([...first, ...utf8Bytes(String(seconds))]))
}
const seconds = nowMs / 1000
const asked = (text: string) => ({ proof: text, key, tag: PROOF_TAGS.token, issuers: [base, `${base}/team`] })

describe('an identity', () => {
  test('Q1 D3 counts in the form of the draft and in both forms of the scripts', async () => {
    const facts = { agentId: 'a', alias: null, key, providerEndpoint: null, capabilities: [] }
    const times = { issuedAtMs: nowMs, expiresAtMs: nowMs + 1000 }
    const drafted = await signCard({ ...facts, ...times, address: card.address }, { sign, crypto })
    const node = jsonTree(card)

    for (const one of [
      encoded(drafted),
      await identity(jqPretty(node)),
      await identity(writeJson(node, 'jcs')),
    ])
      expect(await checkIdentity(one, by)).toMatchObject({ address: card.address, key })
  })

  test('Q1 that is changed, unsigned, past its end or signed over less is no grant', async () => {
    const pretty = jqPretty(jsonTree(card))
    const signature = toBase64(await sign(utf8Bytes(pretty)))
    const signedAt = { ...card, signed_at: card.issued_at }
    const short = `${card.address}|${card.public_key}|${card.issued_at}`
    const wrong = [
      encoded(card),
      encoded({ ...card, signature, address: 'root@default.local' }),
      encoded({ ...card, signature, extra: 1 }),
      await identity(short, signedAt),
      await identity(jqPretty(jsonTree({ ...card, expires_at: card.issued_at })), {
        ...card,
        expires_at: card.issued_at,
      }),
      'not base64url!',
      encoded([]),
      toBase64Url(Uint8Array.of(0xff, 0xfe)),
    ]

    for (const one of wrong) {
      await expect(checkIdentity(one, by)).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_grant', status: 400 }),
      )
    }
  })

  test('Q1 of any text whatever is refused with a word of OAuth, never with a failure', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => toBase64Url(utf8Bytes(text))),
        ),
        async (text) => {
          await expect(checkIdentity(text, by)).rejects.toThrow(IdentityError)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a proof', () => {
  test('Q2 Q3 counts for either spelling of the server, with the signature as bytes or as its base64', async () => {
    for (const issuer of [base, `${base}/team`]) {
      const signature = await proof(seconds, issuer)
      for (const shape of [signature, toBase64(signature)]) {
        expect(await checkProof(asked(joined(shape, seconds)), by)).toEqual({
          signature,
          issuer,
          until: nowMs + 300_000,
        })
      }
    }
  })

  test('Q2 Q3 for another server, another purpose or another time is refused', async () => {
    const wrong = [
      joined(await proof(seconds, 'http://evil.example'), seconds),
      joined(await proof(seconds, base, PROOF_TAGS.status), seconds),
      joined(await proof(seconds), seconds + 1),
      joined(await proof(seconds - 301), seconds - 301),
      joined(await proof(seconds + 301), seconds + 301),
      joined(new Uint8Array(64), seconds),
      'x',
      '',
    ]
    for (const one of wrong) {
      await expect(checkProof(asked(one), by)).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_proof', status: 400 }),
      )
    }
    for (const edge of [seconds - 300, seconds + 300])
      expect(await checkProof(asked(joined(await proof(edge), edge)), by)).toMatchObject({ issuer: base })
  })

  test('Q2 with one bit turned is refused', async () => {
    const right = Uint8Array.from([...(await proof(seconds)), ...utf8Bytes(String(seconds))])
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: right.length * 8 - 1 }), async (bit) => {
        const turned = right.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        await expect(checkProof(asked(toBase64Url(turned)), by)).rejects.toThrow(IdentityError)
      }),
      { numRuns: 60 },
    )
  })
})

test('Q1 Q5 a token request is a form of that grant, each field once', () => {
  const form = (text: string) => parseTokenRequest(utf8Bytes(text))
  const grant = 'grant_type=urn%3Aaid%3Aagent-identity'
  expect(form(`${grant}&agent_identity=a&proof=b&scope=x+y%20x`)).toEqual({
    identity: 'a',
    proof: 'b',
    scopes: ['x', 'y'],
  })
  expect(form(`${grant}&agent_identity=a&proof=b`).scopes).toBeNull()
  for (const [text, code] of [
    ['grant_type=password&agent_identity=a&proof=b', 'unsupported_grant_type'],
    ['agent_identity=a&proof=b', 'invalid_request'],
    [`${grant}&agent_identity=a`, 'invalid_request'],
    [`${grant}&agent_identity=a&proof=b&proof=c`, 'invalid_request'],
    [`${grant}&agent_identity=a&proof=b&requested_credential_type=api_key`, 'invalid_request'],
  ] as const) {
    let body: unknown
    try {
      form(text)
    } catch (error) {
      body = error instanceof AmpError ? error.body() : error
    }
    expect(body).toMatchObject({ error: code, error_description: expect.any(String) })
  }
})

describe('a registration', () => {
  const plain = { name: 'Ann', address: 'Ann@default.local', public_key: vectors.public_pem }
  const body = (registration: unknown) => utf8Bytes(JSON.stringify({ agent_registration: registration }))

  test('Q4 is read in the fields of either generation', async () => {
    const { spki, raw } = await fingerprints(key, crypto)
    const older = {
      name: 'Ann',
      amp_address: 'ann@default.local',
      amp_public_key: vectors.public_pem,
      amp_fingerprint: raw,
      key_algorithm: 'Ed25519',
      role_id: 2,
      description: 'Builds',
      token_lifetime: 3600,
    }
    const read = { name: 'Ann', address: 'ann@default.local', key }
    expect(await parseRegistration(body(older), crypto)).toEqual({
      ...read,
      description: 'Builds',
      role: 2,
      lifetimeSeconds: 3600,
    })
    expect(await parseRegistration(body({ ...plain, fingerprint: spki, description: '' }), crypto)).toEqual({
      ...read,
      description: '',
      role: null,
      lifetimeSeconds: null,
    })
  })

  test('Q4 Q5 that names another fingerprint, no key or nonsense is 422 with the field', async () => {
    for (const [wrong, pointer] of [
      [{ ...plain, fingerprint: `SHA256:${'A'.repeat(43)}=` }, '/agent_registration/fingerprint'],
      [{ ...plain, name: undefined }, '/agent_registration/name'],
      [{ ...plain, key_algorithm: 'RSA' }, '/agent_registration/key_algorithm'],
      [{ ...plain, address: 'a b@c' }, '/agent_registration/address'],
      [{ ...plain, role_id: 'admin' }, '/agent_registration/role_id'],
      [{ ...plain, public_key: 'x' }, '/public_key'],
    ] as const) {
      const refusal: unknown = await parseRegistration(body(wrong), crypto).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ status: 422 })
      expect(refusal instanceof AmpError && refusal.body()).toMatchObject({
        error: expect.any(String),
        errors: [{ status: '422', detail: expect.any(String), source: { pointer } }],
      })
    }
    await expect(parseRegistration(utf8Bytes('[]'), crypto)).rejects.toThrow(AmpError)
  })
})
