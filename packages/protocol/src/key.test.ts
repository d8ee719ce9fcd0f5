// K1-K6: one key in all its spellings, against the vectors that OpenSSL made.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../vectors/amp.json' with { type: 'json' }
import { newKeyPair, webCrypto, webSigner } from './amp-crypto.ts'
import { AmpError } from './amp-error.ts'
import { fromHex, toBase64, toHex, utf8Bytes } from './bytes.ts'
import {
  didOf,
  fingerprints,
  fromJwk,
  isFingerprintOf,
  parsePrivateKey,
  parsePublicKey,
  privateKeyDer,
  privateKeyPem,
  publicJwk,
  publicKey,
  publicKeyDer,
  publicKeyHex,
  publicKeyPem,
  sameKey,
} from './key.ts'

const crypto = webCrypto()
const key = parsePublicKey(vectors.public_pem)

test('K1 the key of the vectors has all the spellings of the vectors', async () => {
  expect(publicKeyPem(key)).toBe(vectors.public_pem)
  expect(publicKeyHex(key)).toBe(vectors.public_raw_hex)
  expect(didOf(key)).toBe(vectors.did_key)
  expect(publicJwk(key)).toEqual(vectors.jwk)
  expect(await fingerprints(key, crypto)).toEqual({
    spki: vectors.fingerprint_spki_der_44B,
    raw: vectors.fingerprint_raw_32B,
  })
})

test('K2 every spelling reads as the same key', () => {
  const spellings = [
    vectors.public_pem,
    vectors.public_pem.trim(),
    vectors.public_pem.replaceAll('\n', '\r\n'),
    vectors.public_raw_hex,
    vectors.public_raw_hex.toUpperCase(),
    vectors.did_key,
    toBase64(key.raw),
    toBase64(publicKeyDer(key)),
  ]
  for (const spelling of spellings) expect(sameKey(parsePublicKey(spelling), key)).toBe(true)
  expect(sameKey(fromJwk({ kty: 'OKP', crv: 'Ed25519', x: vectors.jwk.x }), key)).toBe(true)
})

test('K2 every key survives every spelling', () => {
  const raw = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => (bytes[31] ?? 0) % 128 < 127)
  fc.assert(
    fc.property(raw, (bytes) => {
      const made = publicKey(bytes)
      for (const text of [publicKeyPem(made), publicKeyHex(made), didOf(made), toBase64(bytes)]) {
        expect(parsePublicKey(text).raw).toEqual(bytes)
      }
      expect(fromJwk(publicJwk(made)).raw).toEqual(bytes)
    }),
  )
})

test('K2 any other text is refused with invalid_field', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(() => parsePublicKey(text)).toThrow(AmpError)
    }),
  )
  expect(() => parsePublicKey(vectors.private_pem)).toThrow(AmpError)
  expect(() => parsePublicKey(`${vectors.public_pem}x`)).toThrow(AmpError)
  expect(() => parsePublicKey('A'.repeat(5_000_000))).toThrow(AmpError)
})

describe('K3 weak keys, under which one signature fits many messages, are refused', () => {
  test.each([
    ['order 1', `01${'00'.repeat(31)}`],
    ['order 1 with a sign', `01${'00'.repeat(30)}80`],
    ['order 2', `ec${'ff'.repeat(30)}7f`],
    ['order 4', '00'.repeat(32)],
    ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['order 8, other', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['a y beyond the field', `ee${'ff'.repeat(30)}7f`],
  ])('%s', (_, hex) => {
    expect(() => parsePublicKey(hex)).toThrow(AmpError)
  })
})

test('K4 a text names the key by either fingerprint and by nothing else', async () => {
  const of = await fingerprints(key, crypto)

  expect(isFingerprintOf(vectors.fingerprint_raw_32B, of)).toBe(true)
  expect(isFingerprintOf(vectors.fingerprint_spki_der_44B, of)).toBe(true)
  expect(isFingerprintOf(vectors.fingerprint_raw_32B.toLowerCase(), of)).toBe(false)
  expect(isFingerprintOf('', of)).toBe(false)
})

test('K6 the private key of the vectors survives its PEM, and its errors show nothing of it', () => {
  const seed = fromHex(vectors.seed_hex) ?? new Uint8Array()

  expect(privateKeyPem(seed)).toBe(vectors.private_pem)
  expect(toHex(parsePrivateKey(vectors.private_pem))).toBe(vectors.seed_hex)
  expect(() => parsePrivateKey(vectors.private_pem.replace('MC4', 'MC5'))).toThrow(
    /^Expected a private Ed25519 key/,
  )
})

test('K6 a new pair signs what its public half verifies, and only that', async () => {
  const pair = await newKeyPair()
  const sign = webSigner(privateKeyDer(pair.seed))

  const signature = await sign(utf8Bytes('hello'))

  expect(await crypto.verifyEd25519(pair.publicRaw, signature, utf8Bytes('hello'))).toBe(true)
  expect(await crypto.verifyEd25519(pair.publicRaw, signature, utf8Bytes('hellp'))).toBe(false)
})
