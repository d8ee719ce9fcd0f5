// Accounts as people meet them: setting up, logging in, second factors, roles, invitations, tokens.
import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  aRoom,
  aToken,
  aUser,
  anOwner,
  bearer,
  browser,
  callOperation,
  cookieOf,
  logIn,
  PASSWORD,
  type TestRoom,
} from './room.ts'
import type { OperationName } from '@tutti/core'

let room: TestRoom
let owner: Awaited<ReturnType<typeof anOwner>>

beforeEach(async () => {
  room = await aRoom()
})
afterEach(() => room.close())

const asOwner = async () => {
  owner = await anOwner(room)
}
const as = (cookie: string, name: OperationName, input: Record<string, unknown> = {}) =>
  callOperation(room, name, { input, headers: browser(room, cookie) })
const changeUser = (cookie: string, input: Record<string, unknown>, version: number) =>
  callOperation(room, 'updateUser', {
    input,
    headers: { ...browser(room, cookie), 'If-Match': `"${version}"` },
  })
const codeAt = (secret: string, ms: number) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: ms })

test('the one-time link creates the owner once, and a renewed code replaces the one before', async () => {
  const first = room.daemon.setupUrl?.split('#setup=')[1] ?? ''
  const renewed = await callOperation(room, 'renewSetup', { headers: bearer(room.localToken) })
  const { code } = renewed.json as { code: string }
  const create = (with_: string) =>
    callOperation(room, 'createOwner', { input: { code: with_, name: 'ada', password: PASSWORD } })

  expect((await create(first)).fault).toBe('setup.link-invalid')
  const [one, two] = await Promise.all([create(code), create(code)])
  expect([one.status, two.status].sort()).toEqual([200, 409])
  expect((await create(code)).fault).toBe('setup.done')
  expect((await callOperation(room, 'renewSetup', { headers: bearer(room.localToken) })).fault).toBe(
    'setup.done',
  )
  expect((await callOperation(room, 'getHealth')).json).toMatchObject({ owned: true })
})

test('a short password and one that is the name are refused', async () => {
  const code = room.daemon.setupUrl?.split('#setup=')[1] ?? ''
  for (const password of ['short', 'ada']) {
    const answer = await callOperation(room, 'createOwner', { input: { code, name: 'ada', password } })
    expect(answer.fault).toBe('password.weak')
  }
})

test('the commands of this machine act as the owner, and before there is one for nobody', async () => {
  const headers = bearer(room.localToken)
  expect((await callOperation(room, 'getMe', { headers })).fault).toBe('setup.missing')
  await asOwner()
  expect((await callOperation(room, 'getMe', { headers })).json).toMatchObject({ user: { name: 'ada' } })
})

test('an unknown name, a wrong password and a locked account are one and the same refusal', async () => {
  await asOwner()
  const bob = await aUser(room, owner, { name: 'bob', role: 'viewer' })
  const me = (await as(bob.cookie, 'getMe')).json as { user: { version: number } }
  await changeUser(owner.cookie, { id: bob.user.id, disabled: true }, me.user.version)
  const answers = [
    await logIn(room, 'nobody'),
    await logIn(room, 'ada', 'wrong password'),
    await logIn(room, 'bob'),
  ]
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
  expect(answers[0]?.fault).toBe('auth.wrong-password')
})

test('with an authenticator a login needs a code, and each code works once', async () => {
  await asOwner()
  const begun = await as(owner.cookie, 'beginTotp', { password: PASSWORD })
  const { secret, uri } = begun.json as { secret: string; uri: string }
  expect(uri).toMatch(/^otpauth:\/\/totp\//)
  expect((await as(owner.cookie, 'confirmTotp', { code: '000000' })).fault).toBe('totp.wrong-code')
  const code = codeAt(secret, room.clock.now())
  expect((await as(owner.cookie, 'confirmTotp', { code })).status).toBe(200)

  const enter = (with_?: string) =>
    callOperation(room, 'login', {
      input: { name: 'ada', password: PASSWORD, ...(with_ && { code: with_ }) },
    })
  expect((await enter()).fault).toBe('auth.code-needed')
  expect((await enter(code)).fault).toBe('auth.wrong-password') // used when it was confirmed
  room.clock.advance(60_000)
  const next = codeAt(secret, room.clock.now())
  const both = await Promise.all([enter(next), enter(next)])
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 401])

  expect((await as(owner.cookie, 'removeTotp', { password: 'wrong password' })).status).toBe(401)
  expect((await as(owner.cookie, 'removeTotp', { password: PASSWORD })).status).toBe(200)
  expect((await enter()).status).toBe(200)
})

test('a new password ends the other logins and keeps this one', async () => {
  await asOwner()
  const other = cookieOf(await logIn(room, 'ada'))
  const changed = await as(owner.cookie, 'changePassword', {
    current: PASSWORD,
    password: 'another long password',
  })
  expect(changed.status).toBe(200)
  expect((await as(other, 'getMe')).status).toBe(401)
  expect((await as(owner.cookie, 'getMe')).status).toBe(200)
  expect((await logIn(room, 'ada')).status).toBe(401)
  expect((await logIn(room, 'ada', 'another long password')).status).toBe(200)
})

