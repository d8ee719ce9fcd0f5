// Reads mail: boxes, conversations, threads and search, a page at a time and each from an index.
import {
  fault,
  maySeeMailbox,
  maySeeMessage,
  PRIORITY_RANK,
  type MailboxId,
  type MailReader,
  type Message,
  type ParsedOf,
} from '@tutti/core'
import type { Store, Value } from '../db/store.ts'
import { mailboxWord, MESSAGE_COLUMNS, messageOf, type MessageRow } from './message-row.ts'

type Listing = ParsedOf<'listMessages'>
type Searching = ParsedOf<'searchMessages'>
type Box = Listing['box']

export interface Page {
  items: Message[]
  next: string | null
}

export interface Shelves {
  /** Throws mailbox.unknown where the reader may not look into that mailbox. */
  list(reader: MailReader, listing: Listing): Page
  search(reader: MailReader, searching: Searching): Page
  /** All messages of a thread that the reader may see, oldest first. */
  thread(reader: MailReader, message: Message): Message[]
  counts(mailbox: MailboxId): { unread: number; urgent: number }
}

/** Conditions of a query, each with its values. */
export type Condition = readonly [sql: string, ...values: Value[]]

interface Query {
  from: string
  where: readonly Condition[]
  /** Alternatives, each of which an index answers in order: the best of each are merged, and nothing is sorted as a whole. */
  either?: readonly (readonly Condition[])[]
  order: string
  limit: number
}

const allOf = (conditions: readonly Condition[]) => ({
  sql: conditions.length === 0 ? '1' : conditions.map(([sql]) => `(${sql})`).join(' AND '),
  values: conditions.flatMap(([, ...values]) => values),
})

// A thread longer than this is read in pieces by its conversation.
const THREAD_LIMIT = 500

export function createShelves(store: Pick<Store, 'all' | 'get'>): Shelves {
  const page = (query: Query) => {
    const order = `ORDER BY ${query.order} LIMIT ${query.limit + 1}`
    if (query.either === undefined) {
      const { sql, values } = allOf(query.where)
      return store.all<MessageRow>(
        `SELECT ${MESSAGE_COLUMNS} FROM ${query.from} WHERE ${sql} ${order}`,
        ...values,
      )
    }
    const parts = query.either.map((one) => allOf([...one, ...query.where]))
    const found = parts.map(({ sql }) => `SELECT * FROM (SELECT m.seq FROM messages m WHERE ${sql} ${order})`)
    return store.all<MessageRow>(
      `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.seq IN (${found.join(' UNION ALL ')}) ${order}`,
      ...parts.flatMap(({ values }) => values),
    )
  }

  return {
    list(reader, listing) {
      const mailbox = mailboxFor(reader, listing)
      const byPriority = listing.order === 'delivery'
      const where = [
        ...(listing.unread ? [UNREAD] : []),
        ...filters(listing),
        ...privacy(reader),
        ...after(listing.cursor, byPriority),
      ]
      const place = placeOf(listing, mailbox, where)
      const newest = place.either ? 'm.seq DESC' : 'w.rowid DESC'
      const order = byPriority ? 'm.priority, m.seq' : newest
      const rows = page({ ...place, order, limit: listing.limit })
      return pageOf(rows, listing.limit, byPriority)
    },
    search(reader, searching) {
      const mailbox =
        searching.mailbox === undefined && reader.oversees ? null : mailboxFor(reader, searching)
      const match = matchOf(searching.query, mailbox)
      if (match === null) return { items: [], next: null }
      const rows = page({
        from: 'message_words w JOIN messages m ON m.seq = w.rowid',
        where: [
          ['message_words MATCH ?', match],
          ...conversation(mailbox, searching.with),
          ...filters(searching),
          ...privacy(reader),
          ...(searching.cursor === undefined ? [] : [['w.rowid < ?', numberOf(searching.cursor)] as const]),
        ],
        order: 'w.rowid DESC',
        limit: searching.limit,
      })
      return pageOf(rows, searching.limit, false)
    },
    thread: (reader, message) =>
      page({
        from: 'messages m',
        where: [['m.thread = ?', message.thread]],
        order: 'm.seq',
        limit: THREAD_LIMIT,
      })
        .map(messageOf)
        .filter((one) => maySeeMessage(reader, one)),
    counts: (mailbox) =>
      store.get<{ unread: number; urgent: number }>(
        'SELECT unread, urgent FROM mailboxes WHERE id = ?',
        mailbox,
      ) ?? {
        unread: 0,
        urgent: 0,
      },
  }
}

