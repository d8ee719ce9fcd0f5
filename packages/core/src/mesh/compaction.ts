// What a log may forget: so little that replicas which forget at different times still agree, and no lost edit goes unseen.
import type { Entry, EntryId, Operation } from '@tutti/protocol'
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
import { forgettingOf, type Forgetting } from './shared-text.ts'

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
  const textOf = rememberedBy((op) => forgettingOf(log, op, (edit) => isStable(edit, horizon)))
  // The oldest first: an edit stays while the one that it replaced does, or that one would look lost.
  for (const entry of keptEntries(log).sort((a, b) => (a.at < b.at ? -1 : 1))) {
    if (!isStable(entry, horizon) || !entry.ops.every((op) => mayGo(log, { entry, op, textOf }, horizon)))
      continue
    drop(log, [entry])
    dropped.push(entry)
  }
  return dropped
}

/** What is judged by all edits of a field is worked out once for each. */
function rememberedBy<T>(judge: (op: Operation) => T): (op: Operation) => T {
  const known = new Map<string, { judged: T }>()
  return (op) => {
    const key = fieldKey(op)
    const one = known.get(key) ?? { judged: judge(op) }
    known.set(key, one)
    return one.judged
  }
}

const isStable = ({ stream, seq }: Pick<Edit, 'stream' | 'seq'>, { stable }: Horizon): boolean =>
  seq <= (stable[stream] ?? 0)

const isOld = (entry: Pick<Entry, 'at'>, { beforeMs }: Horizon): boolean => stampMs(entry.at) < beforeMs

interface Candidate {
  entry: Entry
  op: Operation
  textOf: (op: Operation) => Forgetting | null
}

function mayGo(log: OpLog, { entry, op, textOf }: Candidate, horizon: Horizon): boolean {
  const edits = log.fields.get(fieldKey(op))
  const edit = edits?.get(entryId(entry))
  // What the policy refused shows nowhere and never will.
  if (!edits || !edit) return true
  if (op.field === DELETED) return false
  if (hasEnded(log, op)) return isOld(entry, horizon)
  const winner = log.winners.get(fieldKey(op))
  if (!winner || winner.entry === edit.entry || !isStable(winner, horizon)) return false
  return textOf(op)?.(edit) ?? wasReplaced(edits, edit, winner) ?? isOld(entry, horizon)
}

/** Whether an edit that the winner replaced may go; null for one that the winner did not know. */
function wasReplaced(edits: ReadonlyMap<EntryId, Edit>, { entry, over }: Edit, winner: Edit): boolean | null {
  if (!ancestors(edits, winner).has(entry)) return null
  return over === null || !edits.has(over)
}
