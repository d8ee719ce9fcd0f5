// What time does to mail: the scheduled comes due, the unread expires and its sender is told, the old is forgotten.
import { Fault, moved, type Clock, type Message } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { repeat } from '../repeat.ts'
import type { Attachments } from './attachments.ts'
import { MESSAGE_COLUMNS, messageOf, updateMessage, type MessageRow } from './message-row.ts'
import type { Moving } from './moving.ts'
import type { Notices } from './notice.ts'
import type { Words } from './words.ts'

export interface TendingDeps {
  store: Store
  clock: Clock
  log: Log
  moving: Moving
  notices: Notices
  keptDays: () => number
  attachments: Pick<Attachments, 'forget'>
  words: Words
}

export interface Tending {
  /** What is due by now: releases and expiries. The answer is how many. */
  turn(): Promise<number>
  /** Removes what is archived or ended and older than it is kept. */
  prune(): Promise<void>
  run(): () => Promise<void>
}

// A look costs two reads of an index; a second is the finest that a schedule is asked for.
const TURN_MS = 1000
const PRUNE_FIRST_MS = 90_000
const PRUNE_EVERY_MS = 6 * 3600 * 1000
const BATCH = 200
const DAY_MS = 24 * 3600 * 1000
const BY: By = { actor: 'system', address: '', act: 'mail.tend', audited: false }

const DUE = `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.state = 'scheduled' AND m.deliver_at <= ? LIMIT ${BATCH}`
const EXPIRED = `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.expires_at <= ?
  AND m.expires_at IS NOT NULL AND m.state IN ('scheduled', 'quarantined', 'queued', 'delivered') LIMIT ${BATCH}`
const OLD = `SELECT m.id FROM messages m WHERE m.created_at < ?
  AND (m.archived = 1 OR m.state IN ('read', 'acted', 'expired', 'dead', 'rejected', 'cancelled')) LIMIT ${BATCH}`

/** What was kept so that nothing comes twice; once its time is over, the time itself keeps it out. */
const forget = (now: number) =>
  ['DELETE FROM message_keys WHERE until < ?', 'DELETE FROM mail_seen WHERE until_ms < ?'].map((sql) => ({
    sql,
    values: [now],
  }))

export function createTending(deps: TendingDeps): Tending {
  const { store, clock, log, moving } = deps

  const rows = (sql: string, now: number) => store.all<MessageRow>(sql, now).map(messageOf)

  const expire = async (message: Message) => {
    const after = moved(message, { type: 'expire' }, clock.now())
    if (after === message) return
    const notice = await deps.notices.expired(message)
    await store.commit({
      by: BY,
      subject: message.id,
      statements: [updateMessage(after, message, null), ...notice.statements],
      events: [{ type: 'message.changed', subject: message.id, data: after }, ...notice.events],
    })
  }

  /** One that somebody moved meanwhile is looked at again in the next turn. */
  const settled = async (work: Promise<unknown>) => {
    try {
      await work
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500) throw error
      log.info('mail.moved-meanwhile', { fault: error.code })
    }
  }

  const turn = async (): Promise<number> => {
    const now = clock.now()
    const [over, due] = [rows(EXPIRED, now), rows(DUE, now)]
    await Promise.all(over.map((message) => settled(expire(message))))
    const gone = new Set(over.map(({ id }) => id))
    const released = due.filter(({ id }) => !gone.has(id))
    await Promise.all(released.map(({ id }) => settled(moving.move(id, { type: 'release' }, { by: BY }))))
    return over.length + released.length
  }

  const prune = async () => {
    const before = clock.now() - deps.keptDays() * DAY_MS
    await store.commit({ by: BY, subject: 'messages', statements: forget(clock.now()) })
    for (;;) {
      const ids = store.all<{ id: string }>(OLD, before)
      // A draft gets a day; what belonged to the messages that have gone is older than that.
      if (ids.length === 0) return deps.attachments.forget(clock.now() - DAY_MS)
      await store.commit({
        by: BY,
        subject: 'messages',
        statements: ids.map(({ id }) => ({ sql: 'DELETE FROM messages WHERE id = ?', values: [id] })),
        events: ids.map(({ id }) => ({ type: 'message.removed', subject: id, data: { id } })),
      })
    }
  }

  return {
    turn,
    prune,
    run() {
      const failed = (error: unknown) => log.warn('mail.tend-failed', { problem: String(error) })
      const stops = [
        repeat(clock, { firstMs: TURN_MS, everyMs: TURN_MS, failed }, turn),
        repeat(clock, { firstMs: TURN_MS, everyMs: TURN_MS, failed }, deps.words.catchUp),
        repeat(clock, { firstMs: PRUNE_FIRST_MS, everyMs: PRUNE_EVERY_MS, failed }, prune),
      ]
      return async () => {
        await Promise.all(stops.map((stop) => stop()))
        // An older version that is started next writes the words of its own mail only.
        await deps.words.beforeSearch()
      }
    },
  }
}
