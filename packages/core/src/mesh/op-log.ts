// The shared state of all machines as a log of signed edits: whatever order and however often entries come, replicas that have
// the same entries show the same.
import type { Entry, EntryId, JsonValue, Operation, Stamp, StreamId } from '@tutti/protocol'
import { DELETED, entryId } from '@tutti/protocol'
import { BEGINNING } from './hybrid-clock.ts'

/** One field of one shared thing. */
export type FieldRef = Pick<Operation, 'kind' | 'id' | 'field'>

/** One edit of a field, as its history has it. */
export interface Edit {
  readonly entry: EntryId
  readonly stream: StreamId
  readonly seq: number
  readonly at: Stamp
  readonly by: string
  readonly value: JsonValue
  readonly over: EntryId | null
}

interface Stream {
  /** Every entry up to this one is known, if only as "superseded". */
  have: number
  /** Entries beyond this one count for nothing: their author's key was revoked there. */
  cut: number
  /** The greatest moment in it. Outlives the entries, or an author could repeat a moment after compaction. */
  at: Stamp
  readonly kept: Map<number, Entry>
}

/**
 * One replica. It is changed in place by `take`, `cover` and `cut`, which are the whole of what has to be written to disk;
 * everything else is derived.
 */
export interface OpLog {
  readonly streams: Map<StreamId, Stream>
  readonly fields: Map<string, Map<EntryId, Edit>>
  readonly winners: Map<string, Edit>
  /** Things that have ended. A tombstone is final, so no order of arrival can bring a thing back in part. */
  readonly ended: Set<string>
  /** The greatest moment of any entry. */
  latest: Stamp
}

/** Which edits of an entry count, as a pure judgement: equal on all replicas at all times (see field-policy.ts). */
export type MayEdit = (op: Operation, stream: StreamId) => boolean

export type Taken = 'applied' | 'known' | 'gap' | 'void' | 'fork'

export const emptyLog = (): OpLog => ({
  streams: new Map(),
  fields: new Map(),
  winners: new Map(),
  ended: new Set(),
  latest: BEGINNING,
})

const thingKey = ({ kind, id }: Pick<FieldRef, 'kind' | 'id'>): string => `${kind}\n${id}`
export const fieldKey = (ref: FieldRef): string => `${thingKey(ref)}\n${ref.field}`

/**
 * Takes an entry whose signature was checked. `gap`: entries before it are missing, ask for them. `void`: its author was revoked
 * before it. `fork`: its author has made two entries of one number, as a copy of a database does; the first one counts and the
 * owner is told. Edits that `may` refuses are kept, because the signature covers them, and show nowhere.
 */
export function take(log: OpLog, entry: Entry, may: MayEdit): Taken {
  const stream = streamOf(log, entry.stream)
  if (entry.seq > stream.cut) return 'void'
  if (entry.seq <= stream.have) return known(stream, entry)
  if (entry.seq > stream.have + 1) return 'gap'
  stream.have = entry.seq
  keep(log, entry, may)
  return 'applied'
}

/**
 * Takes what a replica that has compacted answers: the entries of a stream that still matter, which together stand for all up to
 * `upto`. Idempotent like `take`.
 */
export function cover(log: OpLog, part: StreamPart, may: MayEdit): void {
  const stream = streamOf(log, part.stream)
  if (part.from > stream.have) return
  const upto = Math.min(part.upto, stream.cut)
  for (const entry of part.entries) {
    const isNew = entry.stream === part.stream && entry.seq > stream.have && entry.seq <= upto
    if (isNew && !stream.kept.has(entry.seq)) keep(log, entry, may)
  }
  stream.have = Math.max(stream.have, upto)
}

/** Entries of one stream that stand for all after `from` up to `upto`; whoever lacks something up to `from` cannot use them. */
export interface StreamPart {
  readonly stream: StreamId
  readonly from: number
  readonly upto: number
  readonly entries: readonly Entry[]
}

