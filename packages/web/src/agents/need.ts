// Who needs you, and in which order agents deserve a look.
import { STATE_SIGNS, type Agent } from '@tutti/core'

export const needsYou = (agent: Agent): boolean => STATE_SIGNS[agent.status.state].needsYou

/** Those that need you, longest waiting first. */
export const needing = (agents: Iterable<Agent>): Agent[] =>
  [...agents].filter(needsYou).sort((a, b) => a.status.since - b.status.since)

/** Need before recency; hibernated ones last. */
export const byNeed = (agents: Iterable<Agent>): Agent[] =>
  [...agents].sort(
    (a, b) => rank(a) - rank(b) || b.status.since - a.status.since || a.name.localeCompare(b.name),
  )

function rank(agent: Agent): number {
  if (needsYou(agent)) return agent.status.state === 'failed' ? 1 : 0
  if (agent.session) return 2
  return 3
}

/**
 * The order to show while somebody points at the list: what is there stays where it is, what is gone leaves, what is
 * new comes at the end. Says how many would move.
 */
export function heldOrder(
  shown: readonly string[],
  wanted: readonly string[],
): { ids: string[]; moved: number } {
  const known = new Set(shown)
  const still = new Set(wanted)
  const ids = [...shown.filter((id) => still.has(id)), ...wanted.filter((id) => !known.has(id))]
  return { ids, moved: ids.filter((id, index) => wanted[index] !== id).length }
}
