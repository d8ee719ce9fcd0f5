// The directory between machines: new records to everybody at once, and a comparison now and then for what was lost.
import type { NodeId, RecordKind, SignedRecord, StreamId, Unsigned } from '@tutti/protocol'
import { authorOf, canonicalJson, isRecordSigned, signRecord } from '@tutti/protocol'
import {
  directorySum,
  HOLDS_MS,
  isNews,
  isWithdrawn,
  keysBehind,
  recordKey,
  recordsBeyond,
  RENEW_MS,
  serialsOf,
  type Serials,
} from './directory.ts'
import type { NodeRole } from './field-policy.ts'
import { doubtOf, isOwner, type Holding } from './lease.ts'
import { restoreFields } from './node-log.ts'
import type { PeerMessage } from './peer-message.ts'
import { commit, driveLink, tell, tellOn, type Turn } from './turn.ts'

const FOREVER_MS = 100 * 365 * 24 * 3600 * 1000
const PORTION = 64

/** The number of the last entry of a stream that counts, of so many that we have. */
type LastThatCounts = (stream: StreamId, have: number) => number

type Said = {
  [K in RecordKind]: Pick<Extract<Unsigned<SignedRecord>, { kind: K }>, 'kind' | 'subject' | 'body'>
}[RecordKind]

/** What one life of a database numbers lies above all that a former one did: two records of one number would never be compared. */
const SERIALS_OF_LIFE = 2 ** 20

/** Signs a record of ours and tells everybody. Its number follows on the last one, also after a crash or a restore. */
export function sayRecord(turn: Turn, said: Said, holdsMs = FOREVER_MS): void {
  const { deps, state } = turn.node
  const by = deps.self
  const last = state.directory.get(recordKey({ ...said, by }))?.serial ?? 0
  const serial = Math.max(last + 1, (deps.epoch - 1) * SERIALS_OF_LIFE)
  const atMs = Math.max(0, Math.floor(turn.now.wallMs))
  const unsigned: Unsigned<SignedRecord> = { ...said, by, serial, atMs, untilMs: atMs + holdsMs }
  const record: SignedRecord = signRecord(unsigned, deps.sign)
  takeRecords(turn, [record], null)
}

/** Lets a machine in, after its user and ours have compared the short text. */
export function introduce(turn: Turn, whom: NodeId, role: NodeRole): void {
  // A guest is only what the record makes of it: a root would be as good as ourselves.
  if (role === 'full') commit(turn, { table: 'root', node: whom })
  sayRecord(turn, { kind: 'introduction', subject: whom, body: { role } })
}

/**
 * Throws a machine out, for everybody. `last` gives the last entry of its streams that counts, else all that we have do. Whom it
 * let in stays.
 */
export function revoke(turn: Turn, whom: NodeId, last: LastThatCounts = (_stream, have) => have): void {
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
  keep(turn, { kind: 'node', subject: self, body: deps.card() })
  const names = deps.agents?.()
  if (names) followAgents(turn, names)
  for (const [agent, holding] of state.holdings) {
    // Who doubts says it too: of several that were restored, the one that had it last is to have it.
    if (!isOwner(holding) && holding.phase !== 'doubted') continue
    const said = state.directory.get(recordKey({ kind: 'agent', subject: agent, by: self }))
    const last = holding.phase === 'doubted' && said?.kind === 'agent' ? said.body.token : 0
    const body = { name: names?.get(agent) ?? agent, token: Math.max(holding.token, last) }
    keep(turn, { kind: 'agent', subject: agent, body })
  }
  takeBack(turn)
}

/** Agents that this machine once said are here, and that a restore has left no trace of: nobody is to look for them here. */
function takeBack(turn: Turn): void {
  const { directory, holdings } = turn.node.state
  for (const { kind, subject, by } of directory.values())
    if (kind === 'agent' && by === turn.node.deps.self && !isLeft(holdings.get(subject)))
      withdrawAgent(turn, subject)
}

/** New agents are ours from now on; of those that are gone the last word is that they were here. */
function followAgents(turn: Turn, names: ReadonlyMap<string, string>): void {
  const { state } = turn.node
  for (const agent of names.keys())
    if (!state.holdings.has(agent))
      commit(turn, { table: 'holding', change: { agent, holding: { phase: 'owner', token: 1 } } })
  for (const [agent, holding] of state.holdings) {
    if (holding.phase !== 'owner' || names.has(agent)) continue
    const { token } = holding
    commit(turn, { table: 'holding', change: { agent, holding: null } })
    sayRecord(turn, { kind: 'agent', subject: agent, body: { name: agent, token } }, 0)
  }
}

const isLeft = (holding: Holding | undefined): boolean => holding !== undefined && holding.phase !== 'gone'

/** Takes back that an agent is here, for one that lives elsewhere by now. */
export function withdrawAgent(turn: Turn, agent: string): void {
  const { deps, state } = turn.node
  const said = state.directory.get(recordKey({ kind: 'agent', subject: agent, by: deps.self }))
  if (said?.kind === 'agent' && !isWithdrawn(said))
    sayRecord(turn, { kind: 'agent', subject: agent, body: said.body }, 0)
}

/** Says it, unless it is said and holds. */
function keep(turn: Turn, said: Extract<Said, { kind: 'node' | 'agent' }>): void {
  const known = turn.node.state.directory.get(recordKey({ ...said, by: turn.node.deps.self }))
  // Also when the clock was set back: what says to hold for a year would else never be renewed.
  const isFresh = known !== undefined && Math.abs(turn.now.wallMs - known.atMs) <= RENEW_MS
  const isSame = isFresh && !isWithdrawn(known) && canonicalJson(known.body) === canonicalJson(said.body)
  if (!isSame) sayRecord(turn, said, HOLDS_MS)
}

export const sumOf = ({ node }: Turn): PeerMessage => ({ t: 'sum', sum: directorySum(node.state.directory) })

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

/** A record that we have signed and do not know: we lost what we knew then, and perhaps that the agent has moved on since. */
function onFormerWord(turn: Turn, agent: string): void {
  const holding = turn.node.state.holdings.get(agent)
  if (!holding || !isOwner(holding)) return
  turn.node.sums.clear()
  commit(turn, { table: 'holding', change: doubtOf(agent, holding) })
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
        if (record.by === deps.self && from !== null && record.kind === 'agent')
          onFormerWord(turn, record.subject)
      } else if (from !== null)
        turn.outputs.push({ type: 'misconduct', peer: from, what: 'a record that nobody has signed' })
      return false
    })
  }
  if (from !== null && taken.some(({ kind, by }) => kind === 'agent' && by === deps.self)) takeBack(turn)
  if (taken.length > 0) tellOn(turn, { t: 'records', records: taken, wants: [] }, from)
  // It may have said where it is reached.
  for (const { kind, by } of taken) if (kind === 'node') driveLink(turn, by, { type: 'nudge' })
}
