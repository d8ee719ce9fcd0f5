// Tells a handler that waits for long that nobody waits for it any more.
import type { Socket } from 'node:net'

export interface Gone {
  signal(): AbortSignal
  /** The answer is on its way: what becomes of the connection is no longer this request's affair. */
  over(): void
}

/** Costs nothing until the signal is asked for, as most handlers answer at once. */
export function createGone(socket: Socket): Gone {
  let made: AbortController | null = null
  const abort = () => made?.abort()
  return {
    signal() {
      if (made !== null) return made.signal
      made = new AbortController()
      if (socket.destroyed) made.abort()
      else socket.once('close', abort)
      return made.signal
    },
    over: () => socket.off('close', abort),
  }
}
