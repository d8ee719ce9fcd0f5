// AMP 11, AID: an agent elsewhere asks, a person lets it, it gets short tokens for the proof of its key, and none a moment longer.
import { createHash, createHmac, createPublicKey, verify, type JsonWebKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity, OperationName } from '@tutti/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import { attributesOf, identityClient, idOf, type IdentityClient } from './identity-client.ts'
import { anOwner, bearer, browser, callOperation, JSON_TYPE, type TestRoom } from './room.ts'
import { openSocket } from './socket.ts'

let room: TestRoom
let ada: Awaited<ReturnType<typeof anOwner>>
let bob: Client
const { register, get, post, signature } = ampClients(() => room)
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
const found = async (name: string) =>
  ((await operate('listIdentities')).json as Identity[]).find((one) => one.name === name)

/** Asked, and let. */
async function approved(
  name: string,
  wish: Record<string, unknown> = {},
): Promise<IdentityClient & { id: string }> {
  const client = await agent(name)
  const id = idOf(await client.register())
  const answer = await operate('approveIdentity', { id, ...wish })
  if (answer.status !== 200) throw new Error(answer.text)
  return { ...client, id }
}

const mayRead = async (token: string) => (await get('/v1/messages/pending', token)).status
async function sends(token: string, from: IdentityClient): Promise<number> {
  const payload = { type: 'request', message: 'Hello', context: null }
  const sender = { ...bob, address: `${from.name}@team.tutti.local`, sign: from.sign }
  const of = { to: bob.address, subject: 'Hello', payload }
  const body = { ...of, priority: 'normal', signature: await signature(sender, of) }
  return (await post('/v1/route', body, token)).status
}
const introspect = async (token: string) =>
  (await (await agent('asks')).form('/oauth/introspect', { token }, browser(room, ada.cookie)))
    .json as Record<string, unknown>

