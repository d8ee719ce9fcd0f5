// Takes messages in: accepted means that message, words, dedupe key, event and audit row are one transaction, and on the disk.
import { createHash } from 'node:crypto'
import { Fault, fault, moved, must, type Message, type NewEvent } from '@tutti/core'
import { canonicalJson } from '@tutti/protocol'
import type { By, Statement, Store } from '../db/store.ts'
import { findMessage, insertMessage, type StoredMessage } from './message-row.ts'

/** What makes a repeated request the same request: the sender's own key or id, and a digest of what was asked. */
export interface Repeat {
  sender: string
  key: string
  digest: string
}

export interface Acceptance {
  by: By
  repeat: Repeat | null
  /** What else belongs into the transaction: remembered arrivals, the message that was answered. */
  statements?: readonly Statement[]
  events?: readonly NewEvent[]
}

export interface PostOffice {
  /** The messages that the same request has made before, or null. Throws message.repeated where it was another request. */
  before(repeat: Repeat | null): Message[] | null
  /** Stores the messages, all or none, and answers after the fsync; a repetition answers with what is there. */
  accept(messages: readonly StoredMessage[], acceptance: Acceptance): Promise<Message[]>
}

export interface PostOfficeDeps {
  store: Store
  now: () => number
  /** Looks at the content of what came, and may label or quarantine it. */
  judge: (stored: StoredMessage) => StoredMessage
  /** Hears of messages that are being written, before they are on the disk: what it writes itself at once shares their fsync. */
  leaving?: ((messages: readonly StoredMessage[]) => void) | undefined
}

// A sender that has not heard for a day does not try again by itself.
const KEY_KEPT_MS = 24 * 3600 * 1000

export function createPostOffice({ store, now, judge, leaving }: PostOfficeDeps): PostOffice {
  let refusable = 0

  /** Nothing can be wrong with it but the disk, and it overtakes nothing that is told of when it is durable. */
  const isPlain = ({ repeat, statements, events }: Acceptance): boolean =>
    repeat === null && statements === undefined && events === undefined && refusable === 0

  const before = (repeat: Repeat | null): Message[] | null => {
    if (repeat === null) return null
    const row = store.get<{ digest: string; message_id: string }>(
      'SELECT digest, message_id FROM message_keys WHERE sender = ? AND key = ?',
      repeat.sender,
      repeat.key,
    )
    if (row === undefined) return null
    if (row.digest !== repeat.digest) throw fault('message.repeated', { key: repeat.key })
    return row.message_id.split(' ').flatMap((id) => findMessage(store, id) ?? [])
  }

  return {
    before,
    async accept(messages, acceptance) {
      const placed = messages.map((stored) => placedNow(judge(stored), now()))
      const first = must(placed[0], 'a message to accept').message
      const isTold = isPlain(acceptance)
      if (!isTold) refusable++
      try {
        const committed = store.commit({
          by: acceptance.by,
          subject: first.id,
          detail: { to: first.to.address, count: placed.length, ...heldDetail(placed) },
          statements: [
            ...placed.flatMap(insertMessage),
            ...(acceptance.repeat === null ? [] : [keyStatement(acceptance.repeat, placed, now())]),
            ...(acceptance.statements ?? []),
          ],
          events: [
            ...placed.map(({ message }) => ({
              type: 'message.created' as const,
              subject: message.id,
              data: message,
            })),
            ...(acceptance.events ?? []),
          ],
        })
        if (isTold) leaving?.(placed)
        await committed
        return placed.map(({ message }) => message)
      } catch (error) {
        // Two of the same at once: the other one is there by now.
        if (!(error instanceof Fault) || error.code !== 'message.repeated') throw error
        return before(acceptance.repeat) ?? raise(error)
      } finally {
        if (!isTold) refusable--
      }
    },
  }
}

/** For the audit: why it is held, which names the message that tainted its sender. */
function heldDetail(placed: readonly StoredMessage[]): Record<string, string> {
  const held = placed.find(({ message }) => message.state === 'quarantined')
  return held ? { held: held.message.why } : {}
}

/** A digest of anything that is JSON, the same for the same content. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('base64')

/** What need not wait goes into its mailbox at once, in the transaction that accepts it. */
function placedNow(stored: StoredMessage, at: number): StoredMessage {
  const { message } = stored
  if (message.state !== 'scheduled' || (message.deliverAt ?? 0) > at) return stored
  return { ...stored, message: { ...moved(message, { type: 'release' }, at), version: message.version } }
}

const keyStatement = (repeat: Repeat, placed: readonly StoredMessage[], at: number): Statement => ({
  sql: 'INSERT INTO message_keys (sender, key, digest, message_id, until) VALUES (?, ?, ?, ?, ?)',
  values: [
    repeat.sender,
    repeat.key,
    repeat.digest,
    placed.map(({ message }) => message.id).join(' '),
    at + KEY_KEPT_MS,
  ],
  conflict: { fault: 'message.repeated', details: { key: repeat.key } },
})

function raise(error: unknown): never {
  throw error
}
