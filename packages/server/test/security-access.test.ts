// C1 to C5: what a caller without the right to call gets, and what a page of another site gets.
import { hasBody, operation, operationNames } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aToken, anOwner, aRoom, bearer, browser, callOperation, JSON_TYPE, type TestRoom } from './room.ts'

let room: TestRoom
let cookie: string
let token: string

beforeAll(async () => {
  room = await aRoom()
  const owner = await anOwner(room)
  cookie = owner.cookie
  token = (await aToken(room, owner, ['agent:read', 'agent:write', 'account:self', 'event:read'])).secret
})
afterAll(() => room.close())

const sampleInput = (path: string) =>
  Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map((hole) => [hole[1], 'agt_0000000000000000000000']))

const PUBLIC = [
  'acceptInvite',
  'beginPasskeyLogin',
  'createOwner',
  'enterDevice',
  'finishPasskeyLogin',
  'getHealth',
  'getSetup',
  'joinDevice',
  'login',
]

// What AMP says of itself, and what proves itself otherwise: by a key of its own, a provider's signature, an address with a right.
const PUBLIC_AMP = [
  'ampAgent',
  'ampByName',
  'ampDeliver',
  'ampDiscovery',
  'ampDoorbell',
  'ampDownload',
  'ampHealth',
  'ampInfo',
  'ampNoteAddress',
  'ampOrganization',
  'ampIdentityState',
  'ampRegister',
  'ampRegisterIdentity',
  'ampResolve',
  'ampRevokeToken',
  'ampToken',
  'ampTokenKeys',
  'ampTokenResource',
  'ampTokenServer',
  'ampUploadContent',
]

test('C1 every operation answers 401 without a token and carries no data, except the few public ones', async () => {
  const open: string[] = []
  const refusals = new Set<string>()
  for (const name of operationNames()) {
    const { path } = operation(name)
    const answer = await callOperation(room, name, { input: sampleInput(path) })
    if (!['auth.missing', 'unauthorized'].includes(answer.fault)) open.push(name)
    else refusals.add(`${answer.status} ${Object.keys(answer.json as object).join(' ')}`)
  }
  expect([...refusals].sort()).toEqual(['401 error', '401 error message'])
  expect(open.sort()).toEqual([...PUBLIC, ...PUBLIC_AMP].sort())
})

test('C1 the crawler finds in /openapi.json exactly the operations of the table', async () => {
  const document = (await room.ask('/openapi.json')).json as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const listed = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((entry) => entry.operationId),
  )
  expect(listed.sort()).toEqual(operationNames().sort())
})