describe('an agent elsewhere', () => {
  test('that nobody has approved gets no token, and is told that it waits; then it has what it was granted', async () => {
    const ann = await agent('ann')
    expect((await ann.ask()).json).toMatchObject({ error: 'agent_not_registered' })

    const asked = await ann.register(
      { role_id: 2, description: 'Builds' },
      { path: '/team/agent_registrations/request' },
    )
    expect([asked.status, attributesOf(asked)['status']]).toEqual([201, 'pending'])
    const waiting = await ann.ask()
    expect([waiting.status, waiting.fault]).toEqual([403, 'agent_not_registered'])
    expect((waiting.json as { error_description: string }).error_description).toContain('approval')
    expect(attributesOf(await ann.state(idOf(asked)))['status']).toBe('pending')
    expect(await found('ann')).toMatchObject({
      state: 'pending',
      mailbox: null,
      by: null,
      description: 'Builds',
    })

    const let_ = await operate('approveIdentity', { id: idOf(asked), seconds: 300 })
    expect(let_.json).toMatchObject({ state: 'active', mailbox: 'ann@team.tutti.local', by: ada.user.id })
    expect(attributesOf(await ann.state(idOf(asked)))).toMatchObject({
      status: 'active',
      role_name: 'correspondent',
    })
    const answer = await ann.ask()
    expect(answer.json).toMatchObject({
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'message:read message:send',
      agent_address: ann.address,
    })
    expect(answer.headers['cache-control']).toBe('no-store')
    const { access_token: token } = answer.json as { access_token: string }
    expect([await mayRead(token), await sends(token, ann)]).toEqual([200, 200])
  })

  test('gets a token for each way of signing and each spelling of this server, below each base', async () => {
    const { ask } = await approved('forms')
    const { origin } = room
    for (const [signing, issuer, path] of [
      ['draft', origin, '/v1/oauth/token'],
      ['indented', `${origin}/team`, '/team/oauth/token'],
      ['sorted', `${origin}/default`, '/default/oauth/token'],
      ['sorted', `${origin}/api/v1`, '/api/v1/oauth/token'],
    ] as const)
      expect([path, (await ask({ signing, issuer, path })).status]).toEqual([path, 200])
    expect((await ask({ path: '/other/oauth/token' })).fault).toBe('not_found')
  })

  test('is refused with the word for what is wrong', async () => {
    const { ask, identity, proof, sign } = await approved('wrongs')
    const now = Math.floor(room.clock.now() / 1000)
    const other = await agent('other')
    const stolen = Buffer.from(await identity(), 'base64url')
      .toString()
      .replace('wrongs@', 'bob@')
    for (const [fields, status, error] of [
      [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
      [{ proof: '' }, 400, 'invalid_request'],
      [{ proof: await proof('https://evil.example') }, 400, 'invalid_proof'],
      [{ proof: await proof(room.origin, now - 400) }, 400, 'invalid_proof'],
      [{ proof: await proof(room.origin, now, 'aid-registration-status') }, 400, 'invalid_proof'],
      [{ proof: await other.proof(room.origin) }, 400, 'invalid_proof'],
      [{ agent_identity: Buffer.from(stolen).toString('base64url') }, 400, 'invalid_grant'],
      [
        { agent_identity: await identity('draft', { expires_at: '2020-01-01T00:00:00Z' }) },
        400,
        'invalid_grant',
      ],
      [
        { agent_identity: await identity('draft', { address: 'bob@default.local' }) },
        403,
        'agent_not_registered',
      ],
      [{ scope: 'message:read agent:purge' }, 400, 'invalid_scope'],
    ] as const) {
      const answer = await ask({ fields })
      expect([fields, answer.status, answer.fault]).toEqual([fields, status, error])
      expect(answer.json).toMatchObject({ error_description: expect.any(String) })
    }
    expect((await sign('x')).length).toBe(64)
  })

  test('C39 uses each proof once, also after a restart; its token lives on', async () => {
    const { ask, proof, token } = await approved('replays')
    const secret = await token()
    const one = await proof(room.origin)
    const twice = await Promise.all([ask({ fields: { proof: one } }), ask({ fields: { proof: one } })])
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 400])

    const { folder, port, clock } = room
    await room.daemon.close()
    room = await openMailRoom({ folder, port })
    room.clock.advance(clock.now() - room.clock.now())
    expect((await ask({ fields: { proof: one } })).fault).toBe('invalid_proof')
    expect(await mayRead(secret)).toBe(200)
  })

  test('C20 has the scopes of its token and no more, however it asks for more', async () => {
    const reader = await approved('reader', { scopes: ['message:read'] })
    const token = await reader.token()
    expect([await mayRead(token), await sends(token, reader)]).toEqual([200, 403])
    expect((await reader.ask({ fields: { scope: 'message:send' } })).fault).toBe('invalid_scope')

    const both = await approved('both')
    const less = await both.token({ scope: 'message:send' })
    expect([await mayRead(less), await sends(less, both)]).toEqual([403, 200])
    const all = await both.token()
    const { socket, next } = await openSocket(room, '/v1/ws')
    socket.send(JSON.stringify({ type: 'auth', token }))
    await next(({ type }) => type === 'connected')
    socket.send('{"type":"ack","id":"msg_1_a"}')
    expect(await next(({ type }) => type === 'error')).toMatchObject({ error: 'forbidden' })
    socket.close()

    const file = { filename: 'a.txt', content_type: 'text/plain', size: 1 }
    const digest = `sha256:${createHash('sha256').update('a').digest('hex')}`
    const announced = (await post('/v1/attachments/upload', { ...file, digest }, less)).json
    const { attachment_id: own, upload_url: url } = announced as { attachment_id: string; upload_url: string }
    await room.ask(url.slice(room.origin.length), { method: 'PUT', body: 'a' })
    const down = async (secret: string) => (await get(`/v1/attachments/${own}/download`, secret)).status
    expect([await down(less), await down(all)]).toEqual([404, 200])
    for (const name of [
      'listAgents',
      'createAgent',
      'listIdentities',
      'approveIdentity',
      'listAudit',
    ] as const) {
      const answer = await callOperation(room, name, { input: { id: both.id }, headers: bearer(all) })
      expect([name, answer.status]).toEqual([name, 403])
    }
  })

  test('C20 makes nothing of its short token that stays: no API key, no other key, no webhook, no end of the mailbox', async () => {
    const { token } = await approved('stays')
    const secret = await token()
    for (const [method, path] of [
      ['POST', '/v1/auth/rotate-key'],
      ['DELETE', '/v1/auth/revoke-key'],
      ['POST', '/v1/auth/rotate-keys'],
      ['PATCH', '/v1/agents/me'],
      ['DELETE', '/v1/agents/me'],
    ]) {
      const answer = await room.ask(path ?? '', {
        method: method ?? '',
        headers: { ...bearer(secret), ...JSON_TYPE },
        ...(method === 'DELETE' ? {} : { body: '{}' }),
      })
      expect([path, answer.status, answer.fault]).toEqual([path, 403, 'forbidden'])
    }
    const again = await post('/v1/register', { name: 'stays', public_key: bob.pem }, secret)
    expect(again.fault).toBe('name_taken')
  })
})

