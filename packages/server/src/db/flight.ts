// A unit between its sending and its fsync: what goes to the thread, and the events it becomes when it lands.
import type { LoggedEvent, NewEvent } from '@tutti/core'
import { canonicalDetail } from './audit-chain.ts'
import type { By, Unit } from './store.ts'
import type { AuditDraft, Job } from './thread-message.ts'

export interface Flight {
  by: By
  at: number
  events: readonly NewEvent[]
  job: Omit<Job, 'id'>
}

/** `outcome` is that of the audit row, or null for none. */
export function flightOf(unit: Unit, at: number, outcome: AuditDraft['outcome'] | null): Flight {
  const { by, events = [], statements } = unit
  const texts = events.map(({ type, subject, data }) => ({ type, subject, data: JSON.stringify(data) }))
  const audit = outcome && draftOf(unit, outcome)
  return { by, at, events, job: { at, actor: by.actor, statements, events: texts, audit } }
}

/** The events with the numbers they got. */
export const landed = ({ by, at, events }: Flight, firstSeq: number): LoggedEvent[] =>
  events.map((event, index) => ({ seq: firstSeq + index, at, actor: by.actor, ...event }))

const draftOf = ({ by, subject, detail }: Unit, outcome: AuditDraft['outcome']): AuditDraft => ({
  actor: plain(by.actor),
  act: plain(by.act),
  address: plain(by.address),
  subject: plain(subject),
  outcome,
  detail: plain(canonicalDetail(detail)),
})

/** Damaged bytes read as U+FFFD; if no text of ours has one, they can never read as what was written. */
const plain = (text: string) => text.toWellFormed().replaceAll('\uFFFD', '?')