const UNREAD: Condition = ["m.state = 'delivered' AND m.archived = 0"]
const HELD: ReadonlySet<Box> = new Set(['all', 'quarantine', 'outbox', 'dead', 'scheduled'])

/** The mailbox to look into; null for a person who looks over all of them. */
function mailboxFor(
  reader: MailReader,
  asked: { mailbox?: MailboxId | undefined; box?: Box },
): MailboxId | null {
  if (asked.mailbox !== undefined) {
    if (!maySeeMailbox(reader, asked.mailbox)) throw fault('mailbox.unknown', { id: asked.mailbox })
    return asked.mailbox
  }
  if (reader.oversees && asked.box !== undefined && HELD.has(asked.box)) return null
  if (reader.mailbox === null) throw fault('message.no-mailbox')
  return reader.mailbox
}

/** Where the messages of a box are looked for. */
function placeOf(
  listing: Listing,
  mailbox: MailboxId | null,
  where: readonly Condition[],
): Pick<Query, 'from' | 'where' | 'either'> {
  const either = boxConditions(listing.box, mailbox)
  if (listing.with === undefined) return { from: 'messages m', where, either }
  if (mailbox === null) {
    const other = boxConditions('all', listing.with)
    return {
      from: 'messages m',
      where,
      either: either.flatMap((one) => other.map((two) => one.concat(two))),
    }
  }
  // The parties of each message are words of the search, and two words are found together faster than by either's mailbox.
  const parties = `parties : "${mailboxWord(mailbox)}" AND parties : "${mailboxWord(listing.with)}"`
  return {
    from: 'message_words w JOIN messages m ON m.seq = w.rowid',
    where: [
      ['message_words MATCH ?', parties],
      ...conversation(mailbox, listing.with),
      ...anyOf(either),
      ...where,
    ],
  }
}

function anyOf(either: readonly (readonly Condition[])[]): readonly Condition[] {
  const parts = either.map(allOf)
  return [[parts.map(({ sql }) => `(${sql})`).join(' OR '), ...parts.flatMap(({ values }) => values)]]
}

/** The alternatives of a box: a message is in it that fits one of them. */
function boxConditions(box: Box, mailbox: MailboxId | null): readonly (readonly Condition[])[] {
  const mine = (column: 'sender' | 'recipient'): readonly Condition[] =>
    mailbox === null ? [] : [[`m.${column} = ?`, mailbox]]
  const boxes: Record<Box, readonly (readonly Condition[])[]> = {
    inbox: [[...mine('recipient'), LYING, ARRIVED]],
    sent: [mine('sender')],
    archive: [[...mine('recipient'), ARCHIVED]],
    starred: [[...mine('recipient'), ['m.starred = 1']]],
    scheduled: [[...mine('sender'), inState('scheduled')]],
    quarantine: [[...mine('recipient'), inState('quarantined')]],
    outbox: [[...mine('sender'), inState('queued')]],
    dead: mailbox === null ? [[inState('dead')], [inState('expired')]] : [[...mine('sender'), ENDED]],
    all:
      mailbox === null
        ? [[]]
        : [mine('sender'), [...mine('recipient'), LYING], [...mine('recipient'), ARCHIVED]],
  }
  return boxes[box]
}

const LYING: Condition = ['m.archived = 0']
const ARCHIVED: Condition = ['m.archived = 1']
// Word for word as the index over them has it: SQLite takes a partial index only for a question that repeats its condition.
const HELD_STATES = "m.state IN ('scheduled', 'quarantined', 'queued', 'dead', 'expired')"
const ENDED: Condition = ["m.state IN ('dead', 'expired')"]

