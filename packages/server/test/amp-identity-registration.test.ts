// AMP 11, AID: who may ask for tokens, who lets them, under which name, and how often.
import type { OperationName } from '@tutti/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import { attributesOf, identityClient, idOf } from './identity-client.ts'
import { anOwner, aToken, aUser, bearer, browser, callOperation, type TestRoom } from './room.ts'

let room: TestRoom
let ada: Awaited<ReturnType<typeof anOwner>>
let bob: Client
const { register, get, post } = ampClients(() => room)
const agent = (name: string) => identityClient(() => room, name)

beforeAll(async () => {
  room = await openMailRoom()
  ada = await anOwner(room)
  bob = await register('bob')
})
// Another minute: what one address may ask of registrations is counted by it.
beforeEach(() => room.clock.advance(61_000))
afterAll(() => room.close())

const operate = (name: OperationName, input: Record<string, unknown> = {}) =>
  callOperation(room, name, { input, headers: browser(room, ada.cookie) })
const mayRead = async (token: string) => (await get('/v1/messages/pending', token)).status

describe('a registration', () => {
  test('by somebody who may grant it is active at once, and nobody else grants', async () => {
    const { secret } = await aToken(room, ada, ['message:judge'])
    const granted = await agent('granted')
    const answer = await granted.register({ role_id: 1 }, { headers: bearer(secret) })
    expect(attributesOf(answer)).toMatchObject({
      status: 'active',
      role_name: 'reader',
      scopes: ['message:read'],
    })
    expect((await granted.ask()).status).toBe(200)

    const viewer = await aUser(room, ada, { name: 'eve', role: 'viewer' })
    const weak = await aToken(room, viewer, ['message:read'])
    const denied = await agent('denied')
    expect((await denied.register({}, { headers: bearer(weak.secret) })).status).toBe(403)
    expect((await denied.register({}, { headers: bearer(bob.apiKey) })).status).toBe(403)
    const waits = idOf(await denied.register())
    for (const [name, headers] of [
      ['approveIdentity', browser(room, viewer.cookie)],
      ['approveIdentity', bearer(bob.apiKey)],
    ] as const)
      expect((await callOperation(room, name, { input: { id: waits }, headers })).status).toBe(403)
    expect(attributesOf(await denied.register({}, { headers: bearer(secret) }))['status']).toBe('active')
    expect((await denied.register({}, { headers: bearer(secret) })).status).toBe(422)
  })

  test('that takes the name of another, a role that is none, or comes twice is 422 in the words of JSON:API', async () => {
    const twice = await agent('twice')
    expect((await twice.register()).status).toBe(201)
    for (const [answer, error] of [
      [await twice.register(), 'key_already_registered'],
      [await (await agent('bob')).register(), 'name_taken'],
      [await (await agent('ada')).register(), 'name_taken'],
      [await (await agent('role')).register({ role_id: 7 }), 'invalid_field'],
      [await (await agent('-x')).register(), 'invalid_field'],
    ] as const) {
      expect([answer.status, answer.fault]).toEqual([422, error])
      expect(answer.json).toMatchObject({ errors: [{ status: '422', detail: expect.any(String) }] })
    }
  })

  test('with the key of a mailbox here is for that mailbox; a key that was replaced opens nothing', async () => {
    const client = await agent('keeper')
    const registered = await post('/v1/register', { name: 'kept', public_key: client.pem })
    const { api_key: apiKey } = registered.json as { api_key: string }
    const id = idOf(await client.register())
    expect((await operate('approveIdentity', { id })).json).toMatchObject({
      mailbox: 'kept@team.tutti.local',
    })
    const token = await client.token()
    expect(((await get('/v1/agents/me', token)).json as { local_name: string }).local_name).toBe('kept')
    await room.ask('/v1/agents/me', { method: 'DELETE', headers: bearer(apiKey) })
    expect(await mayRead(token)).toBe(401)
    expect((await client.ask()).fault).toBe('invalid_grant')
  })

  test('under a name that was taken meanwhile is approved under another, and only while it waits', async () => {
    const late = await agent('late')
    const id = idOf(await late.register())
    await register('late')
    expect((await operate('approveIdentity', { id })).fault).toBe('identity.name-taken')
    expect((await operate('approveIdentity', { id, name: 'late-2' })).json).toMatchObject({
      mailbox: 'late-2@team.tutti.local',
    })
    expect((await operate('approveIdentity', { id, name: 'late-3' })).fault).toBe('identity.state')
    expect((await late.state('idn_0000000000000000000000')).fault).toBe('invalid_proof')
    expect((await (await agent('thief')).state(id)).fault).toBe('invalid_proof')
  })

  test('C14 is limited for each address, as are tokens', async () => {
    const many = await agent('many')
    const answers = []
    for (let n = 0; n < 11; n++) answers.push((await many.register({ role_id: 7 })).status)
    expect(answers).toEqual([...Array<number>(10).fill(422), 429])
    for (let n = 0; n < 120; n++) await many.form('/oauth/token', {})
    expect((await many.form('/oauth/token', {})).fault).toBe('rate_limited')
    room.clock.advance(61_000)
    expect((await many.form('/oauth/token', {})).fault).toBe('invalid_request')
  })
})
