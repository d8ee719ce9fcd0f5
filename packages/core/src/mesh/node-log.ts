// The operation log between machines: what I have, what you lack, and new entries to everybody at once.
import type { Entry, NodeId } from '@tutti/protocol'
import { isEntrySigned } from '@tutti/protocol'
import { draftEntry, type Draft } from './authoring.ts'
import { compact, HISTORY_MS } from './compaction.ts'
import { endOf } from './mesh-state.ts'
import { haveOf, keptEntries, partsFor, type FieldRef, type Have, type StreamPart } from './op-log.ts'
import { ENTRIES_MOST } from './peer-message.ts'
import { restoredValue } from './shared-text.ts'
import { commit, tell, tellAll, tellOn, type Turn } from './turn.ts'

/** Writes into the shared state; durable with this turn, and said to all after it. */
export function writeFields(turn: Turn, draft: Omit<Draft, 'stream'>): Entry {
  const { deps, state } = turn.node
  const stream = `${deps.self}/${deps.epoch}` as const
  const entry = draftEntry(state.log, { ...draft, stream }, { nowMs: turn.now.wallMs, sign: deps.sign })
  commit(turn, { table: 'entry', entry })
  tellAll(turn, { t: 'parts', parts: [{ stream, from: entry.seq - 1, upto: entry.seq, entries: [entry] }] })
  return entry
}

/** Writes fields anew whose value a revocation took away, so that all agree whatever each has forgotten. */
export function restoreFields(turn: Turn, refs: readonly FieldRef[]): void {
  const sets = refs.map(({ kind, id, field }) => {
    const value = restoredValue(turn.node.state.log, { kind, id, field })
    return { kind, id, field, value }
  })
  for (let at = 0; at < sets.length; at += 64)
    writeFields(turn, { by: 'revocation', sets: sets.slice(at, at + 64) })
}

export const sayHave = (turn: Turn, peer: NodeId): void =>
  tell(turn, peer, { t: 'have', have: haveOf(turn.node.state.log) })

export function onHave(turn: Turn, peer: NodeId, have: Have): void {
  turn.node.has.set(peer, have)
  const parts = partsFor(turn.node.state.log, have, ENTRIES_MOST)
  if (parts.length > 0) tell(turn, peer, { t: 'parts', parts })
}

export function onParts(turn: Turn, peer: NodeId, parts: readonly StreamPart[]): void {
  const { log } = turn.node.state
  const numberIn = (part: StreamPart) => log.streams.get(part.stream)?.have ?? 0
  const news = parts.filter((part) => part.upto > numberIn(part) && isWanted(turn, peer, part))
  // Entries by somebody whom we do not know yet are to come again with the next exchange.
  if (parts.some(({ stream }) => endOf(turn.node.state, stream) === null))
    turn.node.told.get(peer)?.delete('have')
  const fresh = news.filter((part) => part.from <= numberIn(part))
  for (const part of fresh) commit(turn, { table: 'part', part })
  if (fresh.length > 0) tellOn(turn, { t: 'parts', parts: fresh }, peer)
  // What came before was lost on the way, or there is more to come: either way the peer has to know how far we are.
  const isLoose = fresh.length < news.length
  if (isLoose || fresh.some(({ entries }) => entries.length >= ENTRIES_MOST)) sayHave(turn, peer)
}

/** Not those by somebody whom we do not know; those beyond a revocation never count. */
function isWanted(turn: Turn, peer: NodeId, part: StreamPart): boolean {
  const { deps, state } = turn.node
  const end = endOf(state, part.stream)
  if (end === null || end <= (state.log.streams.get(part.stream)?.have ?? 0)) return false
  if (part.entries.every((entry) => isEntrySigned(entry, deps.crypto))) return true
  turn.outputs.push({ type: 'misconduct', peer, what: 'an entry that its author has not signed' })
  return false
}

/** Forgets what every member has and nobody can miss. */
export function compactLog(turn: Turn): void {
  const { state, has, deps } = turn.node
  const others = [...state.membership.members.keys()].filter((node) => node !== deps.self)
  const haves = [haveOf(state.log), ...others.map((node) => has.get(node) ?? {})]
  const [own = {}] = haves
  const stable: Record<string, number> = {}
  for (const stream of Object.keys(own))
    stable[stream] = Math.min(...haves.map((have) => numberOf(have, stream)))
  const before = keptEntries(state.log).length
  const entries = compact(state.log, { stable, beforeMs: turn.now.wallMs - HISTORY_MS })
  if (before > 0 && entries.length > 0) commit(turn, { table: 'dropped', entries })
}

const numberOf = (have: Readonly<Record<string, number>>, stream: string): number => have[stream] ?? 0