/** What is in one of the few states that wait for something, found by its own index. */
export const inState = (state: 'scheduled' | 'quarantined' | 'queued' | 'dead' | 'expired'): Condition => [
  `${HELD_STATES} AND m.state = '${state}'`,
]

const ARRIVED: Condition = ["m.state IN ('delivered', 'read', 'acted')"]

function filters(asked: Searching | Listing): readonly Condition[] {
  const conditions: (Condition | null)[] = [
    asked.from === undefined ? null : party('from_address', asked.from),
    asked.to === undefined ? null : party('to_address', asked.to),
    asked.priority === undefined ? null : ['m.priority = ?', PRIORITY_RANK[asked.priority]],
    asked.state === undefined ? null : ['m.state = ?', asked.state],
    asked.trust === undefined ? null : ['m.trust = ?', asked.trust],
    asked.since === undefined ? null : ['m.created_at >= ?', asked.since],
    asked.until === undefined ? null : ['m.created_at <= ?', asked.until],
  ]
  return conditions.filter((one) => one !== null)
}

/** An address in full, or a name before the @. */
const party = (column: string, text: string): Condition =>
  text.includes('@')
    ? [`m.${column} = ?`, text.toLowerCase()]
    : [`m.${column} >= ? AND m.${column} < ?`, `${text.toLowerCase()}@`, `${text.toLowerCase()}A`]

function conversation(mailbox: MailboxId | null, other: MailboxId | undefined): readonly Condition[] {
  if (other === undefined) return []
  if (mailbox === null) return [['m.sender = ? OR m.recipient = ?', other, other]]
  return [
    [
      '(+m.sender = ? AND +m.recipient = ?) OR (+m.sender = ? AND +m.recipient = ?)',
      mailbox,
      other,
      other,
      mailbox,
    ],
  ]
}

/** What another person is part of is not for this reader; see maySeeMessage. What is not released yet is its sender's alone. */
export function privacy({ mailbox, oversees }: MailReader): readonly Condition[] {
  // The sign keeps SQLite from looking for messages by this: it only leaves some out.
  const own: Condition = ['+m.sender = ? OR +m.recipient = ?', mailbox, mailbox]
  if (!oversees)
    return [
      own,
      ["m.sender = ? OR m.state NOT IN ('scheduled', 'quarantined', 'rejected', 'cancelled')", mailbox],
    ]
  return [
    [
      `m.sender = ? OR m.recipient = ? OR (
        (m.sender IS NULL OR m.sender NOT LIKE 'usr\\_%' ESCAPE '\\') AND
        (m.recipient IS NULL OR m.recipient NOT LIKE 'usr\\_%' ESCAPE '\\'))`,
      mailbox,
      mailbox,
    ],
  ]
}

/** The words of a query as a question to the index: all of them, the last one as a beginning. Null where it has none. */
function matchOf(query: string, mailbox: MailboxId | null): string | null {
  const words = query.match(/[\p{L}\p{N}]+/gu)?.slice(0, 16) ?? []
  if (words.length === 0) return null
  const quoted = words.map((word) => `"${word}"`).join(' ')
  const parties = mailbox === null ? '' : ` AND parties : "${mailboxWord(mailbox)}"`
  return `{subject body} : (${quoted}*)${parties}`
}

function after(cursor: string | undefined, byPriority: boolean): readonly Condition[] {
  if (cursor === undefined) return []
  if (!byPriority) return [['m.seq < ?', numberOf(cursor)]]
  const [priority = '', seq = ''] = cursor.split('.')
  return [['(m.priority, m.seq) > (?, ?)', numberOf(priority), numberOf(seq)]]
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw fault('input.invalid', {
    problems: 'cursor: expected the cursor of a page',
    operation: 'listMessages',
  })
}

function pageOf(rows: readonly MessageRow[], limit: number, byPriority: boolean): Page {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const cursor = last && (byPriority ? `${last.priority}.${last.seq}` : String(last.seq))
  return { items: items.map(messageOf), next: rows.length > limit ? (cursor ?? null) : null }
}
