// A program may report before its kit is open: it runs a moment before it is known to run, and goes on while Tutti starts anew.
import type { AgentId, Clock } from '@tutti/core'

/** A kit is open long before; a program gives up on a hook later. */
const PATIENCE_MS = 10_000

export interface Arrivals {
  /** The agent's kit is open. */
  arrived(id: AgentId): void
  /** Resolves when it is, or nobody waits for it any more. */
  wait(id: AgentId, gone: AbortSignal): Promise<void>
}

export function createArrivals({ after }: Pick<Clock, 'after'>): Arrivals {
  const waiting = new Map<AgentId, Set<() => void>>()
  return {
    arrived(id) {
      for (const go of waiting.get(id) ?? []) go()
    },
    wait: (id, gone) =>
      new Promise((resolve) => {
        const own = waiting.get(id) ?? new Set()
        waiting.set(id, own)
        const go = () => {
          cancel()
          gone.removeEventListener('abort', go)
          own.delete(go)
          if (own.size === 0 && waiting.get(id) === own) waiting.delete(id)
          resolve()
        }
        const cancel = after(PATIENCE_MS, go)
        gone.addEventListener('abort', go)
        own.add(go)
      }),
  }
}
