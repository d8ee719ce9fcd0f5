// Coming in and going out: the first owner, passwords with codes, invitations, and the end of a login.
import { fault, newId, type UserId } from '@tutti/core'
import type { Context, Handlers } from '../handler.ts'
import { freshUser, loginCookie, type Office, type VaultPlace } from './office.ts'
import { hashPassword, isPassword, refuseWeak } from './password.ts'
import { shownUser, type UserRecord } from './record.ts'
import { hashOf, sameHash } from './secret.ts'
import type { SetupCode } from './setup.ts'
import { insertOwner, spendTotpStep, stillHasPassword, useInvite } from './statements.ts'
import { stepOfCode } from './totp.ts'

type SignIn = Pick<Handlers, 'getSetup' | 'createOwner' | 'renewSetup' | 'login' | 'logout' | 'acceptInvite'>

export function signInHandlers(office: Office, setup: SetupCode): SignIn {
  const { directory, clock } = office
  return {
    getSetup: (_input, context) => ({
      owned: directory.users().length > 0,
      machine: office.machine(),
      passkeys: mayUsePasskeys(context.origin),
    }),
    renewSetup() {
      if (directory.users().length > 0) throw fault('setup.done')
      return { code: setup.renew() }
    },
    createOwner: (input, context) => createOwner(office, { setup, input, context }),
    async login({ name, password, code }, context) {
      const user = directory.userNamed(name)
      const fits = await isPassword(user?.passwordHash ?? null, password)
      if (user === null || !fits || user.disabled) throw fault('auth.wrong-password')
      const step = usedStep(office, user, code)
      const login = office.openLogin(user, context)
      await office.commit({
        by: context.by,
        subject: user.id,
        statements: [
          stillHasPassword(user),
          ...(step === null ? [] : [spendTotpStep(user.id, step)]),
          ...login.statements,
        ],
        events: login.events,
      })
      return office.me(freshUser(office, user.id), null)
    },
    async logout(_input, context) {
      const login = directory.login(context.actor.loginId ?? '')
      if (login !== null) {
        await office.commit({ by: context.by, subject: login.id, ...office.endLogins([login]) })
      }
      context.header('Set-Cookie', loginCookie('', { origin: context.origin, lifeS: 0 }))
      return {}
    },
    async acceptInvite({ code, password }, context) {
      const hash = hashOf(code)
      const user = directory.users().find((one) => one.inviteHash !== null && sameHash(one.inviteHash, hash))
      const expiresAt = user?.inviteExpiresAt ?? 0
      if (user === undefined || user.disabled || clock.now() > expiresAt) throw fault('invite.invalid')
      refuseWeak(password, user.name)
      const passwordHash = await hashPassword(password)
      const ended = office.endLogins(directory.logins().filter((login) => login.userId === user.id))
      const login = office.openLogin(user, context)
      const changed = office.userChanged(user, { passwordHash, totpSealed: null })
      await office.commit({
        by: context.by,
        subject: user.id,
        statements: [
          useInvite({ id: user.id, hash, passwordHash }),
          ...ended.statements,
          ...login.statements,
        ],
        events: [changed, ...ended.events, ...login.events],
      })
      return office.me(freshUser(office, user.id), null)
    },
  }
}

interface OwnerInput {
  code: string
  name: string
  password: string
}

async function createOwner(
  office: Office,
  { setup, input, context }: { setup: SetupCode; input: OwnerInput; context: Context },
) {
  const { directory, clock, random } = office
  if (directory.users().length > 0) throw fault('setup.done')
  if (!setup.isCurrent(input.code)) throw fault('setup.link-invalid')
  refuseWeak(input.password, input.name)
  const user = newUser(newId('user', clock.now(), random), input.name, clock.now())
  const owner: UserRecord = { ...user, role: 'owner', passwordHash: await hashPassword(input.password) }
  const login = office.openLogin(owner, context)
  await office.commit({
    by: context.by,
    subject: owner.id,
    statements: [insertOwner(owner), ...login.statements],
    events: [{ type: 'user.created', subject: owner.id, data: shownUser(owner) }, ...login.events],
  })
  setup.close()
  return office.me(freshUser(office, owner.id), null)
}

/** An account with nothing in it yet; the lowest role until somebody gives it another. */
export const newUser = (id: UserId, name: string, now: number): UserRecord => ({
  id,
  name,
  role: 'viewer',
  disabled: false,
  passwordHash: null,
  totpSealed: null,
  totpStep: 0,
  inviteHash: null,
  inviteExpiresAt: null,
  preferences: {},
  passkeys: 0,
  createdAt: now,
  lastSeenAt: null,
  version: 1,
})

/** The step of a right code, null for an account without one. Throws auth.code-needed or auth.wrong-password. */
function usedStep(office: Office, user: UserRecord, code: string | undefined): number | null {
  if (user.totpSealed === null) return null
  if (code === undefined) throw fault('auth.code-needed')
  const secret = new TextDecoder().decode(office.vault.open(user.totpSealed, totpPlace(user.id)))
  const step = stepOfCode(secret, code, office.clock.now())
  if (step === null || step <= user.totpStep) throw fault('auth.wrong-password')
  return step
}

export const totpPlace = (userId: string): VaultPlace => ({
  table: 'users',
  row: userId,
  field: 'totp_sealed',
})

/** WebAuthn binds a key to a host name; an address is none. */
export const mayUsePasskeys = (origin: string): boolean =>
  /^https?:\/\/[a-z][a-z0-9.-]*(?::\d+)?$/.test(origin)
