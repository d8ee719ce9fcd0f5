// One step of a machine: what it changes on disk, and what it says afterwards.
import type { NodeCrypto, NodeId, SignNow } from '@tutti/protocol'
import { stepLink, type Link, type LinkInput, type LinkOutput, type Moment } from './link.ts'
import type { LaneName, Letter, Notice, Took } from './mail-queue.ts'
import { applyChange, type MeshChange, type MeshState } from './mesh-state.ts'
import type { FieldRef, Have } from './op-log.ts'
import { CHANNELS, type MessageCodec, type PeerMessage } from './peer-message.ts'

export interface MeshDeps {
  readonly self: NodeId
  /** New at each start of the process. */
  readonly session: string
  /** Counts up with each restored database: what this one numbers is not what a former one did. */
  readonly epoch: number
  readonly crypto: NodeCrypto
  readonly sign: SignNow
  readonly codec: MessageCodec
  readonly newNonce: () => string
  readonly chance: () => number
  /** Whether a letter can go into a mailbox here; what cannot is taken as a blank, and its sender is told. */
  readonly takes?: (letter: Letter) => boolean
  /** The machine where an agent lives, null if nobody knows. */
  readonly homeOf: (state: MeshState, agent: string) => NodeId | null
  /** Whether a complete copy of an agent is here and was checked against its digest. */
  readonly hasCopy: (agent: string, digest: string) => boolean
  /** What this machine says of itself. */
  readonly card: () => { name: string; urls: readonly string[]; relay: boolean; version: string }
  /** The agents that live here, by id: their names. Without it only those that were adopted. */
  readonly agents?: () => ReadonlyMap<string, string>
}

export interface MeshNode {
  readonly deps: MeshDeps
  readonly state: MeshState
  readonly links: Map<NodeId, Link>
  /** Machines to which the link is up. */
  readonly ups: Set<NodeId>
  /** Letters that are on their way, for each machine. */
  readonly sent: Map<NodeId, Map<LaneName, number>>
  /** What other machines have taken, as they last said, until it is settled. */
  readonly taken: Map<NodeId, Map<LaneName, Took>>
  /** When something that a machine had taken was last settled. */
  readonly settledMs: Map<NodeId, number>
  /** What other machines last said that they have. */
  readonly has: Map<NodeId, Have>
  /** Machines that others have a link to, to find a way by relay. */
  readonly sees: Map<NodeId, ReadonlySet<NodeId>>
  /** Which directory others last said that they have. */
  readonly sums: Map<NodeId, string>
  /** Agents that were let go, and that their new home says it does not have and will not take. */
  readonly disowned: Set<string>
  /** What each machine was last told of what is said again and again. */
  readonly told: Map<NodeId, Map<PeerMessage['t'], string>>
  /** Links have come or gone, of which the others are to be told. */
  hasNewLinks: boolean
  nextCareMs: number
  nextSyncMs: number
  /** Comparisons so far. */
  syncs: number
}

export type MeshOutput =
  | {
      readonly type: 'link'
      readonly peer: NodeId
      readonly output: Exclude<LinkOutput, { type: 'deliver' }>
    }
  | { readonly type: 'notice'; readonly notice: Notice }
  /** A letter is in the mailbox. */
  | { readonly type: 'letter'; readonly letter: Letter }
  /** Bytes of a channel that the mesh itself does not use; whoever reads them gives `credit` back by `dealt`. */
  | {
      readonly type: 'stream'
      readonly peer: NodeId
      readonly channel: number
      readonly body: Uint8Array
      readonly credit: number
    }
  /** A peer has said what cannot be read, or an author has numbered two entries alike: for the audit log. */
  | { readonly type: 'misconduct'; readonly peer: NodeId; readonly what: string }

export interface Turn {
  readonly node: MeshNode
  readonly now: Moment
  readonly changes: MeshChange[]
  readonly outputs: MeshOutput[]
}

export function commit(turn: Turn, change: MeshChange): FieldRef[] {
  turn.changes.push(change)
  return applyChange(turn.node.state, change)
}

/** Says something to a machine, if the link is up; whoever says it repeats it when the link comes up again. */
export function tell(turn: Turn, peer: NodeId, message: PeerMessage): void {
  const link = turn.node.links.get(peer)
  if (!link || !turn.node.ups.has(peer)) return
  const body = turn.node.deps.codec.encode(message)
  driveLink(turn, peer, { type: 'send', channel: CHANNELS[message.t], body })
}

export function tellAll(turn: Turn, message: PeerMessage, except: NodeId | null = null): void {
  for (const peer of turn.node.ups) if (peer !== except) tell(turn, peer, message)
}

/** Tells all but those who have it from where it came: the machine `from`, and whom that machine reaches itself. */
export function tellOn(turn: Turn, message: PeerMessage, from: NodeId | null): void {
  const { ups, sees } = turn.node
  const told = from === null ? undefined : sees.get(from)
  for (const peer of ups) if (peer !== from && told?.has(peer) !== true) tell(turn, peer, message)
}

/** Says it unless it is what that machine was last told. */
export function tellNews(turn: Turn, peer: NodeId, message: PeerMessage): void {
  const known = turn.node.told.get(peer) ?? new Map<PeerMessage['t'], string>()
  turn.node.told.set(peer, known)
  const text = JSON.stringify(message)
  if (known.get(message.t) === text) return
  known.set(message.t, text)
  tell(turn, peer, message)
}

/** Lets a link take a step; what it delivers is answered to whoever asked for the step. */
export function driveLink(turn: Turn, peer: NodeId, input: LinkInput): LinkOutput[] {
  const link = turn.node.links.get(peer)
  if (!link) return []
  const outputs = stepLink(link, input, turn.now)
  for (const output of outputs)
    if (output.type !== 'deliver') turn.outputs.push({ type: 'link', peer, output })
  return outputs
}
