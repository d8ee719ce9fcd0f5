// Mailboxes that an operator has closed for a while: nothing is taken from them or for them, and what lies in them stays.
import { fault, type Suspension } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import type { Addresses } from './addresses.ts'

export interface Suspensions {
  all(): readonly Suspension[]
  has(mailbox: string | null): boolean
  /** Suspends a mailbox, or opens it again where `why` is null; durable when it resolves. */
  set(mailbox: Suspension['mailbox'], why: string | null, by: By): Promise<Suspension[]>
}

const KEY = 'mail.suspensions'

/** They are few and asked about with every message: one row, in memory as committed. */
export function createSuspensions(store: Pick<Store, 'get' | 'commit'>, now: () => number): Suspensions {
  const row = store.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', KEY)
  // We wrote it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  let kept = row ? (JSON.parse(row.value) as Suspension[]) : []
  return {
    all: () => kept,
    has: (mailbox) => kept.some((one) => one.mailbox === mailbox),
    async set(mailbox, why, by) {
      const others = kept.filter((one) => one.mailbox !== mailbox)
      const next = why === null ? others : [...others, { mailbox, why, at: now(), by: by.actor }]
      await store.commit({
        by,
        subject: mailbox,
        detail: { suspended: why !== null, why: why ?? '' },
        statements: [
          {
            sql: 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
            values: [KEY, JSON.stringify(next)],
          },
        ],
      })
      kept = next
      return next
    },
  }
}

type SuspensionHandlers = Pick<Handlers, 'listSuspensions' | 'suspendMailbox' | 'unsuspendMailbox'>

export function suspensionHandlers(suspensions: Suspensions, addresses: Addresses): SuspensionHandlers {
  /** By id, name or address; a person's mailbox is not closed, because people are locked as users. */
  const closable = (id: string) => {
    const found = addresses.all().find((one) => one.id === id) ?? addresses.at(addresses.parse(id))
    if (!found || found.kind === 'person') throw fault('mailbox.unknown', { id })
    return found.id
  }
  return {
    listSuspensions: () => [...suspensions.all()],
    suspendMailbox: ({ id, why }, { by }) => suspensions.set(closable(id), why, by),
    unsuspendMailbox: ({ id }, { by }) => suspensions.set(closable(id), null, by),
  }
}
