// AMP's signature over six fields (v1.1): made in one form only, and recognised in those that deployed senders really produce.
import type { AmpCrypto, Sign } from './amp-crypto.ts'
import { wrongField } from './amp-error.ts'
import { fromBase64, toBase64, utf8Bytes } from './bytes.ts'
import type { JsonForm } from './canonical-json.ts'
import { JSON_FORMS, writeJson } from './canonical-json.ts'
import type { JsonNode } from './json-tree.ts'
import type { PublicKey } from './key.ts'
import { isMessageId } from './message-id.ts'

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

/** What the sender signs besides the payload, each exactly as it was or will be sent: never re-cased, never trimmed (S2). */
export interface SignedFields {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly priority: Priority
  readonly inReplyTo: string | null
}

/** How a signature was recognised. Kept with the message, so that every later reader can check the same bytes again (S6). */
export interface SignatureMatch {
  readonly form: JsonForm
  readonly subject: 'exact' | 'tsv'
  readonly from: string
  readonly signedText: string
}

/** `tried` counts Ed25519 verifications, which a server charges to the sender's allowance (S7). */
export type Verification =
  | { readonly ok: true; readonly match: SignatureMatch; readonly tried: number }
  | { readonly ok: false; readonly tried: number }

/** base64 of SHA-256 over the payload's text (S3). */
export const payloadHash = async (
  payload: JsonNode,
  crypto: AmpCrypto,
  form: JsonForm = 'jcs',
): Promise<string> => textHash(writeJson(payload, form), crypto)

/** The same of a payload's text that is there already, such as Payload.canonical. */
export const textHash = async (text: string, crypto: Pick<AmpCrypto, 'sha256'>): Promise<string> =>
  toBase64(await crypto.sha256(utf8Bytes(text)))

/**
 * `from|to|subject|priority|in_reply_to|hash` (AMP 04 "Canonical Signature Format (v1.1)", rule S1). Throws AmpError
 * `invalid_field` where a field could shift another: an address with `|`, an unknown priority, an id that is none (S4).
 */
export function signingText(fields: SignedFields, hash: string): string {
  for (const field of ['from', 'to'] as const) {
    if (!/^[\u0021-\u007b\u007d\u007e]{1,254}$/.test(fields[field])) throw wrongField(field, 'an address')
  }
  if (!PRIORITIES.includes(fields.priority)) throw wrongField('priority', `one of ${PRIORITIES.join(', ')}`)
  if (fields.inReplyTo !== null && !isMessageId(fields.inReplyTo))
    throw wrongField('in_reply_to', 'a message id')
  if (!fields.subject.isWellFormed()) throw wrongField('subject', 'well-formed text')
  const { from, to, subject, priority, inReplyTo } = fields
  return [from, to, subject, priority, inReplyTo ?? '', hash].join('|')
}

/** Signs a message: base64 of 64 bytes, over the JCS form (S1, S3, S5). */
export async function signMessage(
  fields: SignedFields,
  payload: JsonNode,
  by: { sign: Sign; crypto: AmpCrypto },
): Promise<string> {
  const text = signingText(fields, await payloadHash(payload, by.crypto))
  return toBase64(await by.sign(utf8Bytes(text)))
}

export interface ToVerify extends Omit<SignedFields, 'from'> {
  /** Every spelling of the sender that this key may sign for, the likeliest first; at most eight are tried (S6). */
  readonly froms: readonly string[]
  readonly payload: JsonNode
  readonly signature: string
  readonly key: PublicKey
}

/**
 * Whether the key signed the message, in any known form (S6): JSON forms x subject as sent or as the shell clients read it
 * back x spellings of the sender. A wrong signature is an answer, not an error; fields that break S4 throw AmpError.
 */
export async function verifyMessage(message: ToVerify, crypto: AmpCrypto): Promise<Verification> {
  const signature = signatureBytes(message.signature)
  const seen = new Set<string>()
  if (signature === null) return { ok: false, tried: 0 }
  for (const form of JSON_FORMS) {
    const hash = await payloadHash(message.payload, crypto, form)
    for (const match of candidates(message, form, hash)) {
      if (seen.has(match.signedText)) continue
      seen.add(match.signedText)
      const data = utf8Bytes(match.signedText)
      if (await crypto.verifyEd25519(message.key.raw, signature, data))
        return { ok: true, match, tried: seen.size }
    }
  }
  return { ok: false, tried: seen.size }
}

/** The subject as the shell clients sign it: through `@tsv` and `read`, so escaped and without outer blanks (S6). */
export const tsvSubject = (subject: string): string =>
  subject
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll(/^ +| +$/g, '')

/** base64 -> 64 bytes; null for any other text and for a scalar that is not reduced, which would be a second signature (S5). */
export function signatureBytes(text: string): Uint8Array | null {
  const bytes = text.length === 88 ? fromBase64(text) : null
  if (bytes === null || bytes.length !== 64) return null
  const scalar = bytes.subarray(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
  return scalar < GROUP_ORDER ? bytes : null
}

// RFC 8032 section 5.1.7 demands S below the order of the group.
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

const MAX_FROMS = 8

function* candidates(message: ToVerify, form: JsonForm, hash: string): Generator<SignatureMatch> {
  const subjects = [
    { subject: 'exact', text: message.subject },
    { subject: 'tsv', text: tsvSubject(message.subject) },
  ] as const
  for (const { subject, text } of subjects) {
    for (const from of message.froms.slice(0, MAX_FROMS)) {
      const signedText = signingText({ ...message, from, subject: text }, hash)
      yield { form, subject, from, signedText }
    }
  }
}
