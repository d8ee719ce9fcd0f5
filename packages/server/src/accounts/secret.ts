// Secrets that callers carry: 256 bits of chance, kept only as their SHA-256, compared in constant time.
import { hash, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from '@tutti/core'

const SECRET_BYTES = 32

export const TOKEN_PREFIX = 'tutti_'

/** 256 bits as 43 characters of base64url. */
export const newSecret = (random: RandomBytes): string =>
  Buffer.from(random(SECRET_BYTES)).toString('base64url')

export const hashOf = (secret: string): Uint8Array => hash('sha256', secret, 'buffer')

/** Whether two hashes are equal, in a time that does not tell where they differ. */
export const sameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && timingSafeEqual(one, other)

/** The hash as a key of a map. */
export const hashKey = (secretHash: Uint8Array): string => Buffer.from(secretHash).toString('base64')
