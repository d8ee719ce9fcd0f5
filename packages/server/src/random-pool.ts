// Chance in small pieces from one large draw: asking the system costs fifty times what copying sixteen bytes does, and each
// request needs some of it.
import type { RandomBytes } from '@tutti/core'

const POOL_BYTES = 4096

/** Bytes as `fill` gives them, each handed out once and forgotten here. */
export function createRandomPool(fill: (bytes: Uint8Array) => void): RandomBytes {
  const pool = new Uint8Array(POOL_BYTES)
  let at = POOL_BYTES
  return (length) => {
    const bytes = new Uint8Array(length)
    if (length > POOL_BYTES) {
      fill(bytes)
      return bytes
    }
    if (at + length > POOL_BYTES) {
      fill(pool)
      at = 0
    }
    bytes.set(pool.subarray(at, at + length))
    pool.fill(0, at, at + length)
    at += length
    return bytes
  }
}
