// What a caller may do: the role of the account, narrowed by the scopes of a token.
import { fault, may, type Fault, type Permission } from '@tutti/core'
import type { Actor } from './handler.ts'

type Rights = Pick<Actor, 'role' | 'scopes'>

/** A token has what its user has and its scopes name. */
export const holds = (actor: Rights, permission: Permission): boolean =>
  may(actor.role, permission) && (actor.scopes === null || actor.scopes.has(permission))

/** The refusal of an act by role and scopes, or null. */
export function permissionRefusal(actor: Rights, permission: Permission): Fault | null {
  if (holds(actor, permission)) return null
  if (may(actor.role, permission)) return fault('auth.scope', { permission })
  return fault('auth.forbidden', { role: actor.role, permission })
}
