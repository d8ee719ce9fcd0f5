// Watches what each agent does for circles, from its conversation and its cost, and says when one is to be paused.
import {
  afterLoopEvent,
  noLoop,
  type AgentId,
  type Clock,
  type Entry,
  type LoopEvent,
  type LoopLimits,
  type LoopState,
  type Part,
} from '@tutti/core'

export interface BreakerDeps {
  clock: Clock
  /** Those that hold for an agent now. */
  limits(id: AgentId): LoopLimits
  tripped(id: AgentId, why: string): void
}

export type Breaker = ReturnType<typeof createBreaker>

interface Watched {
  state: LoopState
  /** What was said before is history: a conversation that is read again is no loop. */
  since: number
  /** Calls that were counted; told again, with their output, they count no more. */
  counted: Set<string>
}

const COUNTED_MAX = 2000
// Programs name their tools as they like; these words stand in the names of those that change files.
const CHANGES = /edit|write|patch|create|apply|notebook|replace/i

export function createBreaker({ clock, limits, tripped }: BreakerDeps) {
  const agents = new Map<AgentId, Watched>()

  const watched = (id: AgentId): Watched => {
    const known = agents.get(id) ?? { state: noLoop, since: clock.now(), counted: new Set<string>() }
    agents.set(id, known)
    return known
  }
  const happened = (id: AgentId, event: LoopEvent): void => {
    const one = watched(id)
    const { state, verdict } = afterLoopEvent(one.state, event, limits(id))
    one.state = state
    if (verdict !== null) tripped(id, verdict)
  }
  const isNew = ({ counted }: Watched, key: string): boolean => {
    if (counted.has(key)) return false
    if (counted.size >= COUNTED_MAX) counted.clear()
    counted.add(key)
    return true
  }

  return {
    entries(id: AgentId, entries: readonly Entry[]): void {
      const one = watched(id)
      for (const entry of entries.filter(({ at }) => at >= one.since)) {
        for (const [index, part] of entry.parts.entries()) {
          const event = eventOf(entry, part)
          if (event !== null && isNew(one, `${entry.id} ${index} ${event.type}`)) happened(id, event)
        }
      }
    },
    turnEnded: (id: AgentId): void => happened(id, { type: 'turn', at: clock.now() }),
    spent: (id: AgentId, micros: number): void => happened(id, { type: 'cost', micros, at: clock.now() }),
    /** The session has ended; the next one begins without a past. */
    forget: (id: AgentId) => agents.delete(id),
  }
}

function eventOf({ role, thread, at }: Entry, part: Part): LoopEvent | null {
  if (part.type === 'diff') return { type: 'change', at }
  if (part.type === 'text' && role === 'person' && thread === null)
    return { type: 'prompt', text: part.text, at }
  if (part.type !== 'tool') return null
  if (CHANGES.test(part.name) && !part.failed) return { type: 'change', at }
  return { type: 'tool', name: part.name, key: `${part.name} ${JSON.stringify(part.input ?? null)}`, at }
}
