// Thins out values that change faster than they are worth storing: at most one write per agent and interval, and the last value always gets through.
import type { AgentId, Clock } from '@tutti/core'

export interface ThinnedWrites<T> {
  put(id: AgentId, value: T): void
  /** Forgets what waits: the session it told of has ended. */
  drop(id: AgentId): void
  /** Writes at once what waits, and resolves when all that was written has settled. */
  flush(): Promise<void>
}

interface Deps<T> {
  clock: Clock
  intervalMs: number
  /** Never rejects: what becomes of a failure is its own affair. */
  write(id: AgentId, value: T): Promise<void>
}

export function createThinnedWrites<T>({ clock, intervalMs, write }: Deps<T>): ThinnedWrites<T> {
  const writtenAt = new Map<AgentId, number>()
  const waiting = new Map<AgentId, { value: T; cancel(): void }>()
  const underWay = new Set<Promise<void>>()

  const writeNow = (id: AgentId, value: T): void => {
    waiting.delete(id)
    writtenAt.set(id, clock.now())
    const writing = write(id, value).finally(() => underWay.delete(writing))
    underWay.add(writing)
  }

  return {
    put(id, value) {
      const pending = waiting.get(id)
      if (pending) {
        pending.value = value
        return
      }
      const restMs = (writtenAt.get(id) ?? -Infinity) + intervalMs - clock.now()
      if (restMs <= 0) {
        writeNow(id, value)
        return
      }
      const entry = { value, cancel: clock.after(restMs, () => writeNow(id, entry.value)) }
      waiting.set(id, entry)
    },
    drop(id) {
      waiting.get(id)?.cancel()
      waiting.delete(id)
      writtenAt.delete(id)
    },
    async flush() {
      for (const [id, entry] of waiting) {
        entry.cancel()
        writeNow(id, entry.value)
      }
      await Promise.all(underWay)
    },
  }
}
