// Moves of agents between machines, as one of them sees it.
import type { NodeId } from '@tutti/protocol'
import { directorySum, isWithdrawn } from './directory.ts'
import {
  beginMove,
  cancelMove,
  reclaim,
  settleDoubt,
  takeWord,
  wordsFor,
  type LeaseStep,
  type LeaseWord,
  type Testimony,
} from './lease.ts'
import { renew, withdrawAgent } from './node-directory.ts'
import { commit, tell, type Turn } from './turn.ts'

export type MoveInput =
  /**
   * `above`: a person says that of the machines that claim it, this one has the agent; the highest token of them all. `again`: it
   * lives here though it had been let go, out of an archive; where no other machine has it, it is ours again.
   */
  | { type: 'adopt'; agent: string; above?: number; again?: true }
  | { type: 'move'; agent: string; to: NodeId; digest: string }
  | { type: 'cancel-move'; agent: string }

export function onMove(turn: Turn, input: MoveInput): void {
  const { holdings } = turn.node.state
  const { agent } = input
  if (input.type === 'move') {
    const { to, digest } = input
    return undertake(turn, beginMove(holdings, agent, { to, digest }))
  }
  if (input.type === 'cancel-move') return undertake(turn, cancelMove(holdings, agent))
  if (input.again) return regain(turn, agent)
  if (input.above !== undefined) return claim(turn, agent, input.above)
  if (!holdings.has(agent))
    commit(turn, { table: 'holding', change: { agent, holding: { phase: 'owner', token: 1 } } })
  return renew(turn)
}

function claim(turn: Turn, agent: string, above: number): void {
  const holding = turn.node.state.holdings.get(agent)
  const isOurs = holding?.phase === 'owner' || holding?.phase === 'doubted'
  if (!isOurs || holding.token > above) return
  commit(turn, { table: 'holding', change: { agent, holding: { phase: 'owner', token: above + 1 } } })
  renew(turn)
}

function regain(turn: Turn, agent: string): void {
  const holding = turn.node.state.holdings.get(agent)
  if (holding?.phase !== 'gone' && holding?.phase !== 'released') return
  const { claims, ever } = testimony(turn, agent)
  if (claims.length > 0) return
  // Above whatever was ever said of it, and the number of its last move is used up.
  const token = Math.max(holding.token, ever) + 2
  undertake(turn, { change: { agent, holding: { phase: 'owner', token } }, words: [] })
}

export function onWord(turn: Turn, peer: NodeId, word: LeaseWord): void {
  const { node } = turn
  const { state, disowned } = node
  const holding = state.holdings.get(word.agent)
  if (holding?.phase === 'released' && holding.to === peer && holding.token + 1 === word.token) {
    // It has lost the copy that it had. Somebody may have got the agent from it before: all are to be heard after this.
    if (word.say === 'cancel' && !disowned.has(word.agent)) node.sums.clear()
    if (word.say === 'cancel') disowned.add(word.agent)
    else disowned.delete(word.agent)
  }
  undertake(turn, takeWord(state.holdings, { from: peer, word }, node.deps.hasCopy))
}

/** Says again what was not answered, and takes back what was on its way to a machine that is out. */
export function careForMoves(turn: Turn): void {
  const { holdings } = turn.node.state
  for (const [agent, holding] of holdings) speak(turn, wordsFor(agent, holding))
  settleDoubts(turn)
  const { members } = turn.node.state.membership
  for (const [agent, { phase }] of holdings) {
    if (phase !== 'released' && phase !== 'offering') continue
    const revoked = (node: NodeId) =>
      !members.has(node) || (phase === 'released' && turn.node.disowned.has(agent))
    undertake(turn, reclaim(holdings, agent, { revoked, nobodyElse: () => isNobodyElses(turn, agent) }))
  }
}

/** Ends the doubts of a restored machine that can be ended by now. */
export function settleDoubts(turn: Turn): void {
  const { holdings } = turn.node.state
  for (const [agent, { phase }] of holdings)
    if (phase === 'doubted') undertake(turn, settleDoubt(holdings, agent, testimony(turn, agent)))
}

function testimony(turn: Turn, agent: string): Testimony {
  const { directory, membership } = turn.node.state
  const records = [...directory.values()].flatMap((record) =>
    record.kind === 'agent' && record.subject === agent ? record : [],
  )
  const { self } = turn.node.deps
  const mine = directorySum(directory)
  return {
    claims: records
      .filter((record) => record.by !== self && membership.members.has(record.by) && !isWithdrawn(record))
      .map(({ by, body }) => ({ by, token: body.token, isShown: turn.node.sums.get(by) === mine })),
    ever: Math.max(0, ...records.map(({ body }) => body.token)),
    own: records.find(({ by }) => by === self)?.body.token ?? 0,
    isAll: () => haveAllShown(turn),
  }
}

/** Whether every other machine has the very directory that we have. */
function haveAllShown({ node }: Turn): boolean {
  const others = [...node.state.membership.members.keys()].filter((id) => id !== node.deps.self)
  const mine = directorySum(node.state.directory)
  return others.every((id) => node.sums.get(id) === mine)
}

/**
 * Whether no machine of the room can have the agent. Whoever becomes its owner says so in the directory in the same
 * transaction, and takes no more words from a machine once it knows that it is out. So when everybody has shown the very
 * directory that we have, in which it is out, and nobody claims the agent in it, nobody has it or will get it.
 */
function isNobodyElses(turn: Turn, agent: string): boolean {
  const { node } = turn
  const { directory, membership } = node.state
  if (!haveAllShown(turn)) return false
  const own = node.state.holdings.get(agent)?.token ?? 0
  const claims = [...directory.values()].filter(
    ({ kind, subject, by }) => kind === 'agent' && subject === agent && membership.members.has(by),
  )
  return claims.every((claim) => claim.kind !== 'agent' || claim.body.token <= own)
}

function undertake(turn: Turn, { change, words }: LeaseStep): void {
  if (change) {
    commit(turn, { table: 'holding', change })
    turn.node.disowned.delete(change.agent)
    // Its new home says that it is there; two claims would look like a quarrel.
    if (change.holding?.phase === 'gone') withdrawAgent(turn, change.agent)
    renew(turn)
  }
  speak(turn, words)
}

function speak(turn: Turn, words: LeaseStep['words']): void {
  for (const { to, word } of words) tell(turn, to, { t: 'lease', word })
}
