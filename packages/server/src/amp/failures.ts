// Bad signatures cost us some hundred verifications each: whoever sends many has to wait.
import type { Clock } from '@tutti/core'
import { AmpError } from '@tutti/protocol'

export interface Failures {
  count(id: string): void
  /** Throws rate_limited. */
  refuseTooMany(id: string): void
}

export interface FailureLimit {
  /** A minute. */
  most: number
  /** What the refusal says. */
  says: string
}

// A client with a wrong key notices after one; thirty a minute is only ever an attack or a loop.
const BAD_SIGNATURES: FailureLimit = { most: 30, says: 'Too many bad signatures; wait a minute.' }
const WINDOW_MS = 60_000
const KEPT = 1000

/** Counts what it is told of, each id for itself; without a limit of the caller's, bad signatures. */
export function createFailures(clock: Pick<Clock, 'now'>, { most, says } = BAD_SIGNATURES): Failures {
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
      if ((open(id)?.count ?? 0) >= most) throw new AmpError('rate_limited', says)
    },
  }
}
