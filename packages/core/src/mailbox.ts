// The mailbox of somebody, with what is counted in it, and who writes to whom.
import { z } from 'zod'
import { MailboxId } from './message.ts'

export const Mailbox = z.strictObject({
  id: MailboxId,
  name: z.string(),
  address: z.string(),
  kind: z.enum(['agent', 'person', 'program']),
  unread: z.int(),
  /** Unread and urgent. */
  urgent: z.int(),
  /** What waits for a person among all mail that the caller looks over, at most 1000 each; 0 for agents and programs. */
  quarantined: z.int(),
  dead: z.int(),
})

/** All that went from one address to another, ever or in a span of time. */
export const MailPair = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** Null for an address elsewhere. */
  fromMailbox: MailboxId.nullable(),
  toMailbox: MailboxId.nullable(),
  count: z.int(),
  lastAt: z.int(),
})
