// Tokens for agents elsewhere as one part: denied unless somebody approved the key, short, known by their bytes, ended at once.
import type { Clock, RandomBytes } from '@tutti/core'
import type { Store } from '../../db/store.ts'
import { createFailures, type Failures } from '../failures.ts'
import type { ProgramBook } from '../program-book.ts'
import { exchangeHandlers } from './exchange.ts'
import { createIdentityBook, type IdentityBook } from './identity-book.ts'
import { registrationHandlers } from './registrations.ts'
import { tokenDiscoveryHandlers } from './token-discovery.ts'
import { createTokenKeys, type TokenKeys, type TokenKeysDeps } from './token-keys.ts'

export interface AidOptions extends TokenKeysDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  programs: ProgramBook
  naming(): { tenant: string }
  addressOf(name: string): { address: string }
  isTaken(name: string): boolean
}

export interface AidDeps extends AidOptions {
  book: IdentityBook
  keys: TokenKeys
  /** What one address may ask in a minute: tokens, and registrations. */
  pace: Failures
  asking: Failures
}

// A whole team behind one address renews its tokens four times an hour; the draft's figure for registrations is ten.
const EXCHANGES = { most: 120, says: 'Too many requests for tokens; wait a minute.' }
const REGISTRATIONS = { most: 10, says: 'Too many registrations; wait a minute.' }

export function createAid(options: AidOptions) {
  const deps: AidDeps = {
    ...options,
    book: createIdentityBook(options),
    keys: createTokenKeys(options),
    pace: createFailures(options.clock, EXCHANGES),
    asking: createFailures(options.clock, REGISTRATIONS),
  }
  return {
    /** The caller behind a token, or null. */
    byToken: deps.book.byToken,
    handlers: {
      ...exchangeHandlers(deps),
      ...registrationHandlers(deps),
      ...tokenDiscoveryHandlers(deps),
    },
  }
}
