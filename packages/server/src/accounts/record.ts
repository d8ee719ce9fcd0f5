// Accounts as the server keeps them, and as it shows them.
import type {
  Login,
  LoginId,
  PasskeyId,
  Permission,
  Preferences,
  Role,
  Token,
  TokenId,
  User,
  UserId,
} from '@tutti/core'
import type { z } from 'zod'

export type PreferencesValue = z.infer<typeof Preferences>

export interface UserRecord {
  id: UserId
  name: string
  role: Role
  disabled: boolean
  passwordHash: string | null
  totpSealed: Uint8Array | null
  /** The last time step whose code was used; an older or equal one is a replay. */
  totpStep: number
  inviteHash: Uint8Array | null
  inviteExpiresAt: number | null
  preferences: PreferencesValue
  passkeys: number
  createdAt: number
  lastSeenAt: number | null
  version: number
}

export interface LoginRecord {
  id: LoginId
  userId: UserId
  secretHash: Uint8Array
  /** What it is called, where it was paired. */
  device: string | null
  agent: string
  address: string
  createdAt: number
  lastSeenAt: number
}

export interface TokenRecord {
  id: TokenId
  userId: UserId
  secretHash: Uint8Array
  label: string
  scopes: readonly Permission[]
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
}

export interface PasskeyRecord {
  id: PasskeyId
  userId: UserId
  credentialId: string
  publicKey: Uint8Array
  counter: number
  transports: string[]
  label: string
  createdAt: number
  lastUsedAt: number | null
}

const DAY_MS = 24 * 60 * 60 * 1000

/** A login ends this long after it was last used. */
export const LOGIN_LIFE_MS = 30 * DAY_MS
export const INVITE_LIFE_MS = 7 * DAY_MS

export const loginExpiresAt = (login: Pick<LoginRecord, 'lastSeenAt'>): number =>
  login.lastSeenAt + LOGIN_LIFE_MS

export const shownUser = (user: UserRecord): User => ({
  id: user.id,
  name: user.name,
  role: user.role,
  disabled: user.disabled,
  hasPassword: user.passwordHash !== null,
  hasTotp: user.totpSealed !== null,
  passkeys: user.passkeys,
  createdAt: user.createdAt,
  lastSeenAt: user.lastSeenAt,
  version: user.version,
})

export const shownLogin = (login: LoginRecord, who: { userName: string; current: boolean }): Login => ({
  id: login.id,
  userId: login.userId,
  userName: who.userName,
  device: login.device,
  agent: login.agent,
  address: login.address,
  createdAt: login.createdAt,
  lastSeenAt: login.lastSeenAt,
  expiresAt: loginExpiresAt(login),
  current: who.current,
})

export const shownToken = (token: TokenRecord, userName: string): Token => ({
  id: token.id,
  userId: token.userId,
  userName,
  label: token.label,
  scopes: [...token.scopes],
  createdAt: token.createdAt,
  lastUsedAt: token.lastUsedAt,
  expiresAt: token.expiresAt,
})
