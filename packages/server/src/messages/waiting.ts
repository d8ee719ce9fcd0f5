// What of the mail waits for a person: mail held for approval, and mail that nobody took.
import type { MailReader } from '@tutti/core'
import type { Store } from '../db/store.ts'
import { inState, privacy } from './shelves.ts'

// Nobody counts further, and a flood of held mail must not make each look at the counter slower.
const MOST = 1000

export interface Waiting {
  quarantined: number
  dead: number
}

/** Of all mail that the reader looks over; nothing for agents and programs, who look over none. */
export function waitingFor(store: Pick<Store, 'get'>, reader: MailReader): Waiting {
  if (!reader.oversees) return { quarantined: 0, dead: 0 }
  const count = (state: 'quarantined' | 'dead' | 'expired') => {
    const conditions = [inState(state), ...privacy(reader)]
    const where = conditions.map(([sql]) => `(${sql})`).join(' AND ')
    const values = conditions.flatMap(([, ...rest]) => rest)
    const found = `SELECT 1 FROM messages m WHERE ${where} LIMIT ${MOST}`
    return store.get<{ n: number }>(`SELECT count(*) AS n FROM (${found})`, ...values)?.n ?? 0
  }
  // As the box of dead letters has them: what nobody took, and what nobody took in time.
  return { quarantined: count('quarantined'), dead: Math.min(MOST, count('dead') + count('expired')) }
}
