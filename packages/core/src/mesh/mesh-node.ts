// One machine of the mesh, whole: the same code runs in the daemon and, ten thousand times over, in the simulator.
import type { JsonValue, NodeId, StreamId } from '@tutti/protocol'
import { never } from '../must.ts'
import { forget } from './directory.ts'
import type { NodeRole } from './field-policy.ts'
import { directCarrier, newLink, type LinkInput, type LinkOutput, type Moment } from './link.ts'
import { abandon, expireLetters, type Letter } from './mail-queue.ts'
import type { MeshState } from './mesh-state.ts'
import { introduce, onRecords, onSerials, onSum, renew, revoke, sumOf } from './node-directory.ts'
import { careForMoves, onMove, onWord, settleDoubts, type MoveInput } from './node-lease.ts'
import { onLetter, onPush, onTook, pushMail, settle, settleTaken } from './node-mail.ts'
import { compactLog, onHave, onParts, writeFields } from './node-log.ts'
import { haveOf, type FieldRef } from './op-log.ts'
import { FIRST_STREAM, type PeerMessage } from './peer-message.ts'
import { driveLink, tell, tellNews, type MeshDeps, type MeshNode, type Turn } from './turn.ts'

export type MeshInput =
  | { type: 'time' }
  | { type: 'link'; peer: NodeId; input: LinkInput }
  | { type: 'letter'; letter: Letter }
  | { type: 'write'; by: string; sets: readonly (FieldRef & { value: JsonValue })[] }
  | { type: 'introduce'; whom: NodeId; role: NodeRole }
  | { type: 'revoke'; whom: NodeId; last?: (stream: StreamId, have: number) => number }
  | MoveInput
  | { type: 'compact' }
  /** What this machine says of itself and its agents has changed. */
  | { type: 'renew' }

/** What is looked after now and then: expiry, renewal, what was said and not answered. */
const CARE_MS = 5000
/** What is compared now and then, in case something was lost between the layers. */
const SYNC_MS = 15_000
/** In this many comparisons one says all again: what is lost between the layers is rare, and a room of fifty would never be quiet. */
const SYNCS_WHOLE = 8

export const newMeshNode = (deps: MeshDeps, state: MeshState, atMs: number): MeshNode => ({
  deps,
  state,
  links: new Map(),
  ups: new Set(),
  sent: new Map(),
  taken: new Map(),
  settledMs: new Map(),
  has: new Map(),
  sees: new Map(),
  sums: new Map(),
  disowned: new Set(),
  told: new Map(),
  hasNewLinks: false,
  syncs: 0,
  nextCareMs: atMs,
  nextSyncMs: atMs + SYNC_MS,
})

/** Machines to which a link leads without another between. */
export const neighbours = (node: MeshNode): NodeId[] =>
  [...node.ups].filter((peer) => {
    const link = node.links.get(peer)
    return link !== undefined && directCarrier(link) !== null
  })

/** One step. Its changes, the letters and the notices must be on disk before any of its outputs is acted on. */
export function stepNode(node: MeshNode, input: MeshInput, now: Moment): Turn {
  const turn: Turn = { node, now, changes: [], outputs: [] }
  take(turn, input)
  followTrust(turn)
  return turn
}

function take(turn: Turn, input: MeshInput): void {
  switch (input.type) {
    case 'time':
      return onTime(turn)
    case 'link':
      return onLink(turn, input.peer, input.input)
    case 'letter':
      return onLetter(turn, input.letter)
    case 'compact':
      return compactLog(turn)
    case 'renew':
      return renew(turn)
    case 'write':
      writeFields(turn, input)
      return undefined
    case 'introduce':
      return introduce(turn, input.whom, input.role)
    case 'revoke':
      return revoke(turn, input.whom, input.last)
    case 'adopt':
    case 'move':
    case 'cancel-move':
      return onMove(turn, input)
    default:
      return never(input)
  }
}

function onTime(turn: Turn): void {
  const { node, now } = turn
  for (const peer of node.links.keys()) driveAndHear(turn, peer, { type: 'time' })
  for (const peer of node.taken.keys()) {
    settleTaken(turn, peer)
    pushMail(turn, peer)
  }
  if (now.atMs >= node.nextCareMs) {
    node.nextCareMs = now.atMs + CARE_MS
    care(turn)
  }
  if (node.hasNewLinks) tellLinks(turn)
  if (now.atMs < node.nextSyncMs) return
  node.nextSyncMs = now.atMs + SYNC_MS
  node.sent.clear()
  if (++node.syncs % SYNCS_WHOLE === 0) node.told.clear()
  const sum = sumOf(turn)
  for (const peer of node.ups) greet(turn, peer, sum)
}

/** In one order, so that a link that came back is no news. */
const seesOf = (node: MeshNode): PeerMessage => ({ t: 'sees', nodes: neighbours(node).toSorted() })

