// What the account handlers share: the store and the directory as one, and the few acts that several of them need.
import {
  fault,
  newId,
  permissionsOf,
  type Clock,
  type Me,
  type NewEvent,
  type Permission,
  type RandomBytes,
} from '@tutti/core'
import type { By, Statement, Store, Unit } from '../db/store.ts'
import type { Actor, Context } from '../handler.ts'
import type { Directory } from './directory.ts'
import { shownLogin, shownUser, type LoginRecord, type UserRecord } from './record.ts'
import { userRow } from './rows.ts'
import { hashOf, newSecret } from './secret.ts'
import { insertLogin, removeLogin } from './statements.ts'

/** Seals a secret for one place; it opens nowhere else. */
export interface Vault {
  seal(text: string, place: VaultPlace): Uint8Array
  open(sealed: Uint8Array, place: VaultPlace): Uint8Array
}

export interface VaultPlace {
  table: string
  row: string
  field: string
}

export interface AccountDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  vault: Vault
  /** The name of this machine, from its settings. */
  machine: () => string
  /** Machines of the room, this one among them. */
  machines: () => number
}

export interface Office extends AccountDeps {
  directory: Directory
  /** Commits a unit and lets the directory know at once. */
  commit(unit: Unit): Promise<void>
  /** The account of the caller. Throws setup.missing for the local command on a machine without owner. */
  self(actor: Actor): UserRecord
  me(user: UserRecord, scopes: ReadonlySet<Permission> | null): Me
  /** `user.changed` as the row will be: the version counts up and the given fields are set. */
  userChanged(user: UserRecord, change: Partial<UserRecord>): NewEvent
  endLogins(logins: readonly LoginRecord[]): UnitParts
  /** A new login of the user, its cookie set on the answer; `by` then names the user as the one who acts. */
  openLogin(user: UserRecord, context: Context, device?: string | null): UnitParts
}

export interface UnitParts {
  statements: Statement[]
  events: NewEvent[]
}

// The browser keeps the cookie as long as it may (400 days); the server decides when a login ends.
const COOKIE_LIFE_S = 400 * 24 * 60 * 60

export function createOffice(deps: AccountDeps & { directory: Directory }): Office {
  const { store, directory, clock, random } = deps
  return {
    ...deps,
    async commit(unit) {
      const { events } = await store.commit(unit)
      directory.apply(events)
    },
    self(actor) {
      const user = actor.userId === null ? null : directory.user(actor.userId)
      if (user === null) throw fault('setup.missing')
      return user
    },
    me: (user, scopes) => ({
      user: shownUser(user),
      permissions: permissionsOf(user.role).filter((one) => scopes === null || scopes.has(one)),
      machine: deps.machine(),
      machines: deps.machines(),
    }),
    userChanged: (user, change) => ({
      type: 'user.changed',
      subject: user.id,
      data: shownUser({ ...user, ...change, version: user.version + 1 }),
    }),
    endLogins: (logins) => ({
      statements: logins.map((login) => removeLogin(login.id)),
      events: logins.map((login) => ({ type: 'login.ended', subject: login.id, data: { id: login.id } })),
    }),
    openLogin(user, context, device = null) {
      const secret = newSecret(random)
      const now = clock.now()
      const login: LoginRecord = {
        id: newId('login', now, random),
        userId: user.id,
        secretHash: hashOf(secret),
        device,
        agent: context.agent,
        address: context.address,
        createdAt: now,
        lastSeenAt: now,
      }
      identify(context.by, user)
      context.header('Set-Cookie', loginCookie(secret, { origin: context.origin, lifeS: COOKIE_LIFE_S }))
      const data = shownLogin(login, { userName: user.name, current: false })
      return {
        statements: [insertLogin(login)],
        events: [{ type: 'login.created', subject: login.id, data }],
      }
    },
  }
}

/** The cookie of a login; with an empty secret and no life it removes the one that is there. */
export function loginCookie(secret: string, { origin, lifeS }: { origin: string; lifeS: number }): string {
  const secure = origin.startsWith('https:') ? '; Secure' : ''
  return `tutti_login=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${lifeS}${secure}`
}

/** The account as the row is now; after a commit. */
export const freshUser = ({ store }: Pick<AccountDeps, 'store'>, id: string): UserRecord => {
  const user = userRow(store, id)
  if (user === null) throw fault('user.unknown', { id })
  return user
}

/** Whoever logs in is anonymous to the guard: from here on the audit names the account. */
function identify(by: By, user: UserRecord): void {
  by.actor = user.id
}

/** Refuses with auth.forbidden unless the caller holds the permission. */
export function requirePermission(held: boolean, actor: Actor, permission: Permission): void {
  if (!held) throw fault('auth.forbidden', { role: actor.role, permission })
}
