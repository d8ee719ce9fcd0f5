// People and programs that may call: users, their logins, tokens and second factors.
import { z } from 'zod'
import { idSchema } from './id.ts'
import { PERMISSIONS, ROLES } from './policy.ts'

export const UserName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'expected a name such as ada')
export const PASSWORD_MIN = 12
export const Password = z.string().min(1).max(512)
export const Code = z.string().regex(/^\d{6}$/, 'expected six digits')
export const Scope = z.enum(PERMISSIONS)

export const User = z.strictObject({
  id: idSchema('user'),
  name: UserName,
  role: z.enum(ROLES),
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
  passkeys: z.int(),
  createdAt: z.int(),
  lastSeenAt: z.int().nullable(),
  version: z.int(),
})
export type User = z.infer<typeof User>

/** A signed-in browser. `current` is the one that asks. */
export const Login = z.strictObject({
  id: idSchema('login'),
  userId: idSchema('user'),
  userName: z.string(),
  /** What a device that was paired is called; null for a browser that has logged in. */
  device: z.string().nullable(),
  agent: z.string(),
  address: z.string(),
  createdAt: z.int(),
  lastSeenAt: z.int(),
  expiresAt: z.int(),
  current: z.boolean(),
})
export type Login = z.infer<typeof Login>

export const Token = z.strictObject({
  id: idSchema('token'),
  userId: idSchema('user'),
  userName: z.string(),
  label: z.string(),
  scopes: z.array(Scope),
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
  expiresAt: z.int().nullable(),
})
export type Token = z.infer<typeof Token>

export const Passkey = z.strictObject({
  id: idSchema('passkey'),
  label: z.string(),
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
})

/** Who calls, and what they may do. */
export const Me = z.strictObject({
  user: User,
  permissions: z.array(Scope),
  machine: z.string(),
  /** Machines of the room, this one among them. */
  machines: z.int(),
})
export type Me = z.infer<typeof Me>

/** What a passkey dialog needs, as WebAuthn defines it (W3C WebAuthn 3, JSON forms); checked by its library. */
export const WebAuthnJson = z.record(z.string(), z.unknown())