/** Others may reach those machines over us. */
function tellLinks(turn: Turn): void {
  turn.node.hasNewLinks = false
  const sees = seesOf(turn.node)
  for (const peer of turn.node.ups) tellNews(turn, peer, sees)
}

function care(turn: Turn): void {
  const { state } = turn.node
  renew(turn)
  forget(state.directory, turn.now.wallMs)
  settle(turn, expireLetters(state.mail, turn.now.wallMs))
  careForMoves(turn)
  tellLinks(turn)
  const sum = sumOf(turn)
  for (const peer of turn.node.ups) tellNews(turn, peer, sum)
}

/** What a machine is told when the link comes up, and now and then. */
function greet(turn: Turn, peer: NodeId, sum: PeerMessage): void {
  tellNews(turn, peer, { t: 'have', have: haveOf(turn.node.state.log) })
  tell(turn, peer, sum)
  tellNews(turn, peer, seesOf(turn.node))
  pushMail(turn, peer)
}

function onLink(turn: Turn, peer: NodeId, input: LinkInput): void {
  if (turn.node.links.has(peer)) driveAndHear(turn, peer, input)
}

function driveAndHear(turn: Turn, peer: NodeId, input: LinkInput): void {
  for (const output of driveLink(turn, peer, input)) hear(turn, peer, output)
}

function hear(turn: Turn, peer: NodeId, output: LinkOutput): void {
  const { node } = turn
  if (output.type === 'up') {
    node.ups.add(peer)
    node.hasNewLinks = true
    node.told.delete(peer)
    if (output.reset) node.sent.delete(peer)
    greet(turn, peer, sumOf(turn))
    careForMoves(turn)
  } else if (output.type === 'down') {
    node.ups.delete(peer)
    node.sees.delete(peer) // the others hear of it a little later: most are back before
  } else if (output.type === 'deliver') {
    const { channel, body, credit } = output
    if (channel >= FIRST_STREAM) {
      turn.outputs.push({ type: 'stream', peer, channel, body, credit })
      return
    }
    driveLink(turn, peer, { type: 'dealt', channel, credit })
    read(turn, peer, body)
  }
}

function read(turn: Turn, peer: NodeId, body: Uint8Array): void {
  let message: PeerMessage | null = null
  try {
    message = turn.node.deps.codec.decode(body)
  } catch {
    // Whatever it is, it is not of the protocol: noted against the peer, and nothing is done.
    turn.outputs.push({ type: 'misconduct', peer, what: 'a message that cannot be read' })
  }
  if (message !== null) answer(turn, peer, message)
}

function answer(turn: Turn, peer: NodeId, message: PeerMessage): void {
  switch (message.t) {
    case 'push':
      return onPush(turn, peer, message.push)
    case 'took':
      return onTook(turn, peer, message.took)
    case 'have':
      return onHave(turn, peer, message.have)
    case 'parts':
      return onParts(turn, peer, message.parts)
    case 'sum':
      onSum(turn, peer, message.sum)
      return settleDoubts(turn)
    case 'serials':
      return onSerials(turn, peer, message.serials)
    case 'records':
      onRecords(turn, peer, message)
      return settleDoubts(turn)
    case 'lease':
      return onWord(turn, peer, message.word)
    case 'sees':
      turn.node.sees.set(peer, new Set(message.nodes))
      return undefined
    default:
      return never(message)
  }
}

/** Links to all members and to nobody else; what waits for those who are out dies or comes back. */
function followTrust(turn: Turn): void {
  const { node } = turn
  const { members } = node.state.membership
  for (const peer of members.keys()) if (peer !== node.deps.self && !node.links.has(peer)) addLink(turn, peer)
  for (const peer of node.links.keys()) if (!members.has(peer)) part(turn, peer)
}

function addLink({ node, now }: Turn, peer: NodeId): void {
  const { self, session, crypto, sign, newNonce, chance } = node.deps
  node.links.set(peer, newLink({ self, peer, session, crypto, sign, newNonce, chance }, now.atMs))
}

/** C40: the carriers of a machine that is out close at once. */
function part(turn: Turn, peer: NodeId): void {
  const { node } = turn
  settleTaken(turn, peer)
  for (const carrier of node.links.get(peer)?.carriers.keys() ?? [])
    turn.outputs.push({ type: 'link', peer, output: { type: 'close', carrier, why: 'revoked' } })
  if (node.ups.has(peer)) turn.outputs.push({ type: 'link', peer, output: { type: 'down', why: 'revoked' } })
  node.links.delete(peer)
  for (const map of [node.sent, node.settledMs, node.has, node.sees, node.sums, node.told]) map.delete(peer)
  node.ups.delete(peer)
  settle(turn, abandon(node.state.mail, peer))
}
