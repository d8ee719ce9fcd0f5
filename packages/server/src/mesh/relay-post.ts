// Sealed bytes on their way over common neighbours: which one leads where, and what is passed on for others (rule H9).
import { directCarrier, neighbours, newQuota, nextHop, passOn, type MeshNode } from '@tutti/core/mesh'
import { LINK_LIMITS, type NodeId, type Relay } from '@tutti/protocol'
import type { Log } from '../handler.ts'

export interface RelayPostDeps {
  self: NodeId
  nowMs: () => number
  log: Log
  node: () => MeshNode
  /** Hands a frame to a neighbour, on the direct carrier of this name. */
  send(carrier: string, frame: Relay): void
}

export interface RelayPost {
  /** False where no neighbour leads there. */
  send(to: NodeId, body: Uint8Array): boolean
  /** Whether a neighbour leads there now. */
  reaches(to: NodeId): boolean
  /** That neighbour. */
  via(to: NodeId): NodeId | null
  /** Passes on what is not for this machine; true for what is. */
  arrived(neighbour: NodeId, frame: Relay): boolean
}

export function createRelayPost(deps: RelayPostDeps): RelayPost {
  const quota = newQuota()

  const surroundings = () => {
    const node = deps.node()
    return { self: deps.self, ups: new Set(neighbours(node)), sees: node.sees, relays: relaysOf(node) }
  }

  const firstOf = (to: NodeId): NodeId | null => nextHop(surroundings(), to, LINK_LIMITS.hops)

  const hand = (to: NodeId, frame: Relay): boolean => {
    const link = deps.node().links.get(to)
    const carrier = link ? directCarrier(link) : null
    if (carrier === null) return false
    deps.send(carrier, frame)
    return true
  }

  return {
    via: firstOf,
    reaches: (to) => firstOf(to) !== null,
    send(to, body) {
      const { hops } = LINK_LIMITS
      const first = firstOf(to)
      return first !== null && hand(first, { type: 'relay', from: deps.self, to, hops, body })
    },
    arrived(neighbour, frame) {
      const passing = passOn(frame, { ...surroundings(), neighbour, quota, atMs: deps.nowMs() })
      if (passing.act === 'pass') hand(passing.to, passing.frame)
      if (passing.act === 'drop') deps.log.info('mesh.not-relayed', { from: neighbour, why: passing.why })
      return passing.act === 'here'
    },
  }
}

/** Members that offer to pass on; asked for each frame, so that agents of the directory are not looked at. */
function relaysOf({ state }: MeshNode): ReadonlySet<NodeId> {
  const offers = new Set<NodeId>()
  for (const member of state.membership.members.keys()) {
    const record = state.directory.get(`node ${member} ${member}`)
    if (record?.kind === 'node' && record.body.relay) offers.add(member)
  }
  return offers
}
