// When the next connection to a machine may be opened: one a second, whoever asks for it and at whichever of its addresses.
import type { Clock } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'

export interface OpeningsDeps {
  clock: Pick<Clock, 'after'>
  /** ms that only go forward, from 0 at the start of the process. */
  nowMs: () => number
}

/** One for a process: whatever dials in it waits for its turn here. */
export interface Openings {
  /** Resolves when a connection to that machine is to be opened, at once; rejects when the signal aborts before. */
  turn(to: NodeId, signal: AbortSignal): Promise<void>
}

// A second is promised (LEAST_MS of core/mesh). A tenth more: one that leaves late, on a machine at work, is not within the
// second of the next.
const APART_MS = 1100

export function createOpenings({ clock, nowMs }: OpeningsDeps): Openings {
  const nextMs = new Map<NodeId, number>()
  // The process before this one, which nobody has asked, may have opened one as it was killed: that is how long it counts.
  const waitMs = (to: NodeId): number => (nextMs.get(to) ?? APART_MS) - nowMs()

  const passed = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const stop = () => {
        cancel()
        reject(new Error('nobody waits for it any more'))
      }
      const cancel = clock.after(ms, () => {
        signal.removeEventListener('abort', stop)
        resolve()
      })
      signal.addEventListener('abort', stop, { once: true })
    })

  return {
    async turn(to, signal) {
      // Of several that wait one goes, and the others wait anew: a turn that nobody takes is never lost.
      for (let ms = waitMs(to); ms > 0; ms = waitMs(to)) await passed(Math.ceil(ms), signal)
      signal.throwIfAborted()
      nextMs.set(to, nowMs() + APART_MS)
    },
  }
}