/** What a replica has: the last number of each stream. */
export type Have = Readonly<Record<StreamId, number>>

export function haveOf(log: OpLog): Have {
  const have: Record<StreamId, number> = {}
  for (const [id, stream] of log.streams) if (stream.have > 0) have[id] = stream.have
  return have
}

/** What another replica lacks, at most so many entries of each stream; also a snapshot, when it has nothing at all. */
export function partsFor(log: OpLog, have: Have, limit: number): StreamPart[] {
  const parts: StreamPart[] = []
  for (const [id, stream] of log.streams) {
    const from = have[id] ?? 0
    if (stream.have <= from) continue
    const entries = [...stream.kept.values()].filter(({ seq }) => seq > from).sort((a, b) => a.seq - b.seq)
    const some = entries.slice(0, limit)
    const last = some.at(-1)
    const upto = some.length < entries.length && last ? last.seq : stream.have
    parts.push({ stream: id, from, upto, entries: some })
  }
  return parts
}

/** The value of a field, undefined where there is none or its thing has ended. */
export function valueOf(log: OpLog, ref: FieldRef): JsonValue | undefined {
  return log.ended.has(thingKey(ref)) ? undefined : log.winners.get(fieldKey(ref))?.value
}

/** The edit that stands, null where there is none. */
export const winnerOf = (log: OpLog, ref: FieldRef): Edit | null => log.winners.get(fieldKey(ref)) ?? null

export const hasEnded = (log: OpLog, thing: Pick<FieldRef, 'kind' | 'id'>): boolean =>
  log.ended.has(thingKey(thing))

/** An edit and what became of it. `lost`: it crossed with the edit that won, so its author's word was passed over unseen. */
export interface PastEdit extends Edit {
  readonly fate: 'stands' | 'replaced' | 'lost'
}

/** All known edits of a field, the newest first. */
export function historyOf(log: OpLog, ref: FieldRef): PastEdit[] {
  const edits = log.fields.get(fieldKey(ref)) ?? new Map<EntryId, Edit>()
  const winner = log.winners.get(fieldKey(ref))
  const seen = ancestors(edits, winner)
  const fate = (edit: Edit): PastEdit['fate'] =>
    edit.entry === winner?.entry ? 'stands' : seen.has(edit.entry) ? 'replaced' : 'lost'
  const past: PastEdit[] = []
  for (const edit of edits.values()) past.push({ ...edit, fate: fate(edit) })
  return past.sort((a, b) => (wins(a, b) ? -1 : 1))
}

/** All entries that are kept. */
export function keptEntries(log: OpLog): Entry[] {
  const entries: Entry[] = []
  for (const { kept } of log.streams.values()) entries.push(...kept.values())
  return entries
}

/** What everybody sees, as one text: two replicas agree exactly if these are equal. */
export function visible(log: OpLog): string {
  const fields = [...log.winners].filter(([key]) => !log.ended.has(key.slice(0, key.lastIndexOf('\n'))))
  const lines = fields.map(([key, { entry, value }]) => JSON.stringify([key, entry, value]))
  return [...lines, ...[...log.ended].map((key) => JSON.stringify([key, null]))].sort().join('\n')
}

/**
 * Ends a stream at a number, because its author's key was revoked there: what came after never happened. The least cut counts.
 * Answers the fields whose value went with it; whoever revokes writes those anew, so that replicas which have forgotten the
 * values before agree again.
 */
export function cut(
  log: OpLog,
  { stream: id, last }: { stream: StreamId; last: number },
  may: MayEdit,
): FieldRef[] {
  const stream = streamOf(log, id)
  if (last >= stream.cut) return []
  stream.cut = last
  stream.have = Math.min(stream.have, last)
  const gone = [...stream.kept.values()].filter(({ seq }) => seq > last)
  for (const { seq } of gone) stream.kept.delete(seq)
  if (gone.length > 0) rebuild(log, may)
  const refs = gone.flatMap(({ ops }) => ops.map(({ kind, id, field }) => ({ kind, id, field })))
  return [...new Map(refs.map((ref) => [fieldKey(ref), ref])).values()]
}

