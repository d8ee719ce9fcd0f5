// The message as Tutti keeps it: who wrote to whom, where it is on its way, and who may see it. Its words are foreign text.
import { z } from 'zod'
import { idSchema } from './id.ts'

/** From most to least urgent; the order in which an inbox is delivered. */
export const MESSAGE_PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const
export type MessagePriority = (typeof MESSAGE_PRIORITIES)[number]

/**
 * `scheduled` waits for its time; `quarantined` for a person's approval; `queued` for a machine elsewhere. `delivered` lies
 * unread in the mailbox, then it is `read` and `acted` upon. `expired`, `dead` (could not be delivered), `rejected` and
 * `cancelled` are ends; a dead one can be tried again.
 */
export const MESSAGE_STATES = [
  'scheduled',
  'quarantined',
  'queued',
  'delivered',
  'read',
  'acted',
  'expired',
  'dead',
  'rejected',
  'cancelled',
] as const
export type MessageState = (typeof MESSAGE_STATES)[number]

/** How far the sender is believed; never that its words may be obeyed. */
export const MESSAGE_TRUST = ['org-verified', 'verified', 'external', 'untrusted'] as const

/** The ids of AMP: `msg_<unix>_<letters and digits>`, also those of other servers. */
export const MessageId = z
  .string()
  .max(64)
  .regex(/^msg[_-][0-9]{1,20}[_-][a-zA-Z0-9]+$/, 'expected an id like msg_1706648400000_4f1d')
export const AttachmentId = z
  .string()
  .max(64)
  .regex(/^att[_-][0-9]{1,20}[_-][a-zA-Z0-9]+$/, 'expected an id like att_1706648400000_4f1d')

/** The mailbox of an agent, of a person, or of a program elsewhere that speaks AMP to this machine. */
export const MailboxId = z.union([idSchema('agent'), idSchema('user'), idSchema('mailbox')])
export type MailboxId = z.infer<typeof MailboxId>

/** One end of a message. `mailbox` is null for an address elsewhere. */
export const Party = z.strictObject({ mailbox: MailboxId.nullable(), address: z.string() })
export type Party = z.infer<typeof Party>

/** A file of a message. `digest` is `sha256:` and 64 hex digits; `type` is what its first bytes are, not what was claimed. */
export const AttachedFile = z.strictObject({
  id: AttachmentId,
  name: z.string(),
  type: z.string(),
  sizeBytes: z.int(),
  digest: z.string(),
})
export type AttachedFile = z.infer<typeof AttachedFile>

const time = z.int()

/** A message without its text, as lists and events carry it. */
export const Message = z.strictObject({
  id: MessageId,
  /** The id of the first message of its thread. */
  thread: MessageId,
  inReplyTo: MessageId.nullable(),
  /** The same for all messages of one broadcast: the id of its first. */
  broadcast: MessageId.nullable(),
  from: Party,
  to: Party,
  subject: z.string(),
  /** The first words of the text. */
  preview: z.string(),
  type: z.string(),
  priority: z.enum(MESSAGE_PRIORITIES),
  sizeBytes: z.int(),
  attachments: z.array(AttachedFile),
  trust: z.enum(MESSAGE_TRUST),
  /** What the detector of content found, by name. */
  labels: z.array(z.string()),
  /** The detector's score, 0 to 100. */
  score: z.int(),
  state: z.enum(MESSAGE_STATES),
  why: z.string(),
  createdAt: time,
  /** When it is to be delivered; null at once. */
  deliverAt: time.nullable(),
  expiresAt: time.nullable(),
  deliveredAt: time.nullable(),
  readAt: time.nullable(),
  actedAt: time.nullable(),
  /** When it came to an end: expired, dead, rejected or cancelled. */
  endedAt: time.nullable(),
  archived: z.boolean(),
  starred: z.boolean(),
  /** Tries to hand it to a machine elsewhere. */
  attempts: z.int(),
  version: z.int(),
})
export type Message = z.infer<typeof Message>

/** Who looks: by the mailbox, and whether it is a person who may see the mail of agents. */
export interface MailReader {
  mailbox: MailboxId | null
  /** A person with message:read; false for agents and for programs that speak AMP. */
  oversees: boolean
}

// Not yet, or never, handed to its recipient.
const HELD: ReadonlySet<MessageState> = new Set(['scheduled', 'quarantined', 'rejected', 'cancelled'])

/**
 * Whether a reader may see a message: what it wrote, what it was handed, and for a person also the mail of others unless
 * another person is one of them. A person sees what is held for him; an agent does not.
 */
export function maySeeMessage(
  { mailbox, oversees }: MailReader,
  { from, to, state }: Pick<Message, 'from' | 'to' | 'state'>,
): boolean {
  if (mailbox !== null && from.mailbox === mailbox) return true
  if (mailbox !== null && to.mailbox === mailbox) return oversees || !HELD.has(state)
  return oversees && ![from.mailbox, to.mailbox].some((party) => party?.startsWith('usr_'))
}

/** Whether a reader may look into a mailbox as a whole. */
export const maySeeMailbox = (reader: MailReader, mailbox: MailboxId): boolean =>
  reader.mailbox === mailbox || (reader.oversees && !mailbox.startsWith('usr_'))
