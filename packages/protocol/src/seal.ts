// The envelope seal between Tutti nodes: it covers what AMP's signature leaves open, so that a copy cannot be re-dated,
// renamed, re-threaded or sent twice (rules L1-L6; threat T19, check C39).
import type { AmpCrypto, Sign } from './amp-crypto.ts'
import { AmpError } from './amp-error.ts'
import { toBase64, utf8Bytes } from './bytes.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Envelope } from './envelope.ts'
import { parseInstant } from './instant.ts'
import { fieldsOf, matching } from './json-fields.ts'
import type { JsonNode } from './json-tree.ts'
import type { KeyRecord } from './key-record.ts'
import { keyStanding } from './key-record.ts'
import type { Payload } from './payload.ts'
import { signatureBytes, textHash } from './signature.ts'

export const SEAL_VERSION = 'amp-seal/1'

/** Travels as `envelope.seal`. `kid` is the SPKI fingerprint of the signing key; `sig` base64 of 64 bytes (L2). */
export interface Seal {
  readonly v: typeof SEAL_VERSION
  readonly kid: string
  readonly sig: string
}

/** Where keys come from: the pinned directory, never the request. Null where this key may not speak for this sender (L4). */
export type PinnedKey = (kid: string, from: string) => KeyRecord | null | Promise<KeyRecord | null>

/**
 * What a seal signs (L1): the RFC 8785 text of `[v, kid, id, timestamp, expires_at, from, to, thread_id, reply_to,
 * in_reply_to, priority, subject, payload hash]`. An array of quoted texts: no value can run into its neighbour.
 */
export const sealText = (envelope: Envelope, hash: string, kid: string): string =>
  canonicalJson([
    SEAL_VERSION,
    kid,
    envelope.id,
    envelope.timestamp,
    envelope.expiresAt,
    envelope.from,
    envelope.to,
    envelope.threadId,
    envelope.replyTo,
    envelope.inReplyTo,
    envelope.priority,
    envelope.subject,
    hash,
  ])

/** Seals an envelope with the key that `kid` names (L2). */
export async function sealEnvelope(
  envelope: Envelope,
  payload: Payload,
  by: { kid: string; sign: Sign; crypto: AmpCrypto },
): Promise<Seal> {
  const text = sealText(envelope, await textHash(payload.canonical, by.crypto), by.kid)
  return { v: SEAL_VERSION, kid: by.kid, sig: toBase64(await by.sign(utf8Bytes(text))) }
}

/**
 * Passes where the seal is by a pinned key in force that may speak for the sender, and every field is as it was sealed.
 * Throws AmpError: `invalid_seal` (401), `key_revoked` (403), `message_expired` (410). Replays are judgeArrival's (R4).
 */
export async function checkSeal(
  sealed: { envelope: Envelope; payload: Payload; seal: Seal | null },
  by: { pinned: PinnedKey; crypto: AmpCrypto; nowMs: number },
): Promise<KeyRecord> {
  const { envelope, payload, seal } = sealed
  const signature = seal && signatureBytes(seal.sig)
  const record = seal && (await by.pinned(seal.kid, envelope.from))
  if (!seal || !signature || !record) throw new AmpError('invalid_seal')
  const standing = keyStanding(record, by.nowMs)
  if (standing === 'revoked') throw new AmpError('key_revoked')
  if (standing !== 'in_force') throw new AmpError('invalid_seal', 'The key of the seal is not in force.')
  const text = sealText(envelope, await textHash(payload.canonical, by.crypto), record.kid)
  const matches = await by.crypto.verifyEd25519(record.key.raw, signature, utf8Bytes(text))
  if (!matches) throw new AmpError('invalid_seal')
  const expiresAtMs = envelope.expiresAt === null ? null : parseInstant(envelope.expiresAt)
  if (expiresAtMs !== null && expiresAtMs <= by.nowMs) throw new AmpError('message_expired')
  return record
}

/** Tree -> seal, null where there is none. Throws AmpError `invalid_seal` for one that cannot be read. */
export function parseSeal(node: JsonNode | undefined): Seal | null {
  if (node === undefined || node.kind === 'null') return null
  try {
    if (node.kind !== 'object') throw new AmpError('invalid_seal')
    const fields = fieldsOf(node, 'envelope.seal')
    fields.text('v', { wanted: SEAL_VERSION, is: (text) => text === SEAL_VERSION })
    return {
      v: SEAL_VERSION,
      kid: fields.text('kid', matching('a fingerprint', /^SHA256:[A-Za-z0-9+/]{43}=$/)),
      sig: fields.text('sig', matching('a signature', /^[A-Za-z0-9+/]{86}==$/)),
    }
  } catch (error) {
    if (error instanceof AmpError) throw new AmpError('invalid_seal', error.message, 'envelope.seal')
    throw error
  }
}
