// Accounts of others: nobody manages upwards, and the machine always keeps an owner.
import { fault, mayManage, newId, type Role } from '@tutti/core'
import type { Actor, Handlers } from '../handler.ts'
import { freshUser, requirePermission, type Office } from './office.ts'
import { INVITE_LIFE_MS, shownUser, type UserRecord } from './record.ts'
import { hashOf, newSecret } from './secret.ts'
import { newUser } from './sign-in.ts'
import { changeUser, insertUser, keepAnOwner, removeUser, setInvite } from './statements.ts'

type Users = Pick<Handlers, 'listUsers' | 'createUser' | 'renewInvite' | 'updateUser' | 'removeUser'>

export function userHandlers(office: Office): Users {
  const { directory, clock, random } = office
  const newInvite = () => {
    const code = newSecret(random)
    return { code, hash: hashOf(code), expiresAt: clock.now() + INVITE_LIFE_MS }
  }
  return {
    listUsers: () =>
      directory
        .users()
        .map(shownUser)
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    async createUser({ name, role }, { actor, by }) {
      refuseUpwards(actor, role)
      const invite = newInvite()
      const user: UserRecord = {
        ...newUser(newId('user', clock.now(), random), name, clock.now()),
        role,
        inviteHash: invite.hash,
        inviteExpiresAt: invite.expiresAt,
      }
      await office.commit({
        by,
        subject: user.id,
        detail: { name, role },
        statements: [insertUser(user)],
        events: [{ type: 'user.created', subject: user.id, data: shownUser(user) }],
      })
      return { user: shownUser(user), invite: invite.code }
    },
    async renewInvite({ id }, { actor, by }) {
      const user = managed(office, actor, id)
      const invite = newInvite()
      await office.commit({
        by,
        subject: id,
        statements: [setInvite(id, invite)],
        events: [office.userChanged(user, {})],
      })
      return { invite: invite.code }
    },
    async updateUser({ id, role, disabled }, { actor, by, version }) {
      const user = managed(office, actor, id)
      if (role !== undefined) refuseUpwards(actor, role)
      const change = { role: role ?? user.role, disabled: disabled ?? user.disabled }
      if (user.version !== version) throw fault('version.stale', { current: user.version, sent: version })
      const staysOwner = change.role === 'owner' && !change.disabled
      const logins = change.disabled ? directory.logins().filter((login) => login.userId === id) : []
      const ended = office.endLogins(logins)
      await office.commit({
        by,
        subject: id,
        detail: change,
        statements: [
          ...(staysOwner ? [] : [keepAnOwner(id)]),
          changeUser({ ...user, ...change }, version),
          ...ended.statements,
        ],
        events: [office.userChanged(user, change), ...ended.events],
      })
      return shownUser(freshUser(office, id))
    },
    ...removal(office),
  }
}

function removal(office: Office): Pick<Users, 'removeUser'> {
  const { directory } = office
  return {
    async removeUser({ id }, { actor, by }) {
      const user = managed(office, actor, id)
      const ended = office.endLogins(directory.logins().filter((login) => login.userId === id))
      const tokens = directory.tokens().filter((token) => token.userId === id)
      await office.commit({
        by,
        subject: id,
        detail: { name: user.name },
        statements: [keepAnOwner(id), ...ended.statements, removeUser(id)],
        events: [
          ...ended.events,
          ...tokens.map((token) => ({
            type: 'token.revoked' as const,
            subject: token.id,
            data: { id: token.id },
          })),
          { type: 'user.removed', subject: id, data: { id } },
        ],
      })
      return {}
    },
  }
}

function managed({ directory }: Office, actor: Actor, id: string): UserRecord {
  const user = directory.user(id)
  if (user === null) throw fault('user.unknown', { id })
  refuseUpwards(actor, user.role)
  return user
}

const refuseUpwards = (actor: Actor, role: Role): void =>
  requirePermission(mayManage(actor.role, role), actor, 'user:write')
