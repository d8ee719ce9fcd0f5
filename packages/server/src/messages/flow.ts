// Who writes to whom: ever, from counters that are kept, or lately, from the messages themselves.
import type { MailboxId, MailReader, OutputOf } from '@tutti/core'
import type { Store } from '../db/store.ts'
import { privacy } from './shelves.ts'

type Flow = OutputOf<'listMailFlow'>

interface FlowRow {
  from_address: string
  to_address: string
  sender: MailboxId | null
  recipient: MailboxId | null
  count: number
  last_at: number
}

const PAIRS = 2000
// A picture of a busy day is no worse for its last 20,000 messages, and a look at more would hold up everybody else.
const LOOKED_AT = 20_000

const EVER = `SELECT from_address, to_address, sender, recipient, count, last_at FROM mail_flow
  WHERE sender = ? OR recipient = ? OR (? = 1
    AND (sender IS NULL OR sender NOT LIKE 'usr\\_%' ESCAPE '\\')
    AND (recipient IS NULL OR recipient NOT LIKE 'usr\\_%' ESCAPE '\\'))
  ORDER BY last_at DESC LIMIT ${PAIRS}`

/** The busiest lately first. Nobody sees who writes to another person. */
export function flowFor(store: Pick<Store, 'all' | 'get'>, reader: MailReader, since: number): Flow {
  const { mailbox, oversees } = reader
  const rows =
    since === 0 ? store.all<FlowRow>(EVER, mailbox, mailbox, oversees ? 1 : 0) : lately(store, reader, since)
  return rows.map((row) => ({
    from: row.from_address,
    to: row.to_address,
    fromMailbox: row.sender,
    toMailbox: row.recipient,
    count: row.count,
    lastAt: row.last_at,
  }))
}

function lately(store: Pick<Store, 'all' | 'get'>, reader: MailReader, since: number): FlowRow[] {
  const conditions = privacy(reader)
  return store.all<FlowRow>(
    `SELECT from_address, to_address, sender, recipient, count(*) AS count, max(created_at) AS last_at
      FROM messages m WHERE m.seq >= ? AND m.created_at >= ? AND ${conditions.map(([sql]) => `(${sql})`).join(' AND ')}
      GROUP BY from_address, to_address ORDER BY last_at DESC LIMIT ${PAIRS}`,
    firstSince(store, since),
    since,
    ...conditions.flatMap(([, ...values]) => values),
  )
}

/** The number from which messages are looked at: they are numbered as they come, so their times are found by halving. */
function firstSince(store: Pick<Store, 'get'>, since: number): number {
  const newest = store.get<{ seq: number }>('SELECT seq FROM messages ORDER BY seq DESC LIMIT 1')?.seq ?? 0
  let [low, high] = [Math.max(1, newest - LOOKED_AT + 1), newest + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = store.get<{ created_at: number }>(
      'SELECT created_at FROM messages WHERE seq >= ? ORDER BY seq LIMIT 1',
      middle,
    )
    if (row !== undefined && row.created_at < since) low = middle + 1
    else high = middle
  }
  return low
}
