// What a caller may do: the role of the account, narrowed by the scopes of a token.
import { fault, may, type Fault, type Permission } from '@tutti/core'
import type { Actor } from './handler.ts'

/** The refusal of an act by role and scopes, or null: a token has what its user has and its scopes name. */
export function permissionRefusal(
  actor: Pick<Actor, 'role' | 'scopes'>,
  permission: Permission,
): Fault | null {
  if (!may(actor.role, permission)) return fault('auth.forbidden', { role: actor.role, permission })
  if (actor.scopes !== null && !actor.scopes.has(permission)) return fault('auth.scope', { permission })
  return null
}
