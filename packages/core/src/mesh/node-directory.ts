// The directory between machines: new records to everybody at once, and a comparison now and then for what was lost.
import type { NodeId, RecordKind, SignedRecord, StreamId, Unsigned } from '@tutti/protocol'
import { authorOf, isRecordSigned, signRecord } from '@tutti/protocol'
import {
  directorySum,
  HOLDS_MS,
  isNews,
  keysBehind,
  recordKey,
  recordsBeyond,
  RENEW_MS,
  serialsOf,
  type Serials,
} from './directory.ts'
import type { NodeRole } from './field-policy.ts'
import { isOwner } from './lease.ts'
import { restoreFields } from './node-log.ts'
import { commit, tell, tellAll, type Turn } from './turn.ts'

const FOREVER_MS = 100 * 365 * 24 * 3600 * 1000
const PORTION = 64

type Said = {
  [K in RecordKind]: Pick<Extract<Unsigned<SignedRecord>, { kind: K }>, 'kind' | 'subject' | 'body'>
}[RecordKind]

/** Signs a record of ours and tells everybody. Its number follows on the last one, also after a crash. */
export function sayRecord(turn: Turn, said: Said, holdsMs = FOREVER_MS): void {
  const { deps, state } = turn.node
  const by = deps.self
  const serial = (state.directory.get(recordKey({ ...said, by }))?.serial ?? 0) + 1
  const atMs = Math.max(0, Math.floor(turn.now.wallMs))
  const unsigned: Unsigned<SignedRecord> = { ...said, by, serial, atMs, untilMs: atMs + holdsMs }
  const record: SignedRecord = signRecord(unsigned, deps.sign)
  takeRecords(turn, [record], null)
}

/** Lets a machine in, after its user and ours have compared the short text. */
export function introduce(turn: Turn, whom: NodeId, role: NodeRole): void {
  commit(turn, { table: 'root', node: whom })
  sayRecord(turn, { kind: 'introduction', subject: whom, body: { role } })
}

/**
 * Throws a machine out, for everybody. `last` gives the last entry of its streams that counts, else all that we have do. Whom it
 * let in stays.
 */
export function revoke(turn: Turn, whom: NodeId, last: (stream: StreamId, have: number) => number): void {
  const { state } = turn.node
  const cuts: Record<StreamId, number> = {}
  for (const [stream, { have }] of state.log.streams)
    if (authorOf(stream) === whom) cuts[stream] = last(stream, have)
  const keeps = [...state.membership.members.keys()].filter((node) => node !== whom)
  sayRecord(turn, { kind: 'revocation', subject: whom, body: { keeps, cuts } })
}

/** Says anew that this machine and its agents are there, before the last word is over or when it is not true any more. */
export function renew(turn: Turn): void {
  const { deps, state } = turn.node
  const { self } = deps
  if (isDue(turn, { kind: 'node', subject: self, by: self }))
    sayRecord(turn, { kind: 'node', subject: self, body: deps.card() }, HOLDS_MS)
  for (const [agent, holding] of state.holdings) {
    if (!isOwner(holding)) continue
    const known = state.directory.get(recordKey({ kind: 'agent', subject: agent, by: self }))
    const isTold = known?.kind === 'agent' && known.body.token === holding.token
    if (isTold && !isDue(turn, { kind: 'agent', subject: agent, by: self })) continue
    sayRecord(turn, { kind: 'agent', subject: agent, body: { name: agent, token: holding.token } }, HOLDS_MS)
  }
}

function isDue(turn: Turn, of: Pick<SignedRecord, 'kind' | 'subject' | 'by'>): boolean {
  const known = turn.node.state.directory.get(recordKey(of))
  // Also when the clock was set back: what says to hold for a year would else never be renewed.
  return !known || Math.abs(turn.now.wallMs - known.atMs) > RENEW_MS
}

export const saySum = (turn: Turn, peer: NodeId): void =>
  tell(turn, peer, { t: 'sum', sum: directorySum(turn.node.state.directory) })

export function onSum(turn: Turn, peer: NodeId, sum: string): void {
  const { directory } = turn.node.state
  turn.node.sums.set(peer, sum)
  if (sum !== directorySum(directory)) tell(turn, peer, { t: 'serials', serials: serialsOf(directory) })
}

export function onSerials(turn: Turn, peer: NodeId, serials: Serials): void {
  const { directory } = turn.node.state
  const records = recordsBeyond(directory, serials)
  const wants = keysBehind(directory, serials)
  for (let at = 0; at === 0 || at < records.length; at += PORTION)
    tell(turn, peer, { t: 'records', records: records.slice(at, at + PORTION), wants: at === 0 ? wants : [] })
}

export function onRecords(
  turn: Turn,
  peer: NodeId,
  said: { records: readonly SignedRecord[]; wants: readonly string[] },
): void {
  takeRecords(turn, said.records, peer)
  const asked = said.wants.flatMap((key) => turn.node.state.directory.get(key) ?? [])
  for (let at = 0; at < asked.length; at += PORTION)
    tell(turn, peer, { t: 'records', records: asked.slice(at, at + PORTION), wants: [] })
}

/** Takes records that are news and signed by somebody who was ever let in; one may let in the signer of the next. */
function takeRecords(turn: Turn, records: readonly SignedRecord[], from: NodeId | null): void {
  const { state, deps } = turn.node
  const taken: SignedRecord[] = []
  let open = records.filter((record) => isNews(state.directory, record))
  for (let before = -1; before !== open.length;) {
    before = open.length
    open = open.filter((record) => {
      if (!state.membership.ever.has(record.by)) return true
      if (isRecordSigned(record, deps.crypto)) {
        const lost = commit(turn, { table: 'record', record })
        taken.push(record)
        if (record.by === deps.self) restoreFields(turn, lost)
      } else if (from !== null)
        turn.outputs.push({ type: 'misconduct', peer: from, what: 'a record that nobody has signed' })
      return false
    })
  }
  if (taken.length > 0) tellAll(turn, { t: 'records', records: taken, wants: [] }, from)
}
