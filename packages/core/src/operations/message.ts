// Messages: sending, mailboxes, threads, search, attachments. The Agent Messaging Protocol itself is in operations/amp.ts.
import { z } from 'zod'
import { Mailbox, MailPair } from '../mailbox.ts'
import {
  AttachedFile,
  AttachmentId,
  MailboxId,
  MESSAGE_PRIORITIES,
  MESSAGE_STATES,
  MESSAGE_TRUST,
  Message,
  MessageId,
} from '../message.ts'
import { op } from '../operation.ts'
import { Provider } from './mail-peer.ts'

const OneMessage = z.strictObject({ id: MessageId })
const Key = z.string().min(1).max(255)
// 64 KiB in UTF-8 is the protocol's limit; the handler counts bytes, this only bounds the work.
const Text = z.string().min(1).max(65_536)
const Subject = z.string().max(256)
const Draft = {
  text: Text,
  subject: Subject.optional(),
  type: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9_-]*(?::[\w.-]+)?$/, 'expected a type such as request or shop:order')
    .max(64)
    .default('notification'),
  priority: z.enum(MESSAGE_PRIORITIES).default('normal'),
  /** Anything as JSON; at most 256 KiB. */
  context: z.record(z.string(), z.unknown()).optional(),
  attachments: z.array(AttachmentId).max(10).default([]),
  /** Minutes until it is no longer worth reading; its sender is told. At most seven days for another machine. */
  expiresIn: z.int().min(1).max(525_600).optional(),
  /** The same key and message again is the same message: a sender that got no answer may try again. */
  key: Key.optional(),
}

/** One page of a mailbox. `fenced` is what an agent may see of it: foreign words as data, under a nonce of its own. */
export const MessagePage = z.strictObject({
  items: z.array(Message),
  /** The cursor of the following page. */
  next: z.string().nullable(),
  fenced: z.string().nullable(),
})

/** A message with its text. For an agent `text` and `context` are null and `fenced` holds them as data. */
export const OpenedMessage = z.strictObject({
  message: Message,
  text: z.string().nullable(),
  context: z.record(z.string(), z.unknown()).nullable(),
  fenced: z.string(),
  /** SHA-256 of what was signed, hex: an approval is bound to it. */
  hash: z.string(),
})

export const BOXES = [
  'inbox',
  'sent',
  'archive',
  'starred',
  'scheduled',
  'quarantine',
  'outbox',
  'dead',
  'all',
] as const

export const MESSAGE_ACTIONS = [
  'read',
  'unread',
  'act',
  'archive',
  'unarchive',
  'star',
  'unstar',
  'cancel',
  'retry',
] as const

/** An address here is `name@organization.provider`. */
export const MailSettings = z.strictObject({
  organization: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a word such as acme')
    .refine((name) => name !== 'default', 'expected another word than default, which clients write for any'),
  provider: Provider,
  keptDays: z.int().min(1).max(3650),
  /** Programs on this very machine may send without a signature; what they send is marked as untrusted. */
  unsignedLocal: z.boolean(),
  /** Of the key with which this machine signs; compare it when two machines become peers. */
  fingerprint: z.string(),
})
export type MailSettings = z.infer<typeof MailSettings>

const MessageChanges = z.array(
  z.strictObject({
    id: MessageId,
    ok: z.boolean(),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  }),
)

const Filters = {
  mailbox: MailboxId.optional(),
  from: z.string().max(254).optional(),
  to: z.string().max(254).optional(),
  /** Messages between this mailbox and that of `mailbox`, in both directions. */
  with: MailboxId.optional(),
  priority: z.enum(MESSAGE_PRIORITIES).optional(),
  state: z.enum(MESSAGE_STATES).optional(),
  trust: z.enum(MESSAGE_TRUST).optional(),
  since: z.int().min(0).optional(),
  until: z.int().min(0).optional(),
  cursor: z.string().max(80).optional(),
  limit: z.int().min(1).max(200).default(50),
}

