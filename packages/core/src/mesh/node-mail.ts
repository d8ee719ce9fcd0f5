// Mail of one machine: letters into lanes and onto links, letters into mailboxes, and what has become of both.
import type { NodeId } from '@tutti/protocol'
import {
  pushesFor,
  queueLetter,
  takePush,
  takeTook,
  waitingUpto,
  type LaneName,
  type Letter,
  type MailChange,
  type Notice,
  type Push,
  type Took,
} from './mail-queue.ts'
import { commit, tell, type Turn } from './turn.ts'

/**
 * Nobody waits for the word that a letter has arrived, but the disk that writes it down is the one that letters to be sent wait
 * for. So in a stream of letters it is written for several at once: for so many, or after so long, or at the next tick.
 */
const SETTLED_TOGETHER = 8
const SETTLE_MS = 100

export function onLetter(turn: Turn, letter: Letter): void {
  const { deps, state } = turn.node
  const node = deps.homeOf(state, letter.to)
  if (node === null || !state.membership.members.has(node))
    return notify(turn, [{ id: letter.id, outcome: 'dead' }])
  commit(turn, { table: 'mail', change: queueLetter(letter, { node, epoch: deps.epoch }) })
  pushMail(turn, node)
}

export function pushMail(turn: Turn, peer: NodeId): void {
  const { node } = turn
  if (!node.ups.has(peer)) return
  const sent = node.sent.get(peer) ?? new Map<string, number>()
  node.sent.set(peer, sent)
  for (const push of pushesFor(node.state.mail, peer, sent)) tell(turn, peer, { t: 'push', push })
}

export function onPush(turn: Turn, peer: NodeId, push: Push): void {
  const { deps, state } = turn.node
  const may = (letter: Letter) => {
    if (deps.homeOf(state, letter.from) !== peer) {
      turn.outputs.push({ type: 'misconduct', peer, what: 'mail from an agent that is not its own' })
      return false
    }
    return deps.homeOf(state, letter.to) === deps.self && (deps.takes?.(letter) ?? true)
  }
  const { changes, took } = takePush(state.mail, { ...push, node: peer }, may)
  for (const change of changes) {
    commit(turn, { table: 'mail', change })
    if (change.type === 'taken' && change.letter) turn.outputs.push({ type: 'letter', letter: change.letter })
  }
  tell(turn, peer, { t: 'took', took })
}

/** Each word of a lane says all that the ones before it said, so the newest stands for them. */
export function onTook(turn: Turn, peer: NodeId, took: Took): void {
  const { node, now } = turn
  const taken = node.taken.get(peer) ?? new Map<LaneName, Took>()
  node.taken.set(peer, taken)
  const known = taken.get(took.lane)
  if (!known || known.next <= took.next) taken.set(took.lane, took)
  let count = 0
  for (const { lane, next } of taken.values())
    count += waitingUpto(node.state.mail, { node: peer, lane, next })
  const isLong = now.atMs - (node.settledMs.get(peer) ?? -Infinity) >= SETTLE_MS
  if (!isLong && count < SETTLED_TOGETHER) return
  settleTaken(turn, peer)
  pushMail(turn, peer)
}

/** Writes down what a machine has taken. Should the process end before, that machine says it again. */
export function settleTaken(turn: Turn, peer: NodeId): void {
  const { node, now } = turn
  const taken = node.taken.get(peer)
  if (!taken) return
  node.taken.delete(peer)
  node.settledMs.set(peer, now.atMs)
  for (const took of taken.values()) settle(turn, takeTook(node.state.mail, { ...took, node: peer }))
}

export function settle(turn: Turn, { changes, notices }: { changes: MailChange[]; notices: Notice[] }): void {
  for (const change of changes) commit(turn, { table: 'mail', change })
  notify(turn, notices)
}

function notify(turn: Turn, notices: readonly Notice[]): void {
  for (const notice of notices) turn.outputs.push({ type: 'notice', notice })
}
