// A token bucket: so many at once, so many a second after that.

export interface Bucket {
  tokens: number
  atMs: number
}

export interface Rate {
  /** How many at once. */
  burst: number
  /** How many return each second. */
  perSecond: number
}

export const fullBucket = (rate: Rate, nowMs: number): Bucket => ({ tokens: rate.burst, atMs: nowMs })

/** The bucket as it is now; a clock that goes back gives nothing. */
export function refilled(bucket: Bucket, rate: Rate, nowMs: number): Bucket {
  const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * rate.perSecond
  return { tokens: Math.min(rate.burst, bucket.tokens + gained), atMs: nowMs }
}

/** Whole seconds until one token is there: 0 when it is. */
export const secondsUntilOne = (bucket: Bucket, rate: Rate): number =>
  bucket.tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / rate.perSecond))
