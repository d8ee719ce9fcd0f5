// Every account in memory, so that a request finds its caller without a query; kept true by the events of the store.
import type { LoggedEvent } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { LoginRecord, TokenRecord, UserRecord } from './record.ts'
import { allLogins, allTokens, allUsers, loginRow, tokenRow, userRow } from './rows.ts'
import { hashKey, hashOf, sameHash } from './secret.ts'

export interface Directory {
  users(): UserRecord[]
  user(id: string): UserRecord | null
  userNamed(name: string): UserRecord | null
  logins(): LoginRecord[]
  login(id: string): LoginRecord | null
  loginBySecret(secret: string): LoginRecord | null
  tokens(): TokenRecord[]
  token(id: string): TokenRecord | null
  tokenBySecret(secret: string): TokenRecord | null
  /** Reads again what the events speak of; doing it twice does no harm. */
  apply(events: readonly LoggedEvent[]): void
}

export function createDirectory(store: Pick<Store, 'all' | 'get'>): Directory {
  const users = new Map(allUsers(store).map((user) => [user.id as string, user]))
  const logins = createSecretTable(allLogins(store))
  const tokens = createSecretTable(allTokens(store))

  const reloadUser = (id: string) => {
    const fresh = userRow(store, id)
    if (fresh === null) {
      users.delete(id)
      return
    }
    // What was seen since is newer in memory than in the row.
    const seen = users.get(id)?.lastSeenAt ?? null
    users.set(id, { ...fresh, lastSeenAt: seen ?? fresh.lastSeenAt })
  }
  const apply = (event: LoggedEvent) => {
    const [kind] = event.type.split('.', 1)
    if (kind === 'user' || kind === 'preferences') reloadUser(event.subject)
    if (kind === 'login') logins.put(event.subject, loginRow(store, event.subject))
    if (kind === 'token') tokens.put(event.subject, tokenRow(store, event.subject))
  }

  return {
    users: () => [...users.values()],
    user: (id) => users.get(id) ?? null,
    userNamed: (name) => [...users.values()].find((user) => user.name === name) ?? null,
    logins: logins.all,
    login: logins.byId,
    loginBySecret: logins.bySecret,
    tokens: tokens.all,
    token: tokens.byId,
    tokenBySecret: tokens.bySecret,
    apply: (events) => events.forEach(apply),
  }
}

interface Held {
  id: string
  secretHash: Uint8Array
}

function createSecretTable<T extends Held>(rows: readonly T[]) {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const byHash = new Map(rows.map((row) => [hashKey(row.secretHash), row]))
  return {
    all: (): T[] => [...byId.values()],
    byId: (id: string): T | null => byId.get(id) ?? null,
    bySecret(secret: string): T | null {
      const hash = hashOf(secret)
      const found = byHash.get(hashKey(hash))
      return found !== undefined && sameHash(found.secretHash, hash) ? found : null
    },
    put(id: string, row: T | null): void {
      const known = byId.get(id)
      if (row === null) {
        byId.delete(id)
        if (known !== undefined) byHash.delete(hashKey(known.secretHash))
        return
      }
      if (known !== undefined) return // secrets never change; what was seen since is newer in memory
      byId.set(id, row)
      byHash.set(hashKey(row.secretHash), row)
    },
  }
}
