// Who of another machine has written a letter: that machine has proved itself by its link, and says which of its own it was.
import { idSchema, type AgentId } from '@tutti/core'
import { z } from 'zod'
import type { Store } from '../db/store.ts'
import type { Proof } from './composing.ts'
import { findSigned } from './message-row.ts'

interface Vouched {
  /** The key of the machine. */
  node: string
  /** A mailbox there, by its id or its name. */
  sender: string
}

/** What is kept as the proof of a letter. */
export const vouchedProof = ({ node, sender }: Vouched, from: string): Proof => ({
  kid: node,
  form: 'node',
  subject: 'exact',
  from,
  sender,
})

const VouchedAgent = z.object({
  form: z.literal('node'),
  kid: z.string(),
  sender: idSchema('agent'),
})

/** The agent of another machine from which a message came; null for people, for strangers and for mail of this machine. */
export function vouchedAgent(store: Store, messageId: string): { agent: AgentId; node: string } | null {
  const signed = findSigned(store, messageId)
  const proof = VouchedAgent.safeParse(signed && JSON.parse(signed.proof)).data
  return proof ? { agent: proof.sender, node: proof.kid } : null
}