test('logins are listed with the current one marked, ended one by one, and void after 30 days', async () => {
  await asOwner()
  await logIn(room, 'ada')
  const logins = (await as(owner.cookie, 'listLogins')).json as { id: string; current: boolean }[]
  expect(logins.map((login) => login.current).sort()).toEqual([false, true])
  const other = logins.find((login) => !login.current)
  expect((await as(owner.cookie, 'endLogin', { id: other?.id })).status).toBe(200)
  expect((await as(owner.cookie, 'endLogin', { id: other?.id })).fault).toBe('login.unknown')

  room.clock.advance(29 * 86_400_000)
  expect((await as(owner.cookie, 'getMe')).status).toBe(200)
  room.clock.advance(29 * 86_400_000) // use has moved the end
  expect((await as(owner.cookie, 'getMe')).status).toBe(200)
  room.clock.advance(31 * 86_400_000)
  expect((await as(owner.cookie, 'getMe')).status).toBe(401)
})

test('a token has what it names and its maker has, until it is revoked or expires', async () => {
  await asOwner()
  const op = await aUser(room, owner, { name: 'olga', role: 'operator' })
  const made = await as(op.cookie, 'createToken', { label: 'x', scopes: ['agent:read', 'user:write'] })
  expect(made.fault).toBe('token.scope-exceeds')
  const narrow = await aToken(room, op, ['agent:read', 'account:self'])
  const wider = await callOperation(room, 'createToken', {
    input: { label: 'y', scopes: ['agent:write'] },
    headers: bearer(narrow.secret),
  })
  expect(wider.fault).toBe('token.scope-exceeds')
  expect((await callOperation(room, 'listAgents', { headers: bearer(narrow.secret) })).status).toBe(200)
  expect((await callOperation(room, 'listFound', { headers: bearer(narrow.secret) })).fault).toBe(
    'auth.scope',
  )
  expect((await callOperation(room, 'listUsers', { headers: bearer(narrow.secret) })).fault).toBe(
    'auth.forbidden',
  )

  const short = await as(op.cookie, 'createToken', { label: 'z', scopes: ['agent:read'], days: 1 })
  const { secret } = short.json as { secret: string }
  expect((await callOperation(room, 'listAgents', { headers: bearer(secret) })).status).toBe(200)
  room.clock.advance(25 * 3_600_000)
  expect((await callOperation(room, 'listAgents', { headers: bearer(secret) })).status).toBe(401)

  await as(op.cookie, 'revokeToken', { id: narrow.id })
  expect((await callOperation(room, 'listAgents', { headers: bearer(narrow.secret) })).status).toBe(401)
})

test('nobody manages upwards, and nobody reaches the logins and tokens of others below that', async () => {
  await asOwner()
  const admin = await aUser(room, owner, { name: 'adam', role: 'admin' })
  const viewer = await aUser(room, owner, { name: 'vera', role: 'viewer' })
  expect((await as(admin.cookie, 'createUser', { name: 'eve', role: 'owner' })).fault).toBe('auth.forbidden')
  expect((await as(admin.cookie, 'removeUser', { id: owner.user.id })).fault).toBe('auth.forbidden')
  expect((await as(admin.cookie, 'renewInvite', { id: owner.user.id })).fault).toBe('auth.forbidden')
  expect((await as(viewer.cookie, 'listLogins', { all: true })).fault).toBe('auth.forbidden')
  const all = (await as(owner.cookie, 'listLogins', { all: true })).json as { id: string; userName: string }[]
  const ownersLogin = all.find((login) => login.userName === 'ada')?.id
  const viewersLogin = all.find((login) => login.userName === 'vera')?.id
  expect((await as(viewer.cookie, 'endLogin', { id: ownersLogin })).fault).toBe('login.unknown')
  expect((await as(admin.cookie, 'endLogin', { id: ownersLogin })).fault).toBe('login.unknown')
  expect((await as(admin.cookie, 'endLogin', { id: viewersLogin })).status).toBe(200)
  expect((await as(viewer.cookie, 'getMe')).status).toBe(401)
})

test('the machine keeps an owner, whatever two owners do at once', async () => {
  await asOwner()
  const version = async (cookie: string) =>
    ((await as(cookie, 'getMe')).json as { user: { version: number } }).user.version
  const demote = async (cookie: string, id: string, at: number) =>
    changeUser(cookie, { id, role: 'viewer' }, at)
  expect((await demote(owner.cookie, owner.user.id, await version(owner.cookie))).fault).toBe(
    'user.last-owner',
  )
  expect((await as(owner.cookie, 'removeUser', { id: owner.user.id })).fault).toBe('user.last-owner')

  const second = await aUser(room, owner, { name: 'bea', role: 'owner' })
  const [a, b] = [await version(owner.cookie), await version(second.cookie)]
  const both = await Promise.all([
    demote(owner.cookie, owner.user.id, a),
    demote(second.cookie, second.user.id, b),
  ])
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 409])
})

