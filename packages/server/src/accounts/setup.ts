// The one-time code that makes the first caller who knows it the owner; only its hash stays, and only in memory.
import type { RandomBytes } from '@tutti/core'
import { hashOf, newSecret, sameHash } from './secret.ts'

export interface SetupCode {
  /** A new code; the one before stops working. */
  renew(): string
  isCurrent(code: string): boolean
  /** No code works any more. */
  close(): void
}

export function createSetupCode(random: RandomBytes): SetupCode {
  let current: Uint8Array | null = null
  return {
    renew() {
      const code = newSecret(random)
      current = hashOf(code)
      return code
    },
    isCurrent: (code) => current !== null && sameHash(current, hashOf(code)),
    close() {
      current = null
    },
  }
}