export const messageOperations = {
  sendMessage: op({
    method: 'POST',
    path: '/v1/mail',
    may: 'message:send',
    input: () =>
      z.strictObject({
        /** A name, name@tenant.provider, #tag, or names with * for any text. */
        to: z.string().min(1).max(254),
        ...Draft,
        /** The message that this one answers. */
        inReplyTo: MessageId.optional(),
        /** When it shall be delivered, ms UTC. */
        deliverAt: z.int().min(0).optional(),
        /** An id of the client's own in place of a key. */
        id: MessageId.optional(),
      }),
    output: () => z.strictObject({ messages: z.array(Message) }),
    says: 'Send a message to an agent, a person, all with a #tag or all whose names fit shop-*',
    cli: { words: 'send', args: ['to', 'text'] },
    audited: true,
  }),
  searchMessages: op({
    method: 'GET',
    path: '/v1/mail/search',
    may: 'message:read',
    input: () => z.strictObject({ query: z.string().min(1).max(400), ...Filters }),
    output: MessagePage,
    says: 'Search the mail that you may read: words, the last one as a beginning',
    cli: { words: 'search', args: ['query'] },
  }),
  listAddresses: op({
    method: 'GET',
    path: '/v1/mail/addresses',
    may: 'message:read',
    input: () => z.strictObject({}),
    output: () => z.array(Mailbox.omit({ unread: true, urgent: true, quarantined: true, dead: true })),
    says: 'Everybody who can be written to on this machine',
    cli: { words: 'addresses' },
  }),
  listMailFlow: op({
    method: 'GET',
    path: '/v1/mail/flow',
    may: 'message:read',
    input: () => z.strictObject({ since: z.int().min(0).default(0) }),
    output: () => z.array(MailPair),
    says: 'Who writes to whom, and how often: ever, or since a time (of the newest 20,000 messages)',
  }),
  changeMessages: op({
    method: 'POST',
    path: '/v1/mail/change',
    may: 'message:send',
    input: () =>
      z.strictObject({
        ids: z.array(MessageId).min(1).max(500),
        action: z.enum(MESSAGE_ACTIONS),
      }),
    output: MessageChanges,
    says: 'Mark messages as read, acted upon, archived or starred, call back what is scheduled, retry what is dead',
    cli: { words: 'mail change', args: ['action', 'ids'] },
    audited: true,
  }),
  judgeMessage: op({
    method: 'POST',
    path: '/v1/mail/{id}/judge',
    may: 'message:judge',
    input: () =>
      OneMessage.extend({
        verdict: z.enum(['approve', 'reject']),
        /** The hash of the message as it was looked at. */
        hash: z.string().regex(/^[0-9a-f]{64}$/, 'expected the hash of the message'),
      }),
    output: Message,
    says: 'Let a quarantined message through, or refuse it; bound to what was looked at',
    cli: { words: 'mail judge', args: ['id', 'verdict'] },
    audited: true,
  }),
  getMailSettings: op({
    method: 'GET',
    path: '/v1/mail/settings',
    may: 'settings:read',
    input: () => z.strictObject({}),
    output: MailSettings,
    says: 'The name under which this machine has mail, its key, and how long mail is kept',
    cli: { words: 'mail settings' },
  }),
  updateMailSettings: op({
    method: 'PATCH',
    path: '/v1/mail/settings',
    may: 'settings:write',
    input: () => MailSettings.omit({ fingerprint: true }).partial(),
    output: MailSettings,
    says: 'Change the name under which this machine has mail; old addresses stop working',
    cli: { words: 'mail settings change' },
    audited: true,
  }),
  listMessages: op({
    method: 'GET',
    path: '/v1/mail',
    may: 'message:read',
    input: () =>
      z.strictObject({
        box: z.enum(BOXES).default('inbox'),
        unread: z.boolean().default(false),
        /** `delivery`: the most urgent first, then the oldest. */
        order: z.enum(['newest', 'delivery']).default('newest'),
        ...Filters,
      }),
    output: MessagePage,
    says: 'The messages of a mailbox',
    cli: { words: 'mail list' },
  }),
  getMailbox: op({
    method: 'GET',
    path: '/v1/mailbox',
    may: 'message:read',
    input: () => z.strictObject({ mailbox: MailboxId.optional() }),
    output: Mailbox,
    says: 'Address and number of unread messages of a mailbox, your own without --mailbox',
    cli: { words: 'mailbox' },
  }),
  getMessage: op({
    method: 'GET',
    path: '/v1/mail/{id}',
    may: 'message:read',
    input: OneMessage,
    output: OpenedMessage,
    says: 'A message with its text; it stays unread',
    cli: { words: 'mail show', args: ['id'] },
  }),
  readMessage: op({
    method: 'POST',
    path: '/v1/mail/{id}/read',
    may: 'message:send',
    input: OneMessage,
    output: OpenedMessage,
    says: 'Read a message: its text, and its sender learns that it was read',
    cli: { words: 'read', args: ['id'] },
    audited: true,
  }),
  replyMessage: op({
    method: 'POST',
    path: '/v1/mail/{id}/reply',
    may: 'message:send',
    input: () => OneMessage.extend(Draft),
    output: Message,
    says: 'Answer a message, within its thread; the one answered is marked as acted upon',
    cli: { words: 'reply', args: ['id', 'text'] },
    audited: true,
  }),
  getThread: op({
    method: 'GET',
    path: '/v1/mail/{id}/thread',
    may: 'message:read',
    input: OneMessage,
    output: () => MessagePage.omit({ next: true }),
    says: 'The thread of a message, oldest first',
    cli: { words: 'thread', args: ['id'] },
  }),
  uploadAttachment: op({
    method: 'POST',
    path: '/v1/mail/attachments',
    may: 'message:send',
    input: () => z.strictObject({ name: z.string().min(1).max(255), digest: z.string().max(80).optional() }),
    raw: { limitBytes: 25 * 1024 * 1024 },
    output: AttachedFile,
    says: 'Upload a file for a message, at most 25 MB; the body is the file',
    audited: true,
  }),
  getAttachment: op({
    method: 'GET',
    path: '/v1/mail/attachments/{id}/file',
    may: 'message:read',
    input: () => z.strictObject({ id: AttachmentId }),
    output: () => z.strictObject({}),
    bytes: 'application/octet-stream',
    says: 'Download an attachment; its content was checked against its digest',
    cli: { words: 'mail file', args: ['id'] },
  }),
} as const