/** Everything that both replicas have. Commutative, associative and idempotent as to what is visible. */
export function merged(a: OpLog, b: OpLog, may: MayEdit): OpLog {
  const out = emptyLog()
  for (const log of [a, b])
    for (const [stream, { cut: last }] of log.streams) if (last < Infinity) cut(out, { stream, last }, may)
  const logs = [a, b].map((log) => partsFor(log, {}, Infinity))
  // The two may have compacted differently: what either has kept is kept.
  for (const part of logs.flat()) for (const entry of part.entries) adopt(out, entry, may)
  for (const part of logs.flat()) cover(out, { ...part, entries: [] }, may)
  return out
}

function adopt(log: OpLog, entry: Entry, may: MayEdit): void {
  const stream = streamOf(log, entry.stream)
  if (entry.seq <= stream.cut && !stream.kept.has(entry.seq)) keep(log, entry, may)
}

/** Drops entries that nobody can miss any more; which ones, compaction.ts says. */
export function drop(log: OpLog, entries: readonly Entry[]): void {
  for (const entry of entries) {
    log.streams.get(entry.stream)?.kept.delete(entry.seq)
    for (const op of entry.ops) log.fields.get(fieldKey(op))?.delete(entryId(entry))
  }
}

/** Whether edit `a` stands against `b`: the later moment, then the stream's name, then the later entry. */
export function wins(a: Edit, b: Edit): boolean {
  if (a.at !== b.at) return a.at > b.at
  if (a.stream !== b.stream) return a.stream > b.stream
  return a.seq > b.seq
}

/** The edits that the author of this one could know of, by the chain of what each replaced. */
export function ancestors(edits: ReadonlyMap<EntryId, Edit>, edit: Edit | undefined): ReadonlySet<EntryId> {
  const seen = new Set<EntryId>()
  for (let next = edit?.over ?? null; next !== null && !seen.has(next); next = edits.get(next)?.over ?? null)
    seen.add(next)
  return seen
}

function known(stream: Stream, entry: Entry): 'known' | 'fork' {
  const kept = stream.kept.get(entry.seq)
  return kept === undefined || kept.sig === entry.sig ? 'known' : 'fork'
}

function streamOf(log: OpLog, id: StreamId): Stream {
  const known = log.streams.get(id)
  if (known) return known
  const stream = { have: 0, cut: Infinity, at: BEGINNING, kept: new Map<number, Entry>() }
  log.streams.set(id, stream)
  return stream
}

function keep(log: OpLog, entry: Entry, may: MayEdit): void {
  const stream = streamOf(log, entry.stream)
  stream.kept.set(entry.seq, entry)
  if (entry.at > stream.at) stream.at = entry.at
  show(log, entry, may)
}

function show(log: OpLog, entry: Entry, may: MayEdit): void {
  if (entry.at > log.latest) log.latest = entry.at
  for (const op of entry.ops) {
    if (!may(op, entry.stream)) continue
    if (op.field === DELETED) log.ended.add(thingKey(op))
    const { stream, seq, at, by } = entry
    const edit: Edit = { entry: entryId(entry), stream, seq, at, by, value: op.value, over: op.over }
    const key = fieldKey(op)
    const edits = log.fields.get(key) ?? new Map<EntryId, Edit>()
    log.fields.set(key, edits.set(edit.entry, edit))
    const winner = log.winners.get(key)
    if (!winner || wins(edit, winner)) log.winners.set(key, edit)
  }
}

function rebuild(log: OpLog, may: MayEdit): void {
  log.fields.clear()
  log.winners.clear()
  log.ended.clear()
  log.latest = BEGINNING
  for (const stream of log.streams.values()) for (const entry of stream.kept.values()) show(log, entry, may)
}
