// Whose mail a caller may see: its own, and for a person with the right also that of agents.
import type { MailboxId, MailReader } from '@tutti/core'
import type { Actor } from '../handler.ts'
import { holds } from '../permission.ts'

/** The mailbox of a caller; null for one that has none. */
export function mailboxOf(actor: Actor): MailboxId | null {
  return actor.agentId ?? actor.programId ?? actor.userId
}

export const mailReader = (actor: Actor): MailReader => ({
  mailbox: mailboxOf(actor),
  oversees: actor.agentId === null && actor.programId === undefined && holds(actor, 'message:read'),
})
