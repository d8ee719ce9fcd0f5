// Ways over common neighbours: which one, how far, and how much of it each may use. What is passed on stays closed.
import type { NodeId, Relay } from '@tutti/protocol'
import { LINK_LIMITS } from '@tutti/protocol'

/** What a machine knows of the room's links. `relays` are those that offer to pass on. */
export interface Surroundings {
  readonly self: NodeId
  readonly ups: ReadonlySet<NodeId>
  readonly sees: ReadonlyMap<NodeId, ReadonlySet<NodeId>>
  readonly relays: ReadonlySet<NodeId>
}

/** The neighbour over whom the shortest way leads, null where none does within so many machines between. */
export function nextHop({ self, ups, sees, relays }: Surroundings, to: NodeId, hops: number): NodeId | null {
  if (ups.has(to)) return to
  let edge = [...ups].filter((node) => relays.has(node)).map((node) => ({ first: node, at: node }))
  const seen = new Set([self, ...edge.map(({ at }) => at)])
  for (let passed = 1; passed <= hops && edge.length > 0; passed++) {
    const found = edge.find(({ at }) => sees.get(at)?.has(to))
    if (found) return found.first
    edge = beyond({ edge, seen }, { sees, relays })
  }
  return null
}

type Edge = { first: NodeId; at: NodeId }[]

function beyond(
  from: { edge: Edge; seen: Set<NodeId> },
  { sees, relays }: Pick<Surroundings, 'sees' | 'relays'>,
): Edge {
  const next: Edge = []
  for (const { first, at } of from.edge)
    for (const node of sees.get(at) ?? []) {
      if (from.seen.has(node) || !relays.has(node)) continue
      from.seen.add(node)
      next.push({ first, at: node })
    }
  return next
}

/** Bytes that a machine may still have passed on; refills with time. */
export interface Quota {
  readonly left: Map<NodeId, { bytes: number; atMs: number }>
}

/** A relay gives each sender so much, beyond a burst: enough for mail and a terminal, not for a disk image. */
export const RELAY_BYTES_PER_S = 1024 * 1024
export const RELAY_BURST_BYTES = 4 * 1024 * 1024

export const newQuota = (): Quota => ({ left: new Map() })

function spend(quota: Quota, from: NodeId, { bytes, atMs }: { bytes: number; atMs: number }): boolean {
  const known = quota.left.get(from) ?? { bytes: RELAY_BURST_BYTES, atMs }
  const refilled = known.bytes + ((atMs - known.atMs) * RELAY_BYTES_PER_S) / 1000
  const left = Math.min(RELAY_BURST_BYTES, refilled) - bytes
  quota.left.set(from, { bytes: left < 0 ? left + bytes : left, atMs })
  return left >= 0
}

export type Passing =
  | { readonly act: 'here' }
  | { readonly act: 'pass'; readonly to: NodeId; readonly frame: Relay }
  | { readonly act: 'drop'; readonly why: 'hops' | 'quota' | 'no way' | 'not offered' | 'loop' }

/** What to do with sealed bytes that a neighbour has handed over. The quota is that of the neighbour, whom we know. */
export function passOn(
  frame: Relay,
  by: Surroundings & { neighbour: NodeId; quota: Quota; atMs: number },
): Passing {
  if (frame.to === by.self) return { act: 'here' }
  if (!by.relays.has(by.self)) return { act: 'drop', why: 'not offered' }
  if (frame.from === by.self) return { act: 'drop', why: 'loop' }
  const hops = Math.min(frame.hops, LINK_LIMITS.hops) - 1
  if (hops < 0) return { act: 'drop', why: 'hops' }
  const to = nextHop(by, frame.to, hops)
  if (to === null || to === by.neighbour) return { act: 'drop', why: 'no way' }
  const isWithin = spend(by.quota, by.neighbour, { bytes: frame.body.byteLength, atMs: by.atMs })
  return isWithin ? { act: 'pass', to, frame: { ...frame, hops } } : { act: 'drop', why: 'quota' }
}
