// The event log for programs that ask in place of listening; each sees what the stream would have told it.
import { fault } from '@tutti/core'
import type { LoggedEvent } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Actor, Handlers } from '../handler.ts'

export interface EventDeps {
  store: Pick<Store, 'eventsSince' | 'lastSeq'>
  maySee: (actor: Actor, event: LoggedEvent) => boolean
}

export function eventHandlers({ store, maySee }: EventDeps): Pick<Handlers, 'listEvents'> {
  return {
    listEvents({ since, limit }, { actor }) {
      const events = store.eventsSince(since, limit)
      if (events === null) throw fault('event.pruned', { since, last: store.lastSeq() })
      const last = events.at(-1)
      const next = events.length === limit && last !== undefined ? last.seq : null
      return { items: events.filter((event) => maySee(actor, event)), next }
    },
  }
}