test('an invitation works once and for seven days, and sets a lost authenticator aside', async () => {
  await asOwner()
  const made = await as(owner.cookie, 'createUser', { name: 'bob', role: 'viewer' })
  const { user, invite } = made.json as { user: { id: string }; invite: string }
  const accept = (code: string) =>
    callOperation(room, 'acceptInvite', { input: { code, password: PASSWORD } })
  room.clock.advance(8 * 86_400_000)
  expect((await accept(invite)).fault).toBe('invite.invalid')

  const again = ((await as(owner.cookie, 'renewInvite', { id: user.id })).json as { invite: string }).invite
  const both = await Promise.all([accept(again), accept(again)])
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 401])
  expect((await as(owner.cookie, 'createUser', { name: 'bob', role: 'viewer' })).fault).toBe(
    'user.name-taken',
  )

  const bob = cookieOf(both.find((answer) => answer.status === 200) ?? both[0])
  const { secret } = (await as(bob, 'beginTotp', { password: PASSWORD })).json as { secret: string }
  await as(bob, 'confirmTotp', { code: codeAt(secret, room.clock.now()) })
  const recovery = ((await as(owner.cookie, 'renewInvite', { id: user.id })).json as { invite: string })
    .invite
  expect((await accept(recovery)).json).toMatchObject({ user: { hasTotp: false } })
  expect((await as(bob, 'getMe')).status).toBe(401)
})

test('a removed user leaves no login and no token that works', async () => {
  await asOwner()
  const bob = await aUser(room, owner, { name: 'bob', role: 'operator' })
  const token = await aToken(room, bob, ['agent:read'])
  expect((await as(owner.cookie, 'removeUser', { id: bob.user.id })).status).toBe(200)
  expect((await as(bob.cookie, 'getMe')).status).toBe(401)
  expect((await callOperation(room, 'listAgents', { headers: bearer(token.secret) })).status).toBe(401)
  expect(((await as(owner.cookie, 'listTokens', { all: true })).json as unknown[]).length).toBe(0)
})

test('privileged acts are audited with who did them, done or refused, and the chain holds', async () => {
  await asOwner()
  const vera = await aUser(room, owner, { name: 'vera', role: 'viewer' })
  await logIn(room, 'vera', 'wrong password')
  await as(vera.cookie, 'createUser', { name: 'eve', role: 'viewer' })
  await as(owner.cookie, 'wakeAgent', { id: 'agt_0000000000000000000000' })
  const { items } = (await as(owner.cookie, 'listAudit', { limit: 50 })).json as {
    items: { act: string; actor: string; outcome: string; subject: string }[]
  }
  const rows = items.map(({ act, actor, outcome, subject }) => ({ act, actor, outcome, subject }))
  expect(rows).toContainEqual({
    act: 'wakeAgent',
    actor: owner.user.id,
    outcome: 'done',
    subject: 'agt_0000000000000000000000',
  })
  expect(rows).toContainEqual({ act: 'createUser', actor: vera.user.id, outcome: 'refused', subject: '' })
  expect(rows).toContainEqual({ act: 'login', actor: 'anonymous', outcome: 'refused', subject: '' })
  expect(rows).toContainEqual({
    act: 'createOwner',
    actor: owner.user.id,
    outcome: 'done',
    subject: owner.user.id,
  })
  expect((await as(owner.cookie, 'verifyAudit')).json).toMatchObject({ ok: true })
})

test('accounts are the same after a restart on the same folder, and the local token is a new one', async () => {
  await asOwner()
  const { secret } = await aToken(room, owner, ['agent:read'])
  const { folder, localToken } = room
  await as(owner.cookie, 'setPreferences', { theme: 'dark' })
  await room.daemon.close()

  room = await aRoom({ folder })
  expect(room.daemon.setupUrl).toBeNull()
  expect(room.localToken).not.toBe(localToken)
  expect((await callOperation(room, 'listAgents', { headers: bearer(secret) })).status).toBe(200)
  expect((await as(owner.cookie, 'getPreferences')).json).toEqual({ theme: 'dark' })
  const me = (await as(owner.cookie, 'getMe')).json as { user: { lastSeenAt: number | null } }
  expect(me.user.lastSeenAt).not.toBeNull()
})

test('passkeys begin only where the browser can use them, and a made-up answer is refused', async () => {
  await asOwner()
  const begun = (await as(owner.cookie, 'beginPasskey')).json as { challenge: string; rp: { id: string } }
  expect(begun.rp.id).toBe('localhost')
  const response = {
    id: 'AAAA',
    rawId: 'AAAA',
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
  }
  expect((await as(owner.cookie, 'finishPasskey', { label: 'key', response })).fault).toBe('passkey.refused')
  expect((await callOperation(room, 'finishPasskeyLogin', { input: { response } })).fault).toBe(
    'passkey.refused',
  )
  const byAddress = await callOperation(room, 'getSetup', { headers: { Host: `127.0.0.1:${room.port}` } })
  expect(byAddress.json).toMatchObject({ passkeys: false })
})
