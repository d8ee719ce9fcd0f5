// How far a message is believed: who sent it, never that it may be obeyed (rules T1-T5).
import type { Address } from './address.ts'
import { sameTenant } from './address.ts'
import { AmpError } from './amp-error.ts'

/** From most to least (AMP 07): attested, same tenant, another tenant, not proved. */
export const TRUST_LEVELS = ['org-verified', 'verified', 'external', 'untrusted'] as const
export type Trust = (typeof TRUST_LEVELS)[number]

export interface TrustQuestion {
  readonly signature: 'valid' | 'invalid' | 'missing'
  readonly from: Address
  readonly to: Address
  /** A trusted attestation names the DID that was derived from the key which signed (T2). */
  readonly attested: boolean
  /** The setting that lets an unsigned sender of this very server pass, marked (T4). */
  readonly unsignedLocalAllowed: boolean
  /** The sender stands on this server: known by the connection, never by what the message says. */
  readonly local: boolean
}

/** The trust of a message, or AmpError: `invalid_signature`, and `signature_missing` unless the setting lets it pass (T1-T4). */
export function trustOf(question: TrustQuestion): Trust {
  if (question.signature === 'invalid') throw new AmpError('invalid_signature')
  if (question.signature === 'missing') {
    if (question.local && question.unsignedLocalAllowed) return 'untrusted'
    throw new AmpError('signature_missing')
  }
  if (!sameTenant(question.from, question.to)) return 'external'
  return question.attested ? 'org-verified' : 'verified'
}

/** The trust of what was made of several messages, such as a forwarded one: the least of them (T5). */
export const leastTrust = (levels: readonly Trust[]): Trust =>
  TRUST_LEVELS.findLast((level) => levels.includes(level)) ?? 'untrusted'
