// An agent elsewhere proves who it is and is given a token for it: what it sends, and how that is judged (rules Q1-Q5; AMP 11, AID).
import { isAddressText } from './address.ts'
import { checkCard, type CardForm } from './agent-card.ts'
import { AMP_ERRORS, AmpError, type AmpCode, type AmpErrorBody } from './amp-error.ts'
import type { AmpCrypto } from './amp-crypto.ts'
import { fromBase64Url, toBase64, utf8Bytes } from './bytes.ts'
import { atMost, fieldsOf, matching } from './json-fields.ts'
import { parseJson } from './json-tree.ts'
import { isFingerprintOf, fingerprints, parsePublicKey, type PublicKey } from './key.ts'
import { LIMITS } from './limits.ts'
import { signatureBytes } from './signature.ts'

/** The grant type of the token request. */
export const IDENTITY_GRANT = 'urn:aid:agent-identity'

/** What a proof is good for: each signs a tag of its own, so that none serves for the other. */
export const PROOF_TAGS = { token: 'aid-token-exchange', status: 'aid-registration-status' } as const

/**
 * A refusal of OAuth (RFC 6749 section 5.2, RFC 7662): `error` and `error_description`, and `message` for AMP's own clients.
 * `invalid_proof` is 400 here, where the rotation of a key says 401 (Q5).
 */
export class IdentityError extends AmpError {
  override readonly status: number
  constructor(code: AmpCode, says?: string, field?: string) {
    super(code, says, field)
    this.status = code === 'invalid_proof' ? 400 : AMP_ERRORS[code].status
  }
  override body(): AmpErrorBody {
    return { ...super.body(), error_description: this.message }
  }
}

/** A refused registration: 422 in the words of JSON:API, which the shell clients print (Q5). */
export class RegistrationError extends AmpError {
  override readonly status = 422
  override body(): AmpErrorBody {
    const source =
      this.field === undefined ? {} : { source: { pointer: `/${this.field.replaceAll('.', '/')}` } }
    return {
      ...super.body(),
      errors: [{ status: '422', code: this.code, detail: this.message, ...source }],
    }
  }
}

/** What a registration asks for; nothing of it is granted by asking. */
export interface RegistrationRequest {
  readonly name: string
  /** As the agent calls itself; whose it is, only its provider knows. */
  readonly address: string
  readonly key: PublicKey
  readonly description: string
  /** The role that an operator named, or null. */
  readonly role: number | null
  readonly lifetimeSeconds: number | null
}

const ADDRESS = { wanted: 'an address', is: isAddressText }
const TEXT = /^[^\p{Cc}]*$/u

/** The body of a registration, in the field names of either generation (Q4). Throws RegistrationError. */
export async function parseRegistration(body: Uint8Array, crypto: AmpCrypto): Promise<RegistrationRequest> {
  try {
    return await registrationOf(body, crypto)
  } catch (error) {
    if (!(error instanceof AmpError)) throw error
    throw new RegistrationError(error.code, error.message, error.field)
  }
}

async function registrationOf(body: Uint8Array, crypto: AmpCrypto): Promise<RegistrationRequest> {
  const node = parseJson(body)
  if (node.kind !== 'object') throw new AmpError('invalid_request', 'Expected a JSON object')
  const path = 'agent_registration'
  const fields = fieldsOf(fieldsOf(node).object(path), path)
  const prefixed = (name: string): string => (fields.node(`amp_${name}`) === undefined ? name : `amp_${name}`)
  const optionalCount = (name: string, max: number): number | null => {
    const kind = fields.node(name)?.kind
    return kind === undefined || kind === 'null' ? null : fields.count(name, max)
  }
  const key = parsePublicKey(fields.text(prefixed('public_key'), atMost(1024)))
  const print = fields.optionalText(prefixed('fingerprint'), atMost(64))
  if (print !== null && !isFingerprintOf(print, await fingerprints(key, crypto)))
    throw new AmpError('invalid_field', 'Expected the fingerprint of the key', `${path}.fingerprint`)
  const algorithm = fields.optionalText('key_algorithm', atMost(32)) ?? 'Ed25519'
  if (algorithm.toLowerCase() !== 'ed25519')
    throw new AmpError('invalid_field', 'Expected `key_algorithm` to be Ed25519', `${path}.key_algorithm`)
  return {
    key,
    address: fields.text(prefixed('address'), ADDRESS).toLowerCase(),
    name: fields.text('name', matching('a name for people', /^[^\p{Cc}]+$/u, 120)),
    description: fields.optionalText('description', matching('a text in one line', TEXT, 500)) ?? '',
    role: optionalCount('role_id', 1_000_000),
    lifetimeSeconds: optionalCount('token_lifetime', 100_000_000),
  }
}

/** The fields of a token request (Q1). Throws IdentityError. */
export interface TokenRequest {
  readonly identity: string
  readonly proof: string
  /** Null where none were named: then all that are granted. */
  readonly scopes: readonly string[] | null
}

// An identity is some 800 characters; a key in PEM and a signature are most of it.
const IDENTITY_CHARS = 16 * 1024

