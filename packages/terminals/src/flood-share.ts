// Shares what this process reads of loud panes: two or more are held back, so that a key never waits behind their programs.
import type { Clock } from '@tutti/core'

export interface ShareRates {
  /** What all loud panes together get while nobody types. */
  bytesPerSecond: number
  /** What they get while somebody does. */
  typingBytesPerSecond: number
  /** How long somebody counts as typing after a key. */
  typingMs: number
}

export interface FloodShare {
  /** A pane has become loud. */
  enter(): Loud
  /** Somebody has pressed a key in a session. */
  typed(): void
}

export interface Loud {
  /** True while other panes are loud too. */
  isCrowded(): boolean
  /** Counts bytes that were read; the milliseconds to wait before reading on. */
  charge(bytes: number): number
  /** Called once, when it is quiet again. */
  leave(): void
}

// tmux drops output that has waited for seconds, so many panes get more than their rate rather than nothing.
const MAX_WAIT_MS = 2000

/** Each that has read waits behind all that have read before it: they take turns, and never two at a time. */
export function createFloodShare(clock: Clock, rates: ShareRates): FloodShare {
  let panes = 0
  let typedMs = Number.NEGATIVE_INFINITY
  let paidMs = Number.NEGATIVE_INFINITY

  const charge = (bytes: number): number => {
    const now = clock.now()
    const rate = now - typedMs < rates.typingMs ? rates.typingBytesPerSecond : rates.bytesPerSecond
    paidMs = Math.min(Math.max(now, paidMs) + (bytes * 1000) / rate, now + MAX_WAIT_MS)
    return paidMs - now
  }

  return {
    enter: () => {
      panes++
      return {
        isCrowded: () => panes > 1,
        charge,
        leave: () => {
          panes--
        },
      }
    },
    typed: () => {
      typedMs = clock.now()
    },
  }
}
