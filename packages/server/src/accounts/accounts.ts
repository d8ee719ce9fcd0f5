// Accounts as one feature: handlers, the guard's identities, tickets, and the set-up of the first owner.
import { fault } from '@tutti/core'
import type { Handlers, Log } from '../handler.ts'
import { repeat } from '../repeat.ts'
import type { AgentTokens } from './agent-tokens.ts'
import { deviceHandlers } from './devices.ts'
import { createDirectory } from './directory.ts'
import { createIdentities, type LiveIdentities } from './identity.ts'
import { createOffice, type AccountDeps } from './office.ts'
import { passkeyHandlers } from './passkeys.ts'
import { loginHandlers, selfHandlers, tokenHandlers, totpHandlers } from './self.ts'
import { createSetupCode } from './setup.ts'
import { signInHandlers } from './sign-in.ts'
import { createTickets, type Tickets } from './ticket.ts'
import { userHandlers } from './users.ts'

export type { AccountDeps } from './office.ts'

export type AccountHandlers = ReturnType<typeof signInHandlers> &
  ReturnType<typeof selfHandlers> &
  ReturnType<typeof totpHandlers> &
  ReturnType<typeof loginHandlers> &
  ReturnType<typeof deviceHandlers> &
  ReturnType<typeof tokenHandlers> &
  ReturnType<typeof passkeyHandlers> &
  ReturnType<typeof userHandlers>

export interface Accounts {
  handlers: AccountHandlers & Pick<Handlers, keyof AccountHandlers>
  identities: LiveIdentities
  tickets: Tickets
  owned(): boolean
  /** A new one-time code for the first owner. Throws setup.done. */
  newSetupCode(): string
  /** Writes down every minute who was seen, until the answer is called. */
  run(): () => Promise<void>
}

const SEEN_EVERY_MS = 60_000

export interface AccountsDeps extends AccountDeps {
  localToken: Uint8Array
  agentTokens: AgentTokens
  log: Log
}

export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, clock, random, localToken, agentTokens, log } = deps
  const directory = createDirectory(store)
  store.onEvents(directory.apply)
  const office = createOffice({ ...deps, directory })
  const setup = createSetupCode(random)
  const tickets = createTickets({ clock, random })
  const identities = createIdentities({ store, directory, clock, localToken, agentTokens })
  return {
    handlers: {
      ...signInHandlers(office, setup),
      ...selfHandlers(office, tickets),
      ...totpHandlers(office),
      ...loginHandlers(office),
      ...deviceHandlers(office),
      ...tokenHandlers(office),
      ...passkeyHandlers(office),
      ...userHandlers(office),
    },
    identities,
    tickets,
    owned: () => directory.users().length > 0,
    newSetupCode() {
      if (directory.users().length > 0) throw fault('setup.done')
      return setup.renew()
    },
    // Who was seen is worth a line, not a halt: a full disk heals by itself.
    run: () =>
      repeat(
        clock,
        {
          firstMs: SEEN_EVERY_MS,
          everyMs: SEEN_EVERY_MS,
          failed: (error) => log.warn('accounts.seen-failed', { error }),
        },
        identities.writeSeen,
      ),
  }
}
