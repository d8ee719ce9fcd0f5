// How a message lies in the database: its row, and the statements that write it with its files.
import {
  MESSAGE_PRIORITIES,
  PRIORITY_RANK,
  type Agent,
  type MailboxId,
  type Message,
  type MessageState,
} from '@tutti/core'
import type { Statement, Store, Value } from '../db/store.ts'

/** A message with what was signed, as it goes into the database. */
export interface StoredMessage {
  message: Message
  /** The envelope of the wire as JSON. */
  envelope: string
  /** The payload as it was signed. */
  payload: string
  proof: string
}

export interface MessageRow {
  seq: number
  id: string
  thread: string
  in_reply_to: string | null
  broadcast: string | null
  sender: MailboxId | null
  from_address: string
  recipient: MailboxId | null
  to_address: string
  subject: string
  preview: string
  type: string
  priority: number
  size_bytes: number
  attachments: string
  trust: Message['trust']
  labels: string
  score: number
  state: MessageState
  why: string
  created_at: number
  deliver_at: number | null
  expires_at: number | null
  delivered_at: number | null
  read_at: number | null
  acted_at: number | null
  ended_at: number | null
  archived: number
  starred: number
  attempts: number
  version: number
}

// In the order of `values`. The last three are written once; the rest follows the message.
const FIXED = [
  'id',
  'thread',
  'in_reply_to',
  'broadcast',
  'sender',
  'from_address',
  'recipient',
  'to_address',
  'subject',
  'preview',
  'type',
  'priority',
  'size_bytes',
  'attachments',
  'created_at',
  'deliver_at',
  'expires_at',
] as const
const MOVING = [
  'trust',
  'labels',
  'score',
  'state',
  'why',
  'delivered_at',
  'read_at',
  'acted_at',
  'ended_at',
  'archived',
  'starred',
  'attempts',
  'version',
] as const

/** The columns of a MessageRow. */
export const MESSAGE_COLUMNS = ['seq', ...FIXED, ...MOVING].map((name) => `m.${name}`).join(', ')

const ALL = [...FIXED, ...MOVING, 'envelope', 'payload', 'proof']
const INSERT = `INSERT INTO messages (${ALL.join(', ')}) VALUES (${ALL.map(() => '?').join(', ')})`
const UPDATE = `UPDATE messages SET ${MOVING.map((name) => `${name} = ?`).join(', ')}, next_try_at = ?
  WHERE id = ? AND version = ?`

export const messageOf = (row: MessageRow): Message => ({
  id: row.id,
  thread: row.thread,
  inReplyTo: row.in_reply_to,
  broadcast: row.broadcast,
  from: { mailbox: row.sender, address: row.from_address },
  to: { mailbox: row.recipient, address: row.to_address },
  subject: row.subject,
  preview: row.preview,
  type: row.type,
  priority: MESSAGE_PRIORITIES[row.priority] ?? 'normal',
  sizeBytes: row.size_bytes,
  attachments: parsed<Message['attachments']>(row.attachments),
  trust: row.trust,
  labels: parsed<string[]>(row.labels),
  score: row.score,
  state: row.state,
  why: row.why,
  createdAt: row.created_at,
  deliverAt: row.deliver_at,
  expiresAt: row.expires_at,
  deliveredAt: row.delivered_at,
  readAt: row.read_at,
  actedAt: row.acted_at,
  endedAt: row.ended_at,
  archived: row.archived === 1,
  starred: row.starred === 1,
  attempts: row.attempts,
  version: row.version,
})

// The text was written by JSON.stringify of that type, a few lines below. Most mail has neither files nor labels.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const parsed = <T extends unknown[]>(json: string): T => (json === '[]' ? [] : JSON.parse(json)) as T

/** The statements that store a new message: row and files. */
export function insertMessage(stored: StoredMessage): Statement[] {
  const { message } = stored
  const values = [...fixed(message), ...moving(message), stored.envelope, stored.payload, stored.proof]
  return [
    { sql: INSERT, values, conflict: { fault: 'message.id-taken', details: { id: message.id } } },
    ...message.attachments.map(({ id }) => ({
      sql: 'INSERT INTO message_files (attachment_id, message_id) VALUES (?, ?)',
      values: [id, message.id],
    })),
  ]
}

/** Writes the message after a move; refuses where somebody moved it meanwhile. */
export const updateMessage = (message: Message, before: Message, nextTryAt: number | null): Statement => ({
  sql: UPDATE,
  values: [...moving(message), nextTryAt, message.id, before.version],
  expect: {
    changes: 1,
    fault: 'version.stale',
    details: { current: before.version + 1, sent: before.version },
  },
})

/** A mailbox as a word of the search. */
export const mailboxWord = (mailbox: string): string => mailbox.replace('_', '')

const fixed = (message: Message): Value[] => [
  message.id,
  message.thread,
  message.inReplyTo,
  message.broadcast,
  message.from.mailbox,
  message.from.address,
  message.to.mailbox,
  message.to.address,
  message.subject,
  message.preview,
  message.type,
  PRIORITY_RANK[message.priority],
  message.sizeBytes,
  JSON.stringify(message.attachments),
  message.createdAt,
  message.deliverAt,
  message.expiresAt,
]

const moving = (message: Message): Value[] => [
  message.trust,
  JSON.stringify(message.labels),
  message.score,
  message.state,
  message.why,
  message.deliveredAt,
  message.readAt,
  message.actedAt,
  message.endedAt,
  message.archived ? 1 : 0,
  message.starred ? 1 : 0,
  message.attempts,
  message.version,
]

const ONE = `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.id = ?`

export function findMessage(store: Store, id: string): Message | null {
  const row = store.get<MessageRow>(ONE, id)
  return row === undefined ? null : messageOf(row)
}

/** What was signed of a message, as it lies in the database now. */
export const findSigned = (store: Store, id: string) =>
  store.get<{ envelope: string; payload: string; proof: string }>(
    'SELECT envelope, payload, proof FROM messages WHERE id = ?',
    id,
  )

const QUEUED = `SELECT ${MESSAGE_COLUMNS} FROM messages m
  WHERE m.state = 'queued' AND (m.next_try_at IS NULL OR m.next_try_at <= ?) ORDER BY m.priority, m.seq LIMIT ?`

/** Messages for other machines whose next try is due. */
export const queuedMessages = (store: Pick<Store, 'all'>, now: number, limit: number): Message[] =>
  store.all<MessageRow>(QUEUED, now, limit).map(messageOf)

/** The part of the roster that mail needs. */
export interface AgentBook {
  list(deleted: boolean): readonly Agent[]
  known(id: string): Agent | undefined
  byName(name: string): Agent | undefined
}
