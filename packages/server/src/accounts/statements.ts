// The writes of accounts, as statements for a unit.
import type { Statement } from '../db/store.ts'
import type { LoginRecord, PasskeyRecord, PreferencesValue, TokenRecord, UserRecord } from './record.ts'

type NewUser = Pick<
  UserRecord,
  'id' | 'name' | 'role' | 'passwordHash' | 'inviteHash' | 'inviteExpiresAt' | 'createdAt'
>

const USER_COLUMNS = '(id, name, role, password_hash, invite_hash, invite_expires_at, created_at, version)'

const userValues = (user: NewUser) => [
  user.id,
  user.name,
  user.role,
  user.passwordHash,
  user.inviteHash,
  user.inviteExpiresAt,
  user.createdAt,
]

export const insertUser = (user: NewUser): Statement => ({
  sql: `INSERT INTO users ${USER_COLUMNS} VALUES (?, ?, ?, ?, ?, ?, ?, 1)`,
  values: userValues(user),
  conflict: { fault: 'user.name-taken', details: { name: user.name } },
})

/** Only where nobody is yet: of two who set the machine up at once, one is refused. */
export const insertOwner = (user: NewUser): Statement => ({
  sql: `INSERT INTO users ${USER_COLUMNS} SELECT ?, ?, ?, ?, ?, ?, ?, 1 WHERE NOT EXISTS (SELECT 1 FROM users)`,
  values: userValues(user),
  expect: { changes: 1, fault: 'setup.done' },
})

/** Refuses the unit when nobody else could own the machine afterwards. */
export const keepAnOwner = (id: string): Statement => ({
  sql: `UPDATE users SET version = version WHERE id = ? AND (role <> 'owner' OR disabled = 1
        OR EXISTS (SELECT 1 FROM users o WHERE o.role = 'owner' AND o.disabled = 0 AND o.id <> users.id))`,
  values: [id],
  expect: { changes: 1, fault: 'user.last-owner' },
})

export const changeUser = (user: UserRecord, read: number): Statement => ({
  sql: 'UPDATE users SET role = ?, disabled = ?, version = version + 1 WHERE id = ? AND version = ?',
  values: [user.role, user.disabled ? 1 : 0, user.id, read],
  expect: { changes: 1, fault: 'version.stale', details: { current: user.version, sent: read } },
})

/** Refuses the unit when the password that was judged is not the one any more, or the account was disabled meanwhile. */
export const stillHasPassword = (user: UserRecord): Statement => ({
  sql: 'UPDATE users SET version = version WHERE id = ? AND password_hash = ? AND disabled = 0',
  values: [user.id, user.passwordHash],
  expect: { changes: 1, fault: 'auth.wrong-password' },
})

export const setPassword = (id: string, passwordHash: string): Statement => ({
  sql: 'UPDATE users SET password_hash = ?, version = version + 1 WHERE id = ?',
  values: [passwordHash, id],
})

export const setInvite = (id: string, invite: { hash: Uint8Array; expiresAt: number }): Statement => ({
  sql: 'UPDATE users SET invite_hash = ?, invite_expires_at = ?, version = version + 1 WHERE id = ?',
  values: [invite.hash, invite.expiresAt, id],
})

/** Uses the invitation up and, as it stands for a lost password, sets a lost authenticator aside. */
export const useInvite = (used: { id: string; hash: Uint8Array; passwordHash: string }): Statement => ({
  sql: `UPDATE users SET password_hash = ?, totp_sealed = NULL, invite_hash = NULL, invite_expires_at = NULL,
        version = version + 1 WHERE id = ? AND invite_hash = ?`,
  values: [used.passwordHash, used.id, used.hash],
  expect: { changes: 1, fault: 'invite.invalid' },
})

export const setTotp = (id: string, sealed: Uint8Array | null, step: number): Statement => ({
  sql: 'UPDATE users SET totp_sealed = ?, totp_step = ?, version = version + 1 WHERE id = ?',
  values: [sealed, step, id],
})

/** A code counts once: of two logins with the same one, the second is refused. */
export const spendTotpStep = (id: string, step: number): Statement => ({
  sql: 'UPDATE users SET totp_step = ? WHERE id = ? AND totp_step < ?',
  values: [step, id, step],
  expect: { changes: 1, fault: 'auth.wrong-password' },
})

export const setPreferences = (id: string, preferences: PreferencesValue): Statement => ({
  sql: 'UPDATE users SET preferences = ? WHERE id = ?',
  values: [JSON.stringify(preferences), id],
})

export const removeUser = (id: string): Statement => ({ sql: 'DELETE FROM users WHERE id = ?', values: [id] })
export const userSeen = (id: string, at: number): Statement => ({
  sql: 'UPDATE users SET last_seen_at = ? WHERE id = ?',
  values: [at, id],
})

export const insertLogin = (login: LoginRecord): Statement => ({
  sql: `INSERT INTO logins (id, user_id, secret_hash, device, agent, address, created_at, last_seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    login.id,
    login.userId,
    login.secretHash,
    login.device,
    login.agent,
    login.address,
    login.createdAt,
    login.lastSeenAt,
  ],
})
export const removeLogin = (id: string): Statement => ({
  sql: 'DELETE FROM logins WHERE id = ?',
  values: [id],
})
export const loginSeen = (id: string, at: number): Statement => ({
  sql: 'UPDATE logins SET last_seen_at = ? WHERE id = ?',
  values: [at, id],
})

export const insertToken = (token: TokenRecord): Statement => ({
  sql: `INSERT INTO tokens (id, user_id, secret_hash, label, scopes, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
  values: [
    token.id,
    token.userId,
    token.secretHash,
    token.label,
    JSON.stringify(token.scopes),
    token.createdAt,
    token.expiresAt,
  ],
})
export const removeToken = (id: string): Statement => ({
  sql: 'DELETE FROM tokens WHERE id = ?',
  values: [id],
})
export const tokenSeen = (id: string, at: number): Statement => ({
  sql: 'UPDATE tokens SET last_used_at = ? WHERE id = ?',
  values: [at, id],
})

export const insertPasskey = (passkey: PasskeyRecord): Statement => ({
  sql: `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, label, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    passkey.id,
    passkey.userId,
    passkey.credentialId,
    passkey.publicKey,
    passkey.counter,
    JSON.stringify(passkey.transports),
    passkey.label,
    passkey.createdAt,
  ],
  conflict: { fault: 'passkey.refused', details: { problem: 'it is registered already' } },
})
export const removePasskey = (id: string, userId: string): Statement => ({
  sql: 'DELETE FROM passkeys WHERE id = ? AND user_id = ?',
  values: [id, userId],
  expect: { changes: 1, fault: 'passkey.unknown', details: { id } },
})
export const touchUser = (id: string): Statement => ({
  sql: 'UPDATE users SET version = version + 1 WHERE id = ?',
  values: [id],
})
/** A counter that does not grow is a copied key; authenticators without one always say 0. */
export const passkeyUsed = (used: { id: string; counter: number; at: number }): Statement => ({
  sql: 'UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ? AND (counter < ? OR ? = 0)',
  values: [used.counter, used.at, used.id, used.counter, used.counter],
  expect: { changes: 1, fault: 'passkey.refused', details: { problem: 'its counter went back' } },
})
