// One Ed25519 key and its spellings in the field: PEM, raw, hex, JWK, did:key, and two fingerprints (rules K1-K6).
import type { AmpCrypto } from './amp-crypto.ts'
import { AmpError } from './amp-error.ts'
import {
  fromBase58,
  fromBase64,
  fromBase64Url,
  fromHex,
  joined,
  sameBytes,
  toBase58,
  toBase64,
  toBase64Url,
  toHex,
  utf8Bytes,
} from './bytes.ts'

/** A public key that was checked (K1, K3): 32 bytes, a point of the curve's encoding, none of the eight weak ones. */
export interface PublicKey {
  readonly algorithm: 'Ed25519'
  readonly raw: Uint8Array
}

/** Both fingerprints of a key, `SHA256:` and base64 of 32 bytes (K4): over the 44 bytes of SPKI, and over the 32 raw ones. */
export interface Fingerprints {
  readonly spki: string
  readonly raw: string
}

// RFC 8410: SubjectPublicKeyInfo and PKCS #8 of Ed25519 are a fixed prefix and 32 bytes.
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)
const PKCS8_PREFIX = joined(
  Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06),
  Uint8Array.of(0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20),
)
const DID_PREFIX = Uint8Array.of(0xed, 0x01)

/** 32 raw bytes -> key. Throws AmpError `invalid_field` for any other length, a y beyond the field, and a weak point (K3). */
export function publicKey(raw: Uint8Array): PublicKey {
  if (raw.length !== 32 || isWeak(raw)) throw wrongKey()
  return { algorithm: 'Ed25519', raw: raw.slice() }
}

/**
 * Any spelling -> key (K2): PEM of SPKI, did:key, 64 hex digits, or standard base64 of 32 raw or 44 SPKI bytes.
 * Throws AmpError `invalid_field` (field `public_key`) for anything else.
 */
export function parsePublicKey(text: string): PublicKey {
  const trimmed = text.length > 1024 ? '' : text.trim()
  const bytes = didBytes(trimmed) ?? pemBytes(trimmed, 'PUBLIC KEY') ?? fromBareText(trimmed)
  if (bytes?.length === 32) return publicKey(bytes)
  const raw = bytes && afterPrefix(bytes, SPKI_PREFIX)
  if (raw) return publicKey(raw)
  throw wrongKey()
}

/** SPKI DER, 44 bytes (RFC 8410 section 4). */
export const publicKeyDer = (key: PublicKey): Uint8Array => joined(SPKI_PREFIX, key.raw)

/** PEM of SPKI with a final newline, as OpenSSL writes it. */
export const publicKeyPem = (key: PublicKey): string => pem('PUBLIC KEY', publicKeyDer(key))

/** 64 lower-case hex digits, as one deployed server sends keys. */
export const publicKeyHex = (key: PublicKey): string => toHex(key.raw)

/** `did:key:z...`: base58btc of 0xed01 and the key (W3C did:key). Always derived, never taken from a client (K5). */
export const didOf = (key: PublicKey): string => `did:key:z${toBase58(joined(DID_PREFIX, key.raw))}`

/** JWK of RFC 8037. */
export const publicJwk = (key: PublicKey): { kty: 'OKP'; crv: 'Ed25519'; x: string } => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: toBase64Url(key.raw),
})

/** JWK of RFC 8037 -> key; members other than kty, crv and x are ignored. Throws AmpError `invalid_field`. */
export function fromJwk(jwk: { kty: string; crv: string; x: string }): PublicKey {
  const raw = jwk.kty === 'OKP' && jwk.crv === 'Ed25519' ? fromBase64Url(jwk.x) : null
  if (raw === null) throw wrongKey()
  return publicKey(raw)
}

/** 32 secret bytes -> PKCS #8 DER, 48 bytes (RFC 8410 section 7). */
export function privateKeyDer(seed: Uint8Array): Uint8Array {
  if (seed.length !== 32) throw new TypeError('an Ed25519 seed has 32 bytes')
  return joined(PKCS8_PREFIX, seed)
}

/** 32 secret bytes -> PEM of PKCS #8 with a final newline. */
export const privateKeyPem = (seed: Uint8Array): string => pem('PRIVATE KEY', privateKeyDer(seed))

/** PEM of PKCS #8 -> the 32 secret bytes. The error says nothing of what was inside. */
export function parsePrivateKey(text: string): Uint8Array {
  const bytes = text.length > 1024 ? null : pemBytes(text.trim(), 'PRIVATE KEY')
  const seed = bytes && afterPrefix(bytes, PKCS8_PREFIX)
  if (seed) return seed
  throw new AmpError('invalid_field', 'Expected a private Ed25519 key as PKCS #8 PEM', 'private_key')
}

/** Both fingerprints, because the field is split between them (K4). */
export async function fingerprints(key: PublicKey, crypto: AmpCrypto): Promise<Fingerprints> {
  const print = async (bytes: Uint8Array): Promise<string> => `SHA256:${toBase64(await crypto.sha256(bytes))}`
  return { spki: await print(publicKeyDer(key)), raw: await print(key.raw) }
}

/** Whether a text from outside names this key by either fingerprint; never the other way round (K4). */
export const isFingerprintOf = (text: string, of: Fingerprints): boolean =>
  [of.spki, of.raw].some((print) => sameBytes(utf8Bytes(text), utf8Bytes(print)))

export const sameKey = (a: PublicKey, b: PublicKey): boolean => sameBytes(a.raw, b.raw)

function pem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function pemBytes(text: string, label: string): Uint8Array | null {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`]
  if (!text.startsWith(begin) || !text.endsWith(end)) return null
  return fromBase64(text.slice(begin.length, -end.length).replaceAll(/[ \t\r\n]/g, ''))
}

function didBytes(text: string): Uint8Array | null {
  if (!text.startsWith('did:key:z')) return null
  const bytes = fromBase58(text.slice('did:key:z'.length))
  return bytes && afterPrefix(bytes, DID_PREFIX)
}

const fromBareText = (text: string): Uint8Array | null =>
  /^[0-9a-fA-F]{64}$/.test(text) ? fromHex(text) : fromBase64(text)

function afterPrefix(bytes: Uint8Array, prefix: Uint8Array): Uint8Array | null {
  const rest = bytes.slice(prefix.length)
  return rest.length === 32 && sameBytes(bytes.subarray(0, prefix.length), prefix) ? rest : null
}

const wrongKey = (): AmpError =>
  new AmpError(
    'invalid_field',
    'Expected an Ed25519 public key (PEM, did:key, hex or base64), and not a weak one',
    'public_key',
  )

const FIELD_PRIME = 2n ** 255n - 19n
const ORDER_8_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
// y of the points of order 1, 2, 4 and 8 (twice): under such a key one signature fits many messages.
const WEAK_Y = new Set([0n, 1n, FIELD_PRIME - 1n, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y])

function isWeak(raw: Uint8Array): boolean {
  const y = BigInt(`0x${toHex(raw.toReversed())}`) & (2n ** 255n - 1n)
  return y >= FIELD_PRIME || WEAK_Y.has(y)
}
