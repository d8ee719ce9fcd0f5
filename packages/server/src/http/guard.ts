// The one guard of HTTP and of every WebSocket upgrade: address, page, caller, permission and rate, in this order.
import { fault, type AgentId, type Fault, type Permission } from '@tutti/core'
import type { Actor } from '../handler.ts'
import { permissionRefusal } from '../permission.ts'
import { shownCredential } from './credential.ts'
import { headerOf, type Facts } from './facts.ts'
import { hostRefusal, OWN_SOCKET_HOSTS, type Scheme } from './host.ts'
import type { Limits } from './limits.ts'
import { siteRefusal } from './site.ts'

/** Who is behind a secret; both answer from memory, null for unknown, expired, revoked or disabled. */
export interface Identities {
  byToken(secret: string): Actor | null
  byLogin(secret: string): Actor | null
  /** The agent itself, while its session lives. */
  ofAgent(id: AgentId): Actor | null
}

export interface Guard {
  /** The refusal of a request that must not reach anything, or null. */
  door(facts: Facts): Fault | null
  /** Who calls. Throws auth.missing, auth.invalid, auth.too-many-failures or request.header-missing. */
  authenticate(facts: Facts): Actor
  /** Who the cookie or token of an upgrade shows, for comparing with its ticket; it opens nothing by itself. */
  shown(facts: Facts): Actor | null
  /** Throws auth.forbidden or auth.scope. */
  permit(actor: Actor, permission: Permission): void
  /** Throws rate.limited. */
  pace(actor: Actor, address: string): void
}

export interface GuardDeps {
  /** A function, as the port is known only once it listens. */
  hosts: () => ReadonlyMap<string, Scheme>
  identities: Identities
  limits: Limits
}

/** Who calls a public operation. */
export const ANONYMOUS: Actor = {
  id: 'anonymous',
  userId: null,
  agentId: null,
  name: 'anonymous',
  role: 'viewer',
  scopes: new Set(),
  loginId: null,
}

export function createGuard({ hosts, identities, limits }: GuardDeps): Guard {
  const wrong = (facts: Facts) => limits.wrongToken(facts.address, fault('auth.invalid'))
  // By its own socket an agent is itself and nobody else: what it shows may only agree.
  const ofOwnSocket = (facts: Facts, id: AgentId): Actor | null => {
    const shown = shownCredential(facts.headers)
    if (shown.kind === 'none') return identities.ofAgent(id)
    return shown.kind === 'token' && identities.byToken(shown.secret)?.agentId === id
      ? identities.ofAgent(id)
      : null
  }

  return {
    door: (facts) =>
      hostRefusal(facts, facts.ownSocketOf === null ? hosts() : OWN_SOCKET_HOSTS) ??
      siteRefusal({
        method: facts.method,
        path: facts.path,
        self: facts.self,
        origin: headerOf(facts, 'origin'),
        site: headerOf(facts, 'sec-fetch-site'),
        mode: headerOf(facts, 'sec-fetch-mode'),
        dest: headerOf(facts, 'sec-fetch-dest'),
      }),
    authenticate(facts) {
      if (facts.ownSocketOf !== null) return ofOwnSocket(facts, facts.ownSocketOf) ?? raise(wrong(facts))
      const shown = shownCredential(facts.headers)
      if (shown.kind === 'none') throw fault('auth.missing')
      if (shown.kind === 'malformed') throw wrong(facts)
      if (shown.kind === 'token') return identities.byToken(shown.secret) ?? raise(wrong(facts))
      const actor = identities.byLogin(shown.secret) ?? raise(wrong(facts))
      if (headerOf(facts, 'x-tutti') !== '1') throw fault('request.header-missing')
      return actor
    },
    shown(facts) {
      if (facts.ownSocketOf !== null) return ofOwnSocket(facts, facts.ownSocketOf)
      const shown = shownCredential(facts.headers)
      if (shown.kind === 'token') return identities.byToken(shown.secret)
      return shown.kind === 'login' ? identities.byLogin(shown.secret) : null
    },
    permit(actor, permission) {
      const refusal = permissionRefusal(actor, permission)
      if (refusal !== null) throw refusal
    },
    pace: (actor, address) =>
      actor === ANONYMOUS ? limits.call(address, true) : limits.call(actor.id, false),
  }
}

function raise(refusal: Fault): never {
  throw refusal
}
