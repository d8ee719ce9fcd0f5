// Finds the caller behind a secret, in memory, and remembers when each was last seen without a write for each request.
import type { Clock } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Actor } from '../handler.ts'
import type { Identities } from '../http/guard.ts'
import type { AgentTokens, LiveToken } from './agent-tokens.ts'
import type { Directory } from './directory.ts'
import { loginExpiresAt, type LoginRecord, type TokenRecord, type UserRecord } from './record.ts'
import { hashOf, sameHash } from './secret.ts'
import { loginSeen, tokenSeen, userSeen } from './statements.ts'

export interface LiveIdentities extends Identities {
  /** The same caller as he is now; null when login, token or account has ended. */
  current(actor: Actor): Actor | null
  /** Writes down, in one unit, who was seen since the last time. */
  writeSeen(): Promise<void>
}

export interface IdentityDeps {
  store: Pick<Store, 'commit'>
  directory: Directory
  clock: Clock
  /** Hash of the token that gives the owner's commands on this machine their rights. */
  localToken: Uint8Array
  agentTokens: Pick<AgentTokens, 'bySecret' | 'of'>
}

export const LOCAL_ACTOR = 'local'

export function createIdentities(deps: IdentityDeps): LiveIdentities {
  const { store, directory, clock, localToken, agentTokens } = deps
  const seen = new Set<string>()

  const { ofToken, ofLogin, local } = createActors(deps)
  const markSeen = (user: UserRecord) => {
    user.lastSeenAt = clock.now()
    seen.add(user.id)
  }
  return {
    byToken(secret) {
      if (sameHash(localToken, hashOf(secret))) return local()
      const agent = ofAgent(agentTokens.bySecret(secret))
      if (agent !== null) return agent
      const token = directory.tokenBySecret(secret)
      const actor = ofToken(token)
      if (token === null || actor === null) return null
      token.lastUsedAt = clock.now()
      seen.add(token.id)
      return actor
    },
    byLogin(secret) {
      const login = directory.loginBySecret(secret)
      const actor = ofLogin(login)
      if (login === null || actor === null) return null
      login.lastSeenAt = clock.now()
      seen.add(login.id)
      const user = directory.user(login.userId)
      if (user !== null) markSeen(user)
      return actor
    },
    ofAgent: (id) => ofAgent(agentTokens.of(id)),
    current(actor) {
      if (actor.id === LOCAL_ACTOR) return local()
      if (actor.agentId !== null) return ofAgent(agentTokens.of(actor.agentId))
      if (actor.loginId !== null) return ofLogin(directory.login(actor.loginId))
      return ofToken(directory.token(actor.id))
    },
    async writeSeen() {
      const statements = [...seen].flatMap((id) => seenStatement(directory, id) ?? [])
      seen.clear()
      if (statements.length === 0) return
      const by = { actor: 'system', address: '', act: 'accounts.seen', audited: false }
      await store.commit({ by, subject: '', statements })
    },
  }
}

/** Turns what is known of a secret into its caller as he is now; null when login, token or account has ended. */
function createActors({ directory, clock }: Pick<IdentityDeps, 'directory' | 'clock'>) {
  const holder = (id: string): UserRecord | null => {
    const user = directory.user(id)
    return user === null || user.disabled ? null : user
  }
  const ofToken = (token: TokenRecord | null): Actor | null => {
    const user = token === null ? null : holder(token.userId)
    if (token === null || user === null || clock.now() > (token.expiresAt ?? Infinity)) return null
    const { name, role } = user
    return {
      id: token.id,
      userId: user.id,
      name,
      role,
      scopes: new Set(token.scopes),
      loginId: null,
      agentId: null,
    }
  }
  const ofLogin = (login: LoginRecord | null): Actor | null => {
    const user = login === null ? null : holder(login.userId)
    if (login === null || user === null || clock.now() > loginExpiresAt(login)) return null
    const { id, name, role } = user
    return { id, userId: id, name, role, scopes: null, loginId: login.id, agentId: null }
  }
  /** The commands of this machine act for its first owner; before there is one, for nobody. */
  const local = (): Actor => {
    const owner = directory.users().find((user) => user.role === 'owner' && !user.disabled)
    const userId = owner?.id ?? null
    return {
      id: LOCAL_ACTOR,
      userId,
      name: LOCAL_ACTOR,
      role: 'owner',
      scopes: null,
      loginId: null,
      agentId: null,
    }
  }
  return { ofToken, ofLogin, local }
}

/** An agent speaks for itself: no account stands behind it, so it has only what its own role has. */
function ofAgent(token: LiveToken | null): Actor | null {
  if (token === null) return null
  const { agentId, name } = token
  return { id: agentId, userId: null, agentId, name, role: 'agent', scopes: null, loginId: null }
}

function seenStatement(directory: Directory, id: string) {
  const user = directory.user(id)
  if (user !== null) return userSeen(id, user.lastSeenAt ?? 0)
  const login = directory.login(id)
  if (login !== null) return loginSeen(id, login.lastSeenAt)
  const token = directory.token(id)
  return token === null ? null : tokenSeen(id, token.lastUsedAt ?? 0)
}