describe('a token', () => {
  test('C36 counts as its bytes: another algorithm, another key, another claim is 401', async () => {
    const { token } = await approved('forger')
    const right = await token()
    const [head = '', claims = '', mark = ''] = right.split('.')
    const json = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [key] = ((await room.ask('/.well-known/jwks.json')).json as { keys: JsonWebKey[] }).keys
    const pem = createPublicKey({ key: key ?? {}, format: 'jwk' }).export({ format: 'pem', type: 'spki' })
    const hs = `${part({ ...json(head), alg: 'HS256' })}.${claims}`
    const forged = [
      `${part({ ...json(head), alg: 'none' })}.${claims}.`,
      `${part({ ...json(head), alg: 'none' })}.${claims}.${mark}`,
      `${hs}.${createHmac('sha256', pem).update(hs).digest('base64url')}`,
      `${part({ ...json(head), kid: '../../../etc/passwd' })}.${claims}.${mark}`,
      `${head}.${part({ ...json(claims), scope: 'message:read user:write', aud: 'x' })}.${mark}`,
      `${head}.${claims}.${mark.slice(0, -1)}${mark.endsWith('A') ? 'B' : 'A'}`,
      right.toUpperCase(),
    ]
    for (const one of forged) expect([one, await mayRead(one)]).toEqual([one, 401])
    expect(await mayRead(right)).toBe(200)
  })

  test('C15 stands nowhere on the disk, and neither does the key that signs', async () => {
    const { token } = await approved('hidden')
    const secret = await token()
    const files = readdirSync(room.config.dataFolder, { recursive: true, withFileTypes: true })
    const all = files.filter((one) => one.isFile()).map((one) => readFileSync(join(one.parentPath, one.name)))
    expect(all.some((bytes) => bytes.includes(secret))).toBe(false)
    expect(all.some((bytes) => bytes.includes('BEGIN PRIVATE KEY'))).toBe(false)
    // The search finds what is there.
    expect(all.some((bytes) => bytes.includes('hidden@default.local'))).toBe(true)
  })

  test('is an RS256 JWT that others check with the published key, and find by the discovery documents', async () => {
    const { token, id, address } = await approved('jwt')
    const secret = await token()
    const [head = '', claims = '', mark = ''] = secret.split('.')
    const server = (await room.ask('/team/.well-known/oauth-authorization-server')).json as Record<
      string,
      string
    >
    expect(server).toMatchObject({
      issuer: `${room.origin}/team`,
      token_endpoint: `${room.origin}/team/oauth/token`,
      grant_types_supported: ['urn:aid:agent-identity'],
      aid_grant: { registration_endpoint: `${room.origin}/team/agent_registrations` },
    })
    const resource = (await room.ask('/.well-known/oauth-protected-resource')).json
    expect(resource).toMatchObject({ authorization_servers: [room.origin] })
    const { keys } = (await room.ask('/team/.well-known/jwks.json')).json as {
      keys: (JsonWebKey & { kid: string })[]
    }
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string; alg: string }
    const key = keys.find(({ kid }) => kid === header.kid)
    expect([header.alg, Object.keys(key ?? {}).toSorted()]).toEqual([
      'RS256',
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ])
    const publicKey = createPublicKey({ key: key ?? {}, format: 'jwk' })
    const signed = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      publicKey,
      Buffer.from(mark, 'base64url'),
    )
    expect(signed).toBe(true)
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    expect(said).toMatchObject({
      iss: room.origin,
      sub: id,
      scope: 'message:read message:send',
      agent_address: address,
    })
    expect(Number(said['exp']) - Number(said['iat'])).toBe(900)
  })

  test('C40 ends at its time, when it is taken back, when its identity is suspended or removed, and then at once', async () => {
    const { token, id, form, ask } = await approved('ends')
    const [one, two] = [await token(), await token()]
    expect(await introspect(two)).toMatchObject({ active: true, scope: 'message:read message:send', sub: id })

    expect((await form('/oauth/revoke', { token: one })).status).toBe(200)
    expect([await mayRead(one), await mayRead(two)]).toEqual([401, 200])
    expect(await introspect(one)).toEqual({ active: false })
    expect((await form('/oauth/revoke', { token: one })).status).toBe(200)

    const { socket, next, closed } = await openSocket(room, '/v1/ws')
    socket.send(JSON.stringify({ type: 'auth', token: two }))
    await next(({ type }) => type === 'connected')
    expect((await operate('suspendIdentity', { id })).json).toMatchObject({ state: 'suspended' })
    expect(await mayRead(two)).toBe(401)
    expect(await introspect(two)).toEqual({ active: false, reason: 'agent_suspended' })
    const refused = await ask()
    expect([refused.status, refused.fault]).toEqual([403, 'agent_suspended'])
    socket.send('{"type":"ping"}')
    expect(await closed).toBe(4003)

    expect((await operate('reactivateIdentity', { id })).json).toMatchObject({ state: 'active' })
    expect(await mayRead(two)).toBe(401)
    const three = await token()
    room.clock.advance(901_000)
    expect([await mayRead(three), await introspect(three)]).toEqual([401, { active: false }])

    const four = await token()
    expect((await operate('removeIdentity', { id })).status).toBe(200)
    expect([await mayRead(four), (await ask()).fault]).toEqual([401, 'agent_not_registered'])
    expect(await introspect(four)).toEqual({ active: false, reason: 'agent_not_found' })
    expect((await operate('reactivateIdentity', { id })).fault).toBe('identity.unknown')
  })

  test('C40 ends with the mailbox that it is for, and a closed mailbox gets none', async () => {
    const { token, ask } = await approved('closed')
    const secret = await token()
    await operate('suspendMailbox', { id: 'closed' })
    expect([await mayRead(secret), (await ask()).fault]).toEqual([403, 'agent_suspended'])
    expect(await introspect(secret)).toEqual({ active: false, reason: 'agent_suspended' })
    await operate('unsuspendMailbox', { id: 'closed' })
    expect(await mayRead(secret)).toBe(200)
  })

  test('is asked about by callers with a key only, and of a foreign one nothing is said', async () => {
    const { form } = await agent('curious')
    expect((await form('/oauth/introspect', { token: 'x' })).status).toBe(401)
    expect(await introspect('x')).toEqual({ active: false })
    expect(await introspect(bob.apiKey)).toEqual({ active: false })
  })
})
