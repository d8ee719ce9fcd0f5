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
  level(nowMs: number): number
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
    level,
    take: (bytes, now) => {
      tokens = level(now) - bytes
      return tokens >= 0
    },
    fill: (bytes, now) => {
      at = now
      tokens = Math.min(burstBytes, bytes)
    },
  }
}
