// Passkeys with real signatures: registered, used, and refused when anything about them does not fit.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anAuthenticator, type Site } from './authenticator.ts'
import { anOwner, aRoom, aToken, bearer, browser, callOperation, cookieOf, type TestRoom } from './room.ts'

let room: TestRoom
let cookie: string
let site: Site
const key = anAuthenticator()

beforeAll(async () => {
  room = await aRoom()
  cookie = (await anOwner(room)).cookie
  site = { origin: room.origin, rpId: 'localhost' }
})
afterAll(() => room.close())

const challengeOf = (answer: { json: unknown }) => (answer.json as { challenge: string }).challenge
const newChallenge = async () => challengeOf(await callOperation(room, 'beginPasskeyLogin'))
const enter = (response: object) => callOperation(room, 'finishPasskeyLogin', { input: { response } })

test('a passkey is registered once, listed, and logs its owner in', async () => {
  const headers = browser(room, cookie)
  const challenge = challengeOf(await callOperation(room, 'beginPasskey', { headers }))
  const response = key.register(challenge, site)
  const finish = () => callOperation(room, 'finishPasskey', { input: { label: 'laptop', response }, headers })
  expect((await finish()).json).toMatchObject({ label: 'laptop' })
  expect((await finish()).fault).toBe('passkey.refused') // the challenge is used
  expect((await callOperation(room, 'getMe', { headers })).json).toMatchObject({ user: { passkeys: 1 } })

  const login = await enter(key.assert(await newChallenge(), site, { counter: 1 }))
  expect(login.json).toMatchObject({ user: { name: 'ada' } })
  expect((await callOperation(room, 'getMe', { headers: browser(room, cookieOf(login)) })).status).toBe(200)
})

test('an answer for another site, from another page, unverified, twice, late or with an old counter is refused', async () => {
  const asked = [
    { ...site, rpId: 'evil.test' },
    { ...site, origin: 'http://evil.test' },
    { ...site, origin: room.origin.replace('localhost', '127.0.0.1') },
  ]
  for (const other of asked) {
    expect((await enter(key.assert(await newChallenge(), other, { counter: 5 }))).fault).toBe(
      'passkey.refused',
    )
  }
  expect((await enter(key.assert(await newChallenge(), site, { counter: 5, flags: 0x01 }))).fault).toBe(
    'passkey.refused',
  )
  expect((await enter(anAuthenticator().assert(await newChallenge(), site, { counter: 5 }))).fault).toBe(
    'passkey.refused',
  )

  const used = key.assert(await newChallenge(), site, { counter: 6 })
  expect([(await enter(used)).status, (await enter(used)).status]).toEqual([200, 401])
  expect((await enter(key.assert(await newChallenge(), site, { counter: 6 }))).fault).toBe('passkey.refused')
  const late = key.assert(await newChallenge(), site, { counter: 7 })
  room.clock.advance(6 * 60_000)
  expect((await enter(late)).fault).toBe('passkey.refused')
})

test('a removed passkey opens nothing', async () => {
  const headers = browser(room, cookie)
  const [passkey] = (await callOperation(room, 'listPasskeys', { headers })).json as { id: string }[]
  expect((await callOperation(room, 'removePasskey', { input: { id: passkey?.id }, headers })).status).toBe(
    200,
  )
  expect((await enter(key.assert(await newChallenge(), site, { counter: 9 }))).fault).toBe('passkey.refused')
})

test('a token with fewer rights than its user cannot make itself a passkey, which would have them all', async () => {
  const owner = { cookie, user: { id: '', name: 'ada', version: 1 } }
  const { secret } = await aToken(room, owner, ['account:self'])
  const begun = await callOperation(room, 'beginPasskey', { headers: browser(room, cookie) })
  const response = anAuthenticator().register(challengeOf(begun), site)

  const headers = bearer(secret)
  const begin = await callOperation(room, 'beginPasskey', { headers })
  const finish = await callOperation(room, 'finishPasskey', { input: { label: 'mine', response }, headers })

  expect([begin.fault, finish.fault]).toEqual(['token.scope-exceeds', 'token.scope-exceeds'])
})
