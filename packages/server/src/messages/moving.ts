// Moves messages from state to state: marks, receipts, approval, retries. Every move is the reducer's, written with its event.
import {
  Fault,
  fault,
  maySeeMessage,
  moved,
  type MailReader,
  type Message,
  type MessageMove,
  type ParsedOf,
} from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import { contentHash } from './composing.ts'
import { findMessage, findSigned, updateMessage } from './message-row.ts'
import type { Notice } from './notice.ts'
import { withFresh } from './sending.ts'

export interface Moving {
  /** One move of one message; `nextTryAt` is for what waits for another machine. Throws message.unknown and message.state. */
  move(id: string, move: MessageMove, how: How): Promise<Message>
  /** The same for many, each with its own outcome. */
  change(reader: MailReader, change: ParsedOf<'changeMessages'>, by: By): Promise<Outcome[]>
  /** Reading by the recipient; by anybody else who may see it, it changes nothing. */
  read(reader: MailReader, id: string, by: By): Promise<Message>
  judge(reader: MailReader, verdict: ParsedOf<'judgeMessage'>, by: By): Promise<Message>
}

interface How {
  by: By
  nextTryAt?: number
  /** What belongs into the same unit, such as a notice for the sender. */
  also?: Notice
}

interface Outcome {
  id: string
  ok: boolean
  error?: { code: string; message: string }
}

type Action = ParsedOf<'changeMessages'>['action']

const MOVES: Record<Action, MessageMove> = {
  read: { type: 'read' },
  unread: { type: 'unread' },
  act: { type: 'act' },
  archive: { type: 'archive', on: true },
  unarchive: { type: 'archive', on: false },
  star: { type: 'star', on: true },
  unstar: { type: 'star', on: false },
  cancel: { type: 'cancel' },
  retry: { type: 'retry' },
}
// The rest is the recipient's.
const SENDERS_ACTIONS: ReadonlySet<Action> = new Set(['cancel', 'retry'])

export function createMoving({ store, now }: { store: Store; now: () => number }): Moving {
  const visible = (reader: MailReader, id: string): Message => {
    const message = findMessage(store, id)
    if (message === null || !maySeeMessage(reader, message)) throw fault('message.unknown', { id })
    return message
  }

  const move: Moving['move'] = (id, step, { by, nextTryAt, also }) =>
    withFresh(async () => {
      const before = findMessage(store, id)
      if (before === null) throw fault('message.unknown', { id })
      const after = moved(before, step, now())
      if (after === before) return before
      const nextTry = after.state === 'queued' ? (nextTryAt ?? now()) : null
      await store.commit({
        by,
        subject: id,
        detail: { move: step.type, state: after.state },
        statements: [updateMessage(after, before, nextTry), ...(also?.statements ?? [])],
        events: [{ type: 'message.changed', subject: id, data: after }, ...(also?.events ?? [])],
      })
      return after
    })

  const one = async (reader: MailReader, work: { id: string; action: Action; by: By }): Promise<Outcome> => {
    const { id, action, by } = work
    try {
      const message = visible(reader, id)
      const owner = SENDERS_ACTIONS.has(action) ? message.from.mailbox : message.to.mailbox
      // A person looks after the dead letters of agents, too.
      const cares = reader.oversees && SENDERS_ACTIONS.has(action)
      if (owner !== reader.mailbox && !cares) throw fault('message.not-yours', { id, action })
      await move(id, MOVES[action], { by })
      return { id, ok: true }
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500) throw error
      return { id, ok: false, error: { code: error.code, message: error.message } }
    }
  }

  return {
    move,
    change: (reader, { ids, action }, by) => Promise.all(ids.map((id) => one(reader, { id, action, by }))),
    async read(reader, id, by) {
      const message = visible(reader, id)
      if (message.to.mailbox !== reader.mailbox || message.state !== 'delivered') return message
      return move(id, { type: 'read' }, { by })
    },
    async judge(reader, { id, verdict, hash }, by) {
      const message = visible(reader, id)
      const signed = findSigned(store, message.id)
      if (signed === undefined || contentHash(signed) !== hash) throw fault('message.hash-stale', { id })
      return move(id, { type: verdict }, { by })
    },
  }
}
