// Closing a mailbox for a while, opening it again, and what speaks for it.
import { z } from 'zod'
import { MailboxId } from '../message.ts'
import { op } from '../operation.ts'

/** A mailbox from which and for which nothing is taken. */
export const Suspension = z.strictObject({
  mailbox: MailboxId,
  why: z.string(),
  /** When, in ms since 1970, and by whom. */
  at: z.int(),
  by: z.string(),
})
export type Suspension = z.infer<typeof Suspension>

// An id, a name or an address: what people and clients of AMP have at hand.
const Named = z.object({ id: z.string().min(1).max(300) })
const aliases = (verb: string): string[] =>
  ['/v1', '/api/v1', '/api/v1/v1'].map((base) => `${base}/agents/{id}/${verb}`)

/** How the mail of a sender of the last 24 hours was judged (AMP 07). */
export const MailRisk = z.strictObject({
  mailbox: MailboxId,
  address: z.string(),
  /** Of the last day, at most the last thousand. */
  total: z.int(),
  blocked: z.int(),
  quarantined: z.int(),
  flagged: z.int(),
  /** (3 blocked + 2 quarantined + flagged) of all, in percent; 100 at most. */
  risk: z.int(),
  level: z.enum(['low', 'moderate', 'high', 'critical']),
})
export type MailRisk = z.infer<typeof MailRisk>

export const mailSuspensionOperations = {
  listSuspensions: op({
    method: 'GET',
    path: '/v1/mail/suspended',
    may: 'message:judge',
    input: () => z.strictObject({}),
    output: () => z.array(Suspension),
    says: 'The mailboxes that are closed for a while',
    cli: { words: 'mail suspended' },
  }),
  suspendMailbox: op({
    method: 'POST',
    path: '/v1/mail/suspend/{id}',
    aliases: aliases('suspend'),
    may: 'message:judge',
    input: () => Named.extend({ why: z.string().max(300).default('') }),
    output: () => z.array(Suspension),
    says: 'Close the mailbox of an agent or program: nothing is taken from it or for it',
    cli: { words: 'mail suspend', args: ['id'] },
    audited: true,
  }),
  unsuspendMailbox: op({
    method: 'POST',
    path: '/v1/mail/unsuspend/{id}',
    aliases: aliases('unsuspend'),
    may: 'message:judge',
    input: Named,
    output: () => z.array(Suspension),
    says: 'Open a mailbox that was closed',
    cli: { words: 'mail unsuspend', args: ['id'] },
    audited: true,
  }),
  getMailRisk: op({
    method: 'GET',
    path: '/v1/mail/risk/{id}',
    aliases: aliases('risk'),
    may: 'message:judge',
    input: Named,
    output: MailRisk,
    says: 'How much of what an agent or program sent in the last 24 hours was doubtful',
    cli: { words: 'mail risk', args: ['id'] },
  }),
} as const
