// Why an act on an account would be refused, before it is tried: the last owner stays, and nobody manages upwards.
import '../../words/late/settings.ts'
import { mayManage, ROLES, type Me, type Role, type User } from '@tutti/core'
import { t } from '../../words/words.ts'

export type UserAct = 'role' | 'lock' | 'renew' | 'remove'

interface Case {
  me: Pick<User, 'id' | 'role'>
  user: Pick<User, 'id' | 'name' | 'role' | 'disabled'>
  users: readonly Pick<User, 'id' | 'role' | 'disabled'>[]
}

/** The sentence that says why not; null where it may be done. */
export function whyNot(act: UserAct, { me, user, users }: Case): string | null {
  if (!mayManage(me.role, user.role))
    return t('users.why-upwards', { name: user.name, role: roleWord(user.role) })
  if (act === 'renew') return null
  if (isLastOwner(user, users) && !(act === 'lock' && user.disabled)) return t('users.why-last-owner')
  if (act !== 'role' && user.id === me.id) return t('users.why-self')
  return null
}

/** Roles that may be given, each with the reason why not. */
export const rolesToGive = (mine: Role): { role: Role; why: string | null }[] =>
  ROLES.map((role) => ({
    role,
    why: mayManage(mine, role) ? null : t('users.why-given', { role: roleWord(mine), other: roleWord(role) }),
  }))

const isLastOwner = (user: Case['user'], users: Case['users']): boolean =>
  user.role === 'owner' &&
  !user.disabled &&
  !users.some((other) => other.id !== user.id && other.role === 'owner' && !other.disabled)

export const roleWord = (role: Role): string => t(`role.${role}`).toLocaleLowerCase()

/** A login or token ends by its holder, or by somebody who may manage the holder. */
export function mayEnd(me: Me | null, holder: string, roles: ReadonlyMap<string, Role>): boolean {
  if (!me) return false
  if (me.user.id === holder) return true
  const role = roles.get(holder)
  return role !== undefined && me.permissions.includes('user:write') && mayManage(me.user.role, role)
}
