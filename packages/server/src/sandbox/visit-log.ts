// Writes down where sandboxed agents go and where they were not let: each place once in a while, as programs connect a thousand times.
import type { AgentId, Clock } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import type { Visit } from './egress.ts'

interface Deps {
  store: Pick<Store, 'audit'>
  clock: Clock
  log: Log
}

const AGAIN_MS = 3_600_000
// A program that tries every host there is fills its own book, not the audit log.
const MOST_PLACES = 500

export function createVisitLog({ store, clock, log }: Deps) {
  const quietly = quietWork(log, 'sandbox.visit-not-kept')
  const books = new Map<AgentId, Map<string, number>>()

  return {
    told(id: AgentId, { host, port, isAllowed, why }: Visit): void {
      const book = books.get(id) ?? new Map<string, number>()
      books.set(id, book)
      const place = `${host}:${port} ${isAllowed}`
      const now = clock.now()
      const last = book.get(place)
      if (last === undefined ? book.size >= MOST_PLACES : now - last < AGAIN_MS) return
      book.set(place, now)
      const by = { actor: id, address: '', act: 'sandbox.reach', audited: true }
      const outcome = isAllowed ? ('done' as const) : ('refused' as const)
      const detail = { host, port, ...(isAllowed ? {} : { why }) }
      quietly(store.audit(by, { subject: id, outcome, detail }), { id })
    },

    forget: (id: AgentId) => books.delete(id),
  }
}
