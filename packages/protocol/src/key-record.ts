// A key over time: in force, replaced with an overlap, revoked for good (rules K7-K9; threat T20, check C40).
import type { AmpCrypto } from './amp-crypto.ts'
import { AmpError, wrongField } from './amp-error.ts'
import { utf8Bytes } from './bytes.ts'
import { formatInstant, parseInstant } from './instant.ts'
import { LIMITS } from './limits.ts'
import type { PublicKey } from './key.ts'
import { parsePublicKey, publicKeyDer, publicKeyHex } from './key.ts'
import { signatureBytes } from './signature.ts'

/** A key of the pinned directory. `kid` is its SPKI fingerprint; times are ms UTC; `untilMs` null means until replaced. */
export interface KeyRecord {
  readonly kid: string
  readonly key: PublicKey
  readonly fromMs: number
  readonly untilMs: number | null
  readonly revokedAtMs: number | null
}

export type KeyStanding = 'in_force' | 'not_yet' | 'replaced' | 'revoked'

/** Whether a key counts now. Revoked wins over everything and from the moment it is known, whatever its date (K8). */
export function keyStanding(record: KeyRecord, nowMs: number): KeyStanding {
  if (record.revokedAtMs !== null) return 'revoked'
  if (record.untilMs !== null && nowMs >= record.untilMs) return 'replaced'
  // The clock of the machine that made the record may be ahead by as much as a message's may.
  return nowMs < record.fromMs - LIMITS.futureMs ? 'not_yet' : 'in_force'
}

/** The old record after a rotation: it counts for at most 24 hours more, less if it ended sooner (K7). */
export const replacedKey = (
  old: KeyRecord,
  nowMs: number,
  overlapMs: number = LIMITS.overlapMs,
): KeyRecord => ({
  ...old,
  untilMs: Math.min(old.untilMs ?? Infinity, nowMs + Math.min(overlapMs, LIMITS.overlapMs)),
})

export const REVOCATION_REASONS = [
  'key_compromise',
  'key_rotation',
  'agent_deregistered',
  'admin_action',
] as const

/** A revocation as servers tell it to each other, kept for 90 days or more (AMP 07 "Key Revocation", K9). */
export interface Revocation {
  fingerprint: string
  agent_address: string
  revoked_at: string
  reason: (typeof REVOCATION_REASONS)[number]
  superseded_by: string | null
}

export const revocation = (of: Omit<Revocation, 'revoked_at'> & { revokedAtMs: number }): Revocation => {
  const { revokedAtMs, ...rest } = of
  return { ...rest, revoked_at: formatInstant(revokedAtMs) }
}

/** A revocation's time in ms UTC; throws AmpError `invalid_field` where it is none. */
export function revokedAtMs(record: Revocation): number {
  const ms = parseInstant(record.revoked_at)
  if (ms === null) throw wrongField('revoked_at', 'an RFC 3339 time')
  return ms
}

/**
 * The new key of a rotation, if `proof` (base64) is the old key's signature over any text that deployed clients sign: the
 * PEM as sent, trimmed or with a final newline, the DER, the raw bytes, or their hex (K7). Throws AmpError `invalid_proof`.
 */
export async function checkRotation(
  request: { newKeyText: string; proof: string },
  oldKey: PublicKey,
  crypto: AmpCrypto,
): Promise<PublicKey> {
  const next = parsePublicKey(request.newKeyText)
  const signature = signatureBytes(request.proof)
  if (signature === null) throw new AmpError('invalid_proof')
  for (const text of rotationTexts(request.newKeyText, next)) {
    if (await crypto.verifyEd25519(oldKey.raw, signature, text)) return next
  }
  throw new AmpError('invalid_proof')
}

/** The bytes that we sign for a rotation: the PEM of the new key without its final newline, as the shell client does. */
export const rotationText = (newKeyPem: string): Uint8Array => utf8Bytes(newKeyPem.trim())

const rotationTexts = (sent: string, key: PublicKey): readonly Uint8Array[] => [
  rotationText(sent),
  utf8Bytes(sent),
  utf8Bytes(`${sent.trim()}\n`),
  publicKeyDer(key),
  key.raw,
  utf8Bytes(publicKeyHex(key)),
]
