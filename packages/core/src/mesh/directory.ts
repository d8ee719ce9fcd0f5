// The directory that every machine has a copy of: signed records, the newest of each signer, and what follows from them.
import type { NodeId, RecordOf, SignedRecord } from '@tutti/protocol'
import { isNodeId } from '@tutti/protocol'
import type { Membership } from './membership.ts'

/** `<kind> <subject> <signer>`: there is one record of each, so nobody can write over what another one says. */
export type RecordKey = string

export type Directory = Map<RecordKey, SignedRecord>

/** Which record of each key a copy has. */
export type Serials = Readonly<Record<RecordKey, number>>

const DAY_MS = 24 * 3600 * 1000
/** A machine says anew every 12 hours that it is there; what it said holds for two days. */
export const RENEW_MS = DAY_MS / 2
export const HOLDS_MS = 2 * DAY_MS
/** A machine that has been away for a season is forgotten; who was let in or thrown out is not. */
const FORGET_MS = 90 * DAY_MS

export const recordKey = ({ kind, subject, by }: Pick<SignedRecord, 'kind' | 'subject' | 'by'>): RecordKey =>
  `${kind} ${subject} ${by}`

/** Whether a record, whose signature was checked, says more than the copy has. Equal serials: the same one wins everywhere. */
export function isNews(directory: Directory, record: SignedRecord): boolean {
  const known = directory.get(recordKey(record))
  if (!known) return true
  if (known.serial !== record.serial) return record.serial > known.serial
  return record.sig > known.sig
}

/** Whether a record says that what it told is over: it held until it was said. */
export const isWithdrawn = ({ atMs, untilMs }: Pick<SignedRecord, 'atMs' | 'untilMs'>): boolean =>
  untilMs <= atMs

/** Puts a record that is news. */
export function putRecord(directory: Directory, record: SignedRecord): void {
  directory.set(recordKey(record), record)
}

/** One text for the whole directory: equal on two machines exactly if they have the same records. */
export const directorySum = (directory: Directory): string => {
  // Signatures are already as good as random, so adding up some of their characters tells copies apart.
  let [a, b] = [directory.size, 0]
  for (const { sig, serial } of directory.values()) {
    let hash = 0x811c9dc5
    for (let i = 0; i < sig.length; i++) hash = Math.imul(hash ^ sig.charCodeAt(i), 0x01000193)
    a = (a + (hash >>> 0)) % 2 ** 32
    b = (b + Math.imul(hash, 0x9e3779b1 + serial)) >>> 0
  }
  return `${directory.size}.${a}.${b}`
}

export function serialsOf(directory: Directory): Serials {
  return Object.fromEntries([...directory].map(([key, { serial }]) => [key, serial]))
}

/** What a copy with these serials lacks, those who are let in or thrown out first: the rest is judged by them. */
export function recordsBeyond(directory: Directory, serials: Serials): SignedRecord[] {
  const rank = ({ kind }: SignedRecord) => (kind === 'introduction' ? 0 : kind === 'revocation' ? 1 : 2)
  return [...directory]
    .filter(([key, { serial }]) => serial >= (serials[key] ?? -1))
    .filter(([key, record]) => !Object.hasOwn(serials, key) || record.serial > (serials[key] ?? -1))
    .map(([, record]) => record)
    .sort((a, b) => rank(a) - rank(b))
}

/** Keys of records that a copy with these serials has newer. */
export const keysBehind = (directory: Directory, serials: Serials): RecordKey[] =>
  Object.entries(serials)
    .filter(([key, serial]) => serial > (directory.get(key)?.serial ?? -1))
    .map(([key]) => key)

/** Drops what has been over for a season. */
export function forget(directory: Directory, nowMs: number): void {
  for (const [key, record] of directory) {
    const isOver = record.untilMs + FORGET_MS < nowMs
    if (isOver && (record.kind === 'node' || record.kind === 'agent')) directory.delete(key)
  }
}

/** A machine as everybody sees it. */
export interface Machine {
  readonly id: NodeId
  /** Unique in the room: the machine's own name, with the end of its id where another one has it too. */
  readonly label: string
  readonly record: RecordOf<'node'>
  /** Null while its word holds; else since when it does not. */
  readonly awaySinceMs: number | null
}

export function machinesOf(directory: Directory, { members }: Membership, nowMs: number): Machine[] {
  const records = [...directory.values()].filter(
    (record): record is RecordOf<'node'> => record.kind === 'node' && members.has(record.by),
  )
  const names = Map.groupBy(records, ({ body }) => body.name)
  return records.map((record) => {
    const isShared = (names.get(record.body.name)?.length ?? 0) > 1
    const label = isShared ? `${record.body.name}-${record.by.slice(-6).toLowerCase()}` : record.body.name
    const awaySinceMs = record.untilMs < nowMs ? record.untilMs : null
    return { id: record.by, label, record, awaySinceMs }
  })
}

/** An agent's place. `rivals`: other machines that claim the same agent; shown, and never written over. */
export interface AgentPlace {
  readonly id: string
  readonly home: NodeId
  readonly address: string
  readonly record: RecordOf<'agent'>
  readonly rivals: readonly NodeId[]
}

/**
 * Where each agent lives. The same name on two machines is two addresses. Where two machines claim one agent, the higher token
 * has it: a hand-over raises it, and only the owner can hand over. At equal tokens it is contested, and has no home of the two
 * but the lower id's, which everybody computes alike.
 */
export function agentsOf(directory: Directory, membership: Membership, nowMs: number): AgentPlace[] {
  const labels = new Map(machinesOf(directory, membership, nowMs).map(({ id, label }) => [id, label]))
  const claims = [...directory.values()].filter(
    (record): record is RecordOf<'agent'> =>
      record.kind === 'agent' && membership.members.has(record.by) && !isWithdrawn(record),
  )
  const places: AgentPlace[] = []
  for (const [id, rivals] of Map.groupBy(claims, ({ subject }) => subject)) {
    const [first, ...others] = rivals.sort(byRank)
    if (!first) continue
    const address = `${first.body.name}@${labels.get(first.by) ?? first.by.slice(-6).toLowerCase()}`
    places.push({ id, home: first.by, address, record: first, rivals: others.map(({ by }) => by) })
  }
  return places
}

/** Where one agent lives, as `agentsOf` has it; null where nobody says so. */
export function homeOfAgent(directory: Directory, { members }: Membership, agent: string): NodeId | null {
  let home: RecordOf<'agent'> | null = null
  for (const record of directory.values()) {
    if (record.kind !== 'agent' || record.subject !== agent || !members.has(record.by)) continue
    if (!isWithdrawn(record) && (home === null || byRank(record, home) < 0)) home = record
  }
  return home?.by ?? null
}

/** Of two claims the higher token comes first; at equal ones the lower id, which everybody computes alike. */
const byRank = (a: RecordOf<'agent'>, b: RecordOf<'agent'>): number =>
  b.body.token - a.body.token || (a.by < b.by ? -1 : 1)

/** Whether a text names a machine that is of the room. */
export const isMember = ({ members }: Membership, node: string): node is NodeId =>
  isNodeId(node) && members.has(node)
