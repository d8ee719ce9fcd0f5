// Reads account rows; the schema is ours, so their types are believed.
import type { LoginId, PasskeyId, Permission, Role, TokenId, UserId } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { LoginRecord, PasskeyRecord, PreferencesValue, TokenRecord, UserRecord } from './record.ts'

interface UserRow {
  id: UserId
  name: string
  role: Role
  disabled: number
  password_hash: string | null
  totp_sealed: Uint8Array | null
  totp_step: number
  invite_hash: Uint8Array | null
  invite_expires_at: number | null
  preferences: string
  passkeys: number
  created_at: number
  last_seen_at: number | null
  version: number
}

interface LoginRow {
  id: LoginId
  user_id: UserId
  secret_hash: Uint8Array
  device: string | null
  agent: string
  address: string
  created_at: number
  last_seen_at: number
}

interface TokenRow {
  id: TokenId
  user_id: UserId
  secret_hash: Uint8Array
  label: string
  scopes: string
  created_at: number
  last_used_at: number | null
  expires_at: number | null
}

interface PasskeyRow {
  id: PasskeyId
  user_id: UserId
  credential_id: string
  public_key: Uint8Array
  counter: number
  transports: string
  label: string
  created_at: number
  last_used_at: number | null
}

type Reads = Pick<Store, 'all' | 'get'>

const USER = 'SELECT *, (SELECT count(*) FROM passkeys WHERE user_id = users.id) AS passkeys FROM users'

export const allUsers = (store: Reads): UserRecord[] => store.all<UserRow>(USER).map(user)
export const allLogins = (store: Reads): LoginRecord[] =>
  store.all<LoginRow>('SELECT * FROM logins').map(login)
export const allTokens = (store: Reads): TokenRecord[] =>
  store.all<TokenRow>('SELECT * FROM tokens').map(token)

export const userRow = (store: Reads, id: string): UserRecord | null =>
  mapped(store.get<UserRow>(`${USER} WHERE id = ?`, id), user)
export const loginRow = (store: Reads, id: string): LoginRecord | null =>
  mapped(store.get<LoginRow>('SELECT * FROM logins WHERE id = ?', id), login)
export const tokenRow = (store: Reads, id: string): TokenRecord | null =>
  mapped(store.get<TokenRow>('SELECT * FROM tokens WHERE id = ?', id), token)

export const passkeysOf = (store: Reads, userId: string): PasskeyRecord[] =>
  store.all<PasskeyRow>('SELECT * FROM passkeys WHERE user_id = ? ORDER BY created_at', userId).map(passkey)
export const passkeyByCredential = (store: Reads, credentialId: string): PasskeyRecord | null =>
  mapped(store.get<PasskeyRow>('SELECT * FROM passkeys WHERE credential_id = ?', credentialId), passkey)

const mapped = <R, T>(row: R | undefined, map: (row: R) => T): T | null =>
  row === undefined ? null : map(row)

function user(row: UserRow): UserRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    disabled: row.disabled !== 0,
    passwordHash: row.password_hash,
    totpSealed: row.totp_sealed,
    totpStep: row.totp_step,
    inviteHash: row.invite_hash,
    inviteExpiresAt: row.invite_expires_at,
    // Written by setPreferences only, after the schema.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    preferences: JSON.parse(row.preferences) as PreferencesValue,
    passkeys: row.passkeys,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    version: row.version,
  }
}

const login = (row: LoginRow): LoginRecord => ({
  id: row.id,
  userId: row.user_id,
  secretHash: row.secret_hash,
  device: row.device,
  agent: row.agent,
  address: row.address,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
})

const token = (row: TokenRow): TokenRecord => ({
  id: row.id,
  userId: row.user_id,
  secretHash: row.secret_hash,
  label: row.label,
  // Written by createToken only, after the schema.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  scopes: JSON.parse(row.scopes) as Permission[],
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
})

const passkey = (row: PasskeyRow): PasskeyRecord => ({
  id: row.id,
  userId: row.user_id,
  credentialId: row.credential_id,
  publicKey: row.public_key,
  counter: row.counter,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  transports: JSON.parse(row.transports) as string[],
  label: row.label,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})
