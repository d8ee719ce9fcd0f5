// What shows on another machine that a message is its sender's: the key that signed, and what exactly it signed. A machine vouches for
// its mail, but a stolen machine key alone must not speak for the agents that others know already.
import { createPublicKey, hash, verify } from 'node:crypto'
import { JSON_FORMS, signingText, tsvSubject, writeJson, type Envelope, type Payload } from '@tutti/protocol'
import { z } from 'zod'
import type { Statement } from '../db/store.ts'

export const SenderProof = z.object({
  /** The raw Ed25519 key, base64url. */
  key: z.string().regex(/^[\w-]{43}$/),
  form: z.enum(JSON_FORMS),
  subject: z.enum(['exact', 'tsv']),
  from: z.string().max(400),
})
export type SenderProof = z.infer<typeof SenderProof>

/** At once, as a step of the mesh decides within itself; a letter costs one verification. */
export function isSigned(proof: SenderProof, envelope: Envelope, payload: Payload): boolean {
  const { to, priority, inReplyTo, signature } = envelope
  if (signature === null) return false
  const digest = hash('sha256', writeJson(payload.node, proof.form), 'base64')
  const subject = proof.subject === 'exact' ? envelope.subject : tsvSubject(envelope.subject)
  const text = signingText({ from: proof.from, to, subject, priority, inReplyTo }, digest)
  const key = { kty: 'OKP', crv: 'Ed25519', x: proof.key }
  return verify(
    null,
    Buffer.from(text),
    createPublicKey({ format: 'jwk', key }),
    Buffer.from(signature, 'base64'),
  )
}

export const PINNED = 'SELECT public_key FROM mail_remote_keys WHERE address = ? LIMIT 1'

/** Keeps the key of a sender elsewhere from its first letter on. */
export const pin = (party: string, { key }: SenderProof, now: number): Statement => ({
  sql: `INSERT INTO mail_remote_keys (address, kid, public_key, from_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  values: [party, key, key, now],
})

/** Programs change their keys, and their own machine sees to it; agents and people keep theirs for life. */
export const isPinned = (party: string): boolean => !party.includes('/mbx_')