/** A form, `application/x-www-form-urlencoded`; a field that comes twice is refused (RFC 6749 section 3.2). */
export function parseForm(body: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(body))) {
    if (fields.has(name)) throw new IdentityError('invalid_request', 'A field of the form came twice.')
    fields.set(name, value)
  }
  return fields
}

export function parseTokenRequest(body: Uint8Array): TokenRequest {
  const form = parseForm(body)
  const grant = form.get('grant_type')
  if (grant === undefined) throw new IdentityError('invalid_request', 'Expected `grant_type`', 'grant_type')
  if (grant !== IDENTITY_GRANT) throw new IdentityError('unsupported_grant_type')
  if ((form.get('requested_credential_type') ?? 'access_token') !== 'access_token')
    throw new IdentityError('invalid_request', 'Only access tokens are given out here.')
  const needed = (name: string): string => {
    const text = form.get(name) ?? ''
    if (text !== '' && text.length <= IDENTITY_CHARS) return text
    throw new IdentityError('invalid_request', `Expected \`${name}\``, name)
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter((one) => one !== '')
  return {
    identity: needed('agent_identity'),
    proof: needed('proof'),
    scopes: scopes.length === 0 ? null : [...new Set(scopes)],
  }
}

/** Who an identity document says it is: the key has signed it, the address is its claim. */
export interface ProvedIdentity {
  readonly address: string
  readonly key: PublicKey
  readonly form: CardForm
}

/** base64url of a signed identity document -> who it is (Q1). Throws IdentityError `invalid_grant`. */
export async function checkIdentity(
  encoded: string,
  by: { crypto: AmpCrypto; nowMs: number },
): Promise<ProvedIdentity> {
  const bytes = fromBase64Url(encoded.replaceAll('=', ''))
  if (bytes === null) throw notProved('it is not base64url')
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const card = await checkCard(text, by)
    // Without a signature, or with one that leaves its fields open, it is a claim and no proof.
    if (card.form === 'none' || card.form === 'address-key-time') throw notProved('it is not signed')
    return { ...card, address: card.address.toLowerCase() }
  } catch (error) {
    if (error instanceof IdentityError) throw error
    if (error instanceof AmpError || error instanceof TypeError) throw notProved(error.message)
    throw error
  }
}

const notProved = (why: string): IdentityError =>
  new IdentityError('invalid_grant', `The identity was not accepted: ${why}`)

/** The text that a proof signs: tag, Unix seconds as they travel, and the server that it is for (Q2, Q3). */
export const proofText = (tag: string, seconds: string, issuer: string): string =>
  `${tag}\n${seconds}\n${issuer}`

/** A proof of possession that was checked; whoever takes one remembers it until it would be too old anyway (Q2). */
export interface CheckedProof {
  /** 64 bytes: one key signs one text in one way. */
  readonly signature: Uint8Array
  readonly until: number
  readonly issuer: string
}

/**
 * Checks a proof: base64url of 64 bytes of signature and the time's digits, or of the signature's base64 and those digits, as the
 * polling script makes it. `issuers` are this server's own spellings. Throws IdentityError `invalid_proof`.
 */
export async function checkProof(
  of: { proof: string; key: PublicKey; tag: string; issuers: readonly string[] },
  by: { crypto: AmpCrypto; nowMs: number },
): Promise<CheckedProof> {
  const parts = proofParts(of.proof)
  if (parts === null) throw new IdentityError('invalid_proof', 'The proof could not be read.')
  const madeMs = Number(parts.seconds) * 1000
  if (Math.abs(by.nowMs - madeMs) > LIMITS.staleMs)
    throw new IdentityError('invalid_proof', 'The proof is not of the last five minutes; check the clock.')
  for (const issuer of of.issuers) {
    const text = utf8Bytes(proofText(of.tag, parts.seconds, issuer))
    if (await by.crypto.verifyEd25519(of.key.raw, parts.signature, text))
      return { signature: parts.signature, until: madeMs + LIMITS.staleMs, issuer }
  }
  throw new IdentityError('invalid_proof', `The proof is not the key's, or not for ${of.issuers[0] ?? 'us'}.`)
}

const SIGNATURE_BYTES = 64
// base64 of 64 bytes.
const SIGNATURE_CHARS = 88

/** Either shape; a signature has one spelling, so that it cannot come twice as two (S5). */
function proofParts(proof: string): { signature: Uint8Array; seconds: string } | null {
  const bytes = fromBase64Url(proof.replaceAll(/[=\r\n]/g, ''))
  if (bytes === null) return null
  const textFrom = (at: number, to?: number): string => new TextDecoder().decode(bytes.subarray(at, to))
  const shapes = [
    [toBase64(bytes.subarray(0, SIGNATURE_BYTES)), textFrom(SIGNATURE_BYTES)],
    [textFrom(0, SIGNATURE_CHARS), textFrom(SIGNATURE_CHARS)],
  ] as const
  for (const [encoded, seconds] of shapes) {
    const signature = /^[1-9][0-9]{8,11}$/.test(seconds) ? signatureBytes(encoded) : null
    if (signature !== null) return { signature, seconds }
  }
  return null
}
