// How doubtful the mail of one sender was of late, by the formula of AMP 07: a reason to look, never a gate.
import { fault, type MailRisk } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import type { AmpDeps } from './amp.ts'

const DAY_MS = 24 * 3_600_000
// One sender's day may be long; its newest thousand say as much.
const MOST = 1000
const NEWEST = 'SELECT state, labels, created_at FROM messages WHERE sender = ? ORDER BY seq DESC LIMIT ?'

interface Row {
  state: string
  /** JSON: an array of the detector's words. */
  labels: string
  created_at: number
}

export const riskHandlers = ({ store, clock, mail, parse }: AmpDeps): Pick<Handlers, 'getMailRisk'> => ({
  getMailRisk({ id }) {
    const { addresses } = mail
    const found = addresses.all().find((one) => one.id === id) ?? addresses.at(parse(id))
    if (!found) throw fault('mailbox.unknown', { id })
    const since = clock.now() - DAY_MS
    const rows = store.all<Row>(NEWEST, found.id, MOST).filter((row) => row.created_at > since)
    return { mailbox: found.id, address: found.address, ...riskOf(rows) }
  },
})

/** Each message counts once, for the worst that was made of it. */
export function riskOf(
  rows: readonly Pick<Row, 'state' | 'labels'>[],
): Omit<MailRisk, 'mailbox' | 'address'> {
  const total = rows.length
  const blocked = rows.filter(({ state }) => state === 'rejected').length
  const quarantined = rows.filter(({ state }) => state === 'quarantined').length
  const isHeld = (state: string) => state === 'rejected' || state === 'quarantined'
  const flagged = rows.filter(({ state, labels }) => !isHeld(state) && labels !== '[]').length
  const weight = 3 * blocked + 2 * quarantined + flagged
  const risk = total === 0 ? 0 : Math.min(100, Math.round((weight / total) * 100))
  return { total, blocked, quarantined, flagged, risk, level: levelOf(risk) }
}

// The bounds are the draft's.
const levelOf = (risk: number): MailRisk['level'] =>
  risk <= 10 ? 'low' : risk <= 30 ? 'moderate' : risk <= 60 ? 'high' : 'critical'
