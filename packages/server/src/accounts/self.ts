// What callers may do to their own account: password, authenticator, preferences, logins and tokens.
import { fault, mayManage, newId } from '@tutti/core'
import type { Actor, Handlers } from '../handler.ts'
import { holds } from '../permission.ts'
import { requirePermission, type Office } from './office.ts'
import { hashPassword, isPassword, refuseWeak } from './password.ts'
import { shownLogin, shownToken, type TokenRecord, type UserRecord } from './record.ts'
import { hashOf, newSecret, TOKEN_PREFIX } from './secret.ts'
import { totpPlace } from './sign-in.ts'
import {
  insertToken,
  removeToken,
  setPassword,
  setPreferences,
  setTotp,
  stillHasPassword,
} from './statements.ts'
import type { Tickets } from './ticket.ts'
import { newTotp, stepOfCode } from './totp.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const TOTP_BYTES = 20 // what RFC 4226 recommends, and every app takes
const BEGUN_LIFE_MS = 10 * 60_000

type Own = Pick<Handlers, 'getMe' | 'getPreferences' | 'setPreferences' | 'changePassword' | 'createTicket'>

export function selfHandlers(office: Office, tickets: Tickets): Own {
  const { directory } = office
  return {
    getMe: (_input, { actor }) => office.me(office.self(actor), actor.scopes),
    getPreferences: (_input, { actor }) => office.self(actor).preferences,
    async setPreferences(preferences, { actor, by }) {
      const user = office.self(actor)
      await office.commit({
        by,
        subject: user.id,
        statements: [setPreferences(user.id, preferences)],
        events: [{ type: 'preferences.changed', subject: user.id, data: { userId: user.id, preferences } }],
      })
      return preferences
    },
    async changePassword({ current, password }, { actor, by }) {
      const user = office.self(actor)
      await confirmPassword(user, current)
      refuseWeak(password, user.name)
      const passwordHash = await hashPassword(password)
      const others = directory
        .logins()
        .filter((login) => login.userId === user.id && login.id !== actor.loginId)
      const ended = office.endLogins(others)
      await office.commit({
        by,
        subject: user.id,
        statements: [stillHasPassword(user), setPassword(user.id, passwordHash), ...ended.statements],
        events: [office.userChanged(user, { passwordHash }), ...ended.events],
      })
      return {}
    },
    createTicket: ({ path }, { actor }) => tickets.issue(actor, path),
  }
}

/** The authenticator app of the caller. A begun one waits in memory until its first code. */
export function totpHandlers(office: Office): Pick<Handlers, 'beginTotp' | 'confirmTotp' | 'removeTotp'> {
  const begun = new Map<string, { secret: string; expiresAt: number }>()
  return {
    async beginTotp({ password }, { actor }) {
      const user = office.self(actor)
      await confirmPassword(user, password)
      const totp = newTotp(office.random(TOTP_BYTES), { machine: office.machine(), name: user.name })
      begun.set(user.id, { secret: totp.secret, expiresAt: office.clock.now() + BEGUN_LIFE_MS })
      return totp
    },
    async confirmTotp({ code }, { actor, by }) {
      const user = office.self(actor)
      const pending = begun.get(user.id)
      if (pending === undefined || office.clock.now() > pending.expiresAt) throw fault('totp.not-started')
      const step = stepOfCode(pending.secret, code, office.clock.now())
      if (step === null) throw fault('totp.wrong-code')
      const sealed = office.vault.seal(pending.secret, totpPlace(user.id))
      await office.commit({
        by,
        subject: user.id,
        statements: [setTotp(user.id, sealed, step)],
        events: [office.userChanged(user, { totpSealed: sealed })],
      })
      begun.delete(user.id)
      return {}
    },
    async removeTotp({ password }, { actor, by }) {
      const user = office.self(actor)
      await confirmPassword(user, password)
      await office.commit({
        by,
        subject: user.id,
        statements: [setTotp(user.id, null, 0)],
        events: [office.userChanged(user, { totpSealed: null })],
      })
      return {}
    },
  }
}

export function loginHandlers(office: Office): Pick<Handlers, 'listLogins' | 'endLogin'> {
  const { directory } = office
  return {
    listLogins({ all }, { actor }) {
      if (all) requirePermission(holds(actor, 'user:read'), actor, 'user:read')
      return directory
        .logins()
        .filter((login) => all || login.userId === actor.userId)
        .map((login) =>
          shownLogin(login, {
            userName: directory.user(login.userId)?.name ?? '',
            current: login.id === actor.loginId,
          }),
        )
        .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
    },
    async endLogin({ id }, { actor, by }) {
      const login = directory.login(id)
      if (login === null || !mayEnd(office, actor, login.userId)) throw fault('login.unknown', { id })
      await office.commit({ by, subject: id, ...office.endLogins([login]) })
      return {}
    },
  }
}

export function tokenHandlers(office: Office): Pick<Handlers, 'listTokens' | 'createToken' | 'revokeToken'> {
  const { directory, clock, random } = office
  return {
    listTokens({ all }, { actor }) {
      if (all) requirePermission(holds(actor, 'user:read'), actor, 'user:read')
      return directory
        .tokens()
        .filter((token) => all || token.userId === actor.userId)
        .map((token) => shownToken(token, directory.user(token.userId)?.name ?? ''))
        .toSorted((a, b) => b.createdAt - a.createdAt)
    },
    async createToken({ label, scopes, days }, { actor, by }) {
      const user = office.self(actor)
      const excess = scopes.find((scope) => !holds(actor, scope))
      if (excess !== undefined) throw fault('token.scope-exceeds', { scope: excess })
      const secret = TOKEN_PREFIX + newSecret(random)
      const now = clock.now()
      const record: TokenRecord = {
        id: newId('token', now, random),
        userId: user.id,
        secretHash: hashOf(secret),
        label,
        scopes: [...new Set(scopes)],
        createdAt: now,
        lastUsedAt: null,
        expiresAt: days === undefined ? null : now + days * DAY_MS,
      }
      const token = shownToken(record, user.name)
      await office.commit({
        by,
        subject: record.id,
        detail: { label, scopes: record.scopes.join(' ') },
        statements: [insertToken(record)],
        events: [{ type: 'token.created', subject: record.id, data: token }],
      })
      return { token, secret }
    },
    async revokeToken({ id }, { actor, by }) {
      const token = directory.token(id)
      if (token === null || !mayEnd(office, actor, token.userId)) throw fault('token.unknown', { id })
      await office.commit({
        by,
        subject: id,
        statements: [removeToken(id)],
        events: [{ type: 'token.revoked', subject: id, data: { id } }],
      })
      return {}
    },
  }
}

/** One's own, or that of somebody whom one may manage. */
function mayEnd({ directory }: Office, actor: Actor, userId: string): boolean {
  if (actor.userId === userId) return true
  const holder = directory.user(userId)
  return holder !== null && holds(actor, 'user:write') && mayManage(actor.role, holder.role)
}

async function confirmPassword(user: UserRecord, password: string): Promise<void> {
  if (!(await isPassword(user.passwordHash, password))) throw fault('auth.wrong-password')
}
