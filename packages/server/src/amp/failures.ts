// Bad signatures cost us some hundred verifications each: whoever sends many has to wait.
import type { Clock } from '@tutti/core'
import { AmpError } from '@tutti/protocol'

export interface Failures {
  count(id: string): void
  /** Throws rate_limited. */
  refuseTooMany(id: string): void
}

// A client with a wrong key notices after one; thirty a minute is only ever an attack or a loop.
const MOST = 30
const WINDOW_MS = 60_000
const KEPT = 1000

export function createFailures(clock: Pick<Clock, 'now'>): Failures {
  const windows = new Map<string, { until: number; count: number }>()
  const open = (id: string) => {
    const window = windows.get(id)
    return window && window.until > clock.now() ? window : null
  }
  return {
    count(id) {
      const window = open(id)
      if (window) window.count += 1
      else {
        if (windows.size >= KEPT) windows.clear()
        windows.set(id, { until: clock.now() + WINDOW_MS, count: 1 })
      }
    },
    refuseTooMany(id) {
      if ((open(id)?.count ?? 0) >= MOST)
        throw new AmpError('rate_limited', 'Too many bad signatures; wait a minute.')
    },
  }
}
