// What a log may forget: so little that replicas which forget at different times still agree, and no lost edit goes unseen.
import type { Entry, Operation } from '@tutti/protocol'
import { DELETED, entryId } from '@tutti/protocol'
import { stampMs } from './hybrid-clock.ts'
import {
  ancestors,
  drop,
  fieldKey,
  hasEnded,
  keptEntries,
  type Edit,
  type Have,
  type OpLog,
} from './op-log.ts'

export interface Horizon {
  /** What every machine that counts is known to have. */
  readonly stable: Have
  /** Lost edits and ended things older than this moment may go; ms UTC. */
  readonly beforeMs: number
}

/** How long a lost edit and what belonged to an ended thing can still be looked at. */
export const HISTORY_MS = 30 * 24 * 3600 * 1000

/**
 * Forgets entries of which every edit is superseded by one that every machine has. The edit that stands is never forgotten, so
 * the greatest of all edits of a field always reaches everybody; that is why replicas agree whatever each has forgotten.
 * Answers what was dropped.
 */
export function compact(log: OpLog, horizon: Horizon): Entry[] {
  const dropped: Entry[] = []
  // The oldest first: an edit stays while the one that it replaced does, or that one would look lost.
  for (const entry of keptEntries(log).sort((a, b) => (a.at < b.at ? -1 : 1))) {
    if (!isStable(entry, horizon) || !entry.ops.every((op) => mayGo(log, { entry, op }, horizon))) continue
    drop(log, [entry])
    dropped.push(entry)
  }
  return dropped
}

const isStable = ({ stream, seq }: Pick<Edit, 'stream' | 'seq'>, { stable }: Horizon): boolean =>
  seq <= (stable[stream] ?? 0)

const isOld = (entry: Pick<Entry, 'at'>, { beforeMs }: Horizon): boolean => stampMs(entry.at) < beforeMs

function mayGo(log: OpLog, { entry, op }: { entry: Entry; op: Operation }, horizon: Horizon): boolean {
  const edits = log.fields.get(fieldKey(op))
  const edit = edits?.get(entryId(entry))
  // What the policy refused shows nowhere and never will.
  if (!edits || !edit) return true
  if (op.field === DELETED) return false
  if (hasEnded(log, op)) return isOld(entry, horizon)
  const winner = log.winners.get(fieldKey(op))
  if (!winner || winner.entry === edit.entry || !isStable(winner, horizon)) return false
  const wasReplaced = ancestors(edits, winner).has(edit.entry)
  return wasReplaced ? edit.over === null || !edits.has(edit.over) : isOld(entry, horizon)
}
