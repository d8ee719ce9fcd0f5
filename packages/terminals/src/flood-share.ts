// Shares what this process reads of loud panes: two or more are held back, so that a key never waits behind their programs.
import type { Clock } from '@tutti/core'

export interface ShareRates {
  /** What all loud panes together get while nobody types. */
  bytesPerSecond: number
  /** What they get while somebody does. */
  typingBytesPerSecond: number
  /** What each gets at least: tmux drops output that has waited for seconds. */
  leastBytesPerSecond: number
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

// A debt beyond this is forgotten: what was read in haste, for a key or a snapshot, must not freeze the pane.
const MAX_WAIT_MS = 500

export function createFloodShare(clock: Clock, rates: ShareRates): FloodShare {
  let panes = 0
  let typedMs = Number.NEGATIVE_INFINITY

  const bytesPerMs = (now: number): number => {
    const isTyping = now - typedMs < rates.typingMs
    const all = isTyping ? rates.typingBytesPerSecond : rates.bytesPerSecond
    return Math.max(rates.leastBytesPerSecond, all / Math.max(1, panes)) / 1000
  }

  return {
    enter: () => {
      panes++
      let paidMs = clock.now()
      return {
        isCrowded: () => panes > 1,
        charge: (bytes) => {
          const now = clock.now()
          paidMs = Math.min(Math.max(now, paidMs) + bytes / bytesPerMs(now), now + MAX_WAIT_MS)
          return paidMs - now
        },
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
