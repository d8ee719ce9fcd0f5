// Decides when a pane writes more than is worth carrying byte by byte. Pure: time comes in with each call.

export interface Rate {
  burstBytes: number
  refillBytesPerSecond: number
}

export interface Bucket {
  /** Takes bytes that have arrived already; false once there are no more tokens. */
  take(bytes: number, nowMs: number): boolean
  /** Sets what may pass now. */
  fill(bytes: number, nowMs: number): void
}

/** A token bucket that may go into debt by the chunk that empties it. */
export function createBucket({ burstBytes, refillBytesPerSecond }: Rate, nowMs: number): Bucket {
  let tokens = burstBytes
  let at = nowMs
  const level = (now: number): number => {
    tokens = Math.min(burstBytes, tokens + (Math.max(0, now - at) * refillBytesPerSecond) / 1000)
    at = now
    return tokens
  }
  return {
    take: (bytes, now) => {
      // Debt is bounded, so that a flood that is over is soon forgotten.
      tokens = Math.max(-burstBytes, level(now) - bytes)
      return tokens >= 0
    },
    fill: (bytes, now) => {
      at = now
      tokens = Math.min(burstBytes, bytes)
    },
  }
}

/** A loud pane is watched; one that floods writes more than it may, or more than is left for the loud ones. */
export type Loudness = 'quiet' | 'loud' | 'flood'

export interface Gate {
  /** How loud these bytes make the pane. */
  take(bytes: number, nowMs: number): Loudness
  /** Lets so many bytes pass now, to see what comes. */
  probe(bytes: number, nowMs: number): void
}

/** The gate of one pane. One that writes little always passes, however much the others write. */
export function createGate(rates: { pane: Rate; quiet: Rate }, total: Bucket, nowMs: number): Gate {
  const quiet = createBucket(rates.quiet, nowMs)
  const own = createBucket(rates.pane, nowMs)
  return {
    take: (bytes, now) => {
      if (quiet.take(bytes, now)) return 'quiet'
      const hasOwn = own.take(bytes, now)
      const hasShared = total.take(bytes, now)
      return hasOwn && hasShared ? 'loud' : 'flood'
    },
    probe: (bytes, now) => own.fill(bytes, now),
  }
}