test('C1 a wrong token, a half one and a login cookie without the header are refused', async () => {
  const asked = [
    [{ Authorization: 'Bearer tutti_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 401],
    [{ Authorization: token }, 401],
    [{ Authorization: `Bearer ${token.slice(0, -1)}` }, 401],
    [{ Authorization: `Bearer  ${token}` }, 401],
    [{ Cookie: cookie }, 403],
    [{ Cookie: 'tutti_login=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'X-Tutti': '1' }, 401],
    [{ Cookie: cookie, 'X-Tutti': '1' }, 200],
    [bearer(token), 200],
  ] as const
  for (const [headers, status] of asked) {
    expect([headers, (await room.ask('/v1/agents', { headers })).status]).toEqual([headers, status])
  }
})

test('C2 every mutating route refuses a body that does not say it is JSON', async () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ]
  for (const name of operationNames()) {
    const { method, path, raw } = operation(name)
    if (method === 'GET' || raw !== undefined) continue // a file may be of any type
    const target = path.replaceAll(/\{\w+\}/g, 'agt_0000000000000000000000')
    for (const type of types) {
      const headers = { ...bearer(token), 'Content-Type': type }
      const answer = await room.ask(target, { method, headers, body: '{}' })
      expect([name, type, answer.status]).toEqual([name, type, 415])
    }
    const untyped = await room.ask(target, { method, headers: bearer(token), body: '{}' })
    expect([name, 'no type', untyped.status]).toEqual([name, 'no type', 415])
    const typed = await room.ask(target, {
      method,
      headers: { ...bearer(token), 'Content-Type': 'text/plain' },
    })
    expect([name, 'type without body', typed.status]).toEqual([name, 'type without body', 415])
  }
})

test('C2 a compressed body is refused, as nobody has counted it', async () => {
  const headers = { ...bearer(token), ...JSON_TYPE, 'Content-Encoding': 'gzip' }
  expect((await room.ask('/v1/agents', { method: 'POST', headers, body: '{}' })).status).toBe(415)
})

test('C3 a login from a page with another origin is refused', async () => {
  const other = room.origin.replace(/\d+$/, (port) => String(Number(port) + 1))
  const origins = [
    'https://evil.example',
    'null',
    other,
    `${room.origin}.evil.example`,
    `https://${room.host}`,
    '',
    `${room.origin}, ${room.origin}`,
  ]
  for (const Origin of origins) {
    const headers = { ...browser(room, cookie), ...JSON_TYPE, Origin }
    const post = await room.ask('/v1/tickets', { method: 'POST', headers, body: '{"path":"/v1/stream"}' })
    const read = await room.ask('/v1/agents', { headers })
    expect([Origin, post.status, read.status]).toEqual([Origin, 403, 403])
  }
  const own = { ...browser(room, cookie), ...JSON_TYPE }
  expect(
    (await room.ask('/v1/tickets', { method: 'POST', headers: own, body: '{"path":"/v1/stream"}' })).status,
  ).toBe(200)
})

test('C4 a request that a page of another site caused is refused, whatever it carries', async () => {
  for (const site of ['cross-site', 'same-site', 'nonsense']) {
    const headers = { ...bearer(token), ...JSON_TYPE, 'Sec-Fetch-Site': site }
    for (const [method, path] of [
      ['POST', '/v1/tickets'],
      ['GET', '/v1/agents'],
      ['GET', '/v1/setup'],
      ['GET', '/openapi.json'],
      ['GET', '/'],
    ] as const) {
      const body = method === 'POST' ? { body: '{"path":"/v1/stream"}' } : {}
      const answer = await room.ask(path, { method, headers, ...body })
      expect([site, path, answer.status, answer.fault]).toEqual([site, path, 403, 'request.cross-site'])
    }
  }
})

test('C4 a link on another site opens the dashboard, with no cookie and no frame', async () => {
  const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
  const page = await room.ask('/', { headers: { ...link, Cookie: cookie } })
  expect(page.status).toBe(200)
  expect(page.headers['set-cookie']).toBeUndefined()
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")

  const framed = await room.ask('/', { headers: { ...link, 'Sec-Fetch-Dest': 'iframe' } })
  const data = await room.ask('/v1/agents', { headers: { ...link, ...bearer(token) } })
  expect([framed.status, data.status]).toEqual([403, 403])
})

test('C5 no answer ever allows another origin, and a preflight is refused', async () => {
  const preflight = {
    Origin: 'https://evil.example',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization, content-type',
  }
  for (const path of ['/v1/agents', '/v1/login', '/', '/openapi.json', '/nothing']) {
    const foreign = await room.ask(path, { method: 'OPTIONS', headers: preflight })
    const own = await room.ask(path, { method: 'OPTIONS', headers: { ...preflight, Origin: room.origin } })
    const plain = await room.ask(path)
    expect(foreign.status).toBe(403)
    expect([404, 405]).toContain(own.status)
    for (const answer of [foreign, own, plain]) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  }
})

test('C5 no operation answers with a header that allows another origin', async () => {
  for (const name of operationNames()) {
    const row = operation(name)
    const answer = await callOperation(room, name, {
      input: sampleInput(row.path),
      headers: { ...bearer(token), ...(hasBody(row) ? JSON_TYPE : {}) },
    })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('C4 a roundabout way to an operation is judged as the operation that it leads to', async () => {
  const headers = {
    'Sec-Fetch-Site': 'cross-site',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
  }
  for (const path of [
    '/%76%31/health',
    '/x/../v1/health',
    '/x/%2e%2E/v1/health',
    '/./v1/health',
    '/v1/./health',
  ]) {
    const foreign = await room.ask(path, { headers })
    const own = await room.ask(path)
    expect([path, foreign.status]).toEqual([path, 403])
    expect([path, own.status, own.headers['cache-control']]).toEqual([path, 200, 'no-store'])
    expect(own.headers['content-security-policy']).toContain("default-src 'none'")
  }
})
