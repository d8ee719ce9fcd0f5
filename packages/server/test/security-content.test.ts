// C27, C29, C36 and C37: what may stand in a page, a name, a secret's place and a log.
import { statSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { newId } from '@tutti/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { redacted } from '../src/redact.ts'
import {
  aRoom,
  aToken,
  anOwner,
  bearer,
  browser,
  callOperation,
  JSON_TYPE,
  until,
  type TestRoom,
} from './room.ts'

let room: TestRoom
let cookie: string
let token: string

beforeAll(async () => {
  room = await aRoom({
    handlers: {
      // A bug of ours that carries what a caller sent in its message, its cause and its fields.
      getScreen: ({ id }) => {
        throw new Error(`could not read ${id} with Authorization: Bearer ${token}`, {
          cause: { password: CANARIES[0] },
        })
      },
    },
  })
  const owner = await anOwner(room)
  cookie = owner.cookie
  token = (await aToken(room, owner, ['agent:read', 'agent:write', 'terminal:read', 'account:self'])).secret
})
afterAll(() => room.close())

const CANARIES = Array.from({ length: 40 }, () => `canary${randomBytes(12).toString('hex')}`)

const create = (name: string) =>
  callOperation(room, 'createAgent', {
    input: { name, folder: '/tmp', program: 'sh' },
    headers: bearer(token),
  })

test('C27 the page allows no inline script, no frame and nothing from elsewhere', async () => {
  const { headers } = await room.ask('/')
  const csp = new Map(
    String(headers['content-security-policy'])
      .split('; ')
      .map((one): [string, string] => [one.split(' ')[0] ?? '', one.split(' ').slice(1).join(' ')]),
  )
  expect(csp.get('default-src')).toBe("'self'")
  expect(csp.get('script-src')).toBe("'self'")
  expect(csp.get('connect-src')).toBe("'self'")
  expect(csp.get('object-src')).toBe("'none'")
  expect(csp.get('base-uri')).toBe("'none'")
  expect(csp.get('frame-ancestors')).toBe("'none'")
  expect(csp.get('require-trusted-types-for')).toBe("'script'")
  expect(String(headers['content-security-policy'])).not.toMatch(/script-src[^;]*(unsafe|http|\*|data:)/)
})

test('C27 every answer carries the headers that keep a browser from guessing', async () => {
  for (const path of [
    '/',
    '/agents',
    '/assets/main-4f3a.js',
    '/v1/health',
    '/v1/agents',
    '/v1/nothing',
    '/openapi.json',
    '/nothing.js',
  ]) {
    const { headers } = await room.ask(path)
    expect([
      path,
      headers['x-content-type-options'],
      headers['referrer-policy'],
      headers['cross-origin-opener-policy'],
      headers['cross-origin-resource-policy'],
    ]).toEqual([path, 'nosniff', 'no-referrer', 'same-origin', 'same-origin'])
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-request-id']).toMatch(/^req_/)
  }
  const refused = await room.ask('/v1/health', { headers: { Host: 'evil.test' } })
  expect(refused.headers['x-content-type-options']).toBe('nosniff')
})

test('C27 what the API answers can never act as a page', async () => {
  const { headers } = await room.ask('/v1/nothing/%3Cscript%3Ealert(1)%3C/script%3E', {
    headers: bearer(token),
  })
  expect(headers['content-type']).toContain('application/json')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  const file = await callOperation(room, 'getAvatar', {
    input: { id: 'agt_0000000000000000000000' },
    headers: bearer(token),
  })
  expect(file.headers['content-disposition']).toContain('attachment')
})

test('C29 names that would mean something to a shell or to tmux are refused with a sentence', async () => {
  const names = [
    'a"; touch x; echo "',
    '-t',
    '$(id)',
    'a:0.1',
    'a\nb',
    'a'.repeat(300),
    '',
    '../../x',
    'a\0b',
    'A',
    'a--b',
    '-a',
    'a-',
    '`id`',
    '\u202ea',
    'ä',
  ]
  for (const name of names) {
    const answer = await create(name)
    expect([name, answer.status, answer.fault]).toEqual([name, 400, 'agent.name-invalid'])
    expect((answer.json as { error: { message: string } }).error.message).toContain(
      'such as shop-backend-api',
    )
  }
  expect((await create('shop-backend-api')).status).toBe(200)
})

test('C29 no text but a proper name ever creates an agent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (name) => {
      const { status } = await create(name)
      expect(status).toBe(/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && name.length <= 64 ? 200 : 400)
    }),
    { numRuns: 100 },
  )
})

test('C36 what opens the machine is for its owner only', () => {
  const mode = (...path: string[]) => statSync(join(room.config.dataFolder, ...path)).mode & 0o777
  expect(mode()).toBe(0o700)
  expect(mode('keys')).toBe(0o700)
  expect(mode('keys', 'local.token')).toBe(0o600)
  expect(mode('daemon.lock')).toBe(0o600)
  expect(statSync(join(room.config.logFolder, 'daemon.log')).mode & 0o777).toBe(0o600)
})

test('C36 a token that says what it may do by itself is not believed', async () => {
  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = b64({ sub: 'ada', role: 'owner', aud: 'tutti', exp: 4_000_000_000 })
  for (const header of [
    { alg: 'none' },
    { alg: 'HS256', kid: '../../dev/null' },
    { alg: 'EdDSA', jwk: {} },
  ]) {
    const answer = await room.ask('/v1/agents', { headers: bearer(`${b64(header)}.${claims}.`) })
    expect(answer.status).toBe(401)
  }
})

test('C37 forty canaries through headers, bodies, queries, paths and a crash leave no trace in logs or audit', async () => {
  const [c, ...rest] = CANARIES
  const at = (i: number) => rest[i % rest.length] ?? ''
  const calls: [string, Parameters<TestRoom['ask']>[1]][] = []
  for (let i = 0; i < rest.length; i += 8) {
    calls.push(
      ['/v1/agents', { headers: { Authorization: `Bearer ${at(i)}` } }],
      ['/v1/agents', { headers: { Cookie: `tutti_login=${at(i + 1)}`, 'X-Tutti': '1' } }],
      [`/v1/agents?token=${at(i + 2)}`, { headers: bearer(token) }],
      [`/${at(i + 3)}/${at(i + 3)}`, {}],
      ['/v1/login', { method: 'POST', headers: JSON_TYPE, body: `{"name":"ada","password":"${at(i + 4)}"}` }],
      ['/v1/login', { method: 'POST', headers: JSON_TYPE, body: `{"name":"${at(i + 5)}","password":"x"}` }],
      ['/v1/login', { method: 'POST', headers: JSON_TYPE, body: `{"password":"${at(i + 6)}"` }],
      [
        '/v1/agents',
        {
          method: 'POST',
          headers: { ...JSON_TYPE, ...bearer(token) },
          body: JSON.stringify({ name: 'a', folder: '/tmp', program: 'sh', env: { API_KEY: at(i + 7) } }),
        },
      ],
    )
  }
  calls.push(
    ['/v1/health', { headers: { Host: `${c}.test` } }],
    [
      '/v1/health',
      { headers: { Origin: `https://${c}.test`, 'User-Agent': String(c), Referer: `https://x/${c}` } },
    ],
  )
  for (const [path, ask] of calls) await room.ask(path, ask)
  const crash = await room.ask(`/v1/agents/${newId('agent', 0, (length) => new Uint8Array(length))}/screen`, {
    headers: bearer(token),
  })
  expect([crash.status, crash.fault]).toEqual([500, 'server.bug'])
  expect(crash.text).not.toContain('could not read')
  await room.ask('/v1/status', { headers: bearer(room.localToken) })
  await until(() => room.logs().includes('"operation":"getStatus"'))
  const audit = await callOperation(room, 'listAudit', {
    input: { limit: 1000 },
    headers: bearer(room.localToken),
  })
  expect(audit.status).toBe(200)
  const logs = room.logs()
  expect(logs).toContain('could not read')
  for (const secret of [...CANARIES, token, cookie.split('=')[1] ?? '']) {
    expect([logs.includes(secret), audit.text.includes(secret)]).toEqual([false, false])
  }
})

test('C37 the redactor hides secrets whatever field, depth or sentence they stand in', () => {
  const hidden = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/)
  const shapes = fc.oneof(
    hidden.map((secret) => ({ secret, value: { password: secret } as unknown })),
    hidden.map((secret) => ({ secret, value: { a: [{ headers: { Authorization: `Bearer ${secret}` } }] } })),
    hidden.map((secret) => ({ secret, value: { text: `GET /v1/stream?ticket=${secret}&since=4` } })),
    hidden.map((secret) => ({
      secret,
      value: { error: new Error(`failed for tutti_${secret}`, { cause: secret }) },
    })),
    hidden.map((secret) => ({ secret, value: { url: `http://localhost/#setup=${secret}` } })),
    hidden.map((secret) => ({ secret, value: { 'set-cookie': `tutti_login=${secret}; Path=/` } })),
  )
  fc.assert(
    fc.property(shapes, ({ secret, value }) => {
      expect(JSON.stringify(redacted(value))).not.toContain(secret)
    }),
  )
})

test('C37 a log line keeps what is no secret', () => {
  const lines: string[] = []
  const log = createLog({ clock: { now: () => 0 }, write: (line) => lines.push(line) })
  log.info('request', {
    id: 'req_1',
    status: 200,
    ms: 1.5,
    fault: 'auth.missing',
    error: new TypeError('x is not a function'),
  })
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>
  expect(line).toMatchObject({
    at: '1970-01-01T00:00:00.000Z',
    level: 'info',
    event: 'request',
    status: 200,
    fault: 'auth.missing',
    error: { name: 'TypeError', message: 'x is not a function' },
  })
})

test('a wrong configuration names all its problems at once', () => {
  const from = {
    env: { TUTTI_PORT: 'abc', TUTTI_TLS_CERT: '/c.pem' },
    argv: ['--host', 'a b', '--nonsense', '1'],
    home: '/h',
    temporary: '/tmp',
    uid: 1,
    program: '/p',
  }
  expect(() => readConfig(from)).toThrow(/--nonsense[\s\S]*TUTTI_HOST[\s\S]*TUTTI_PORT[\s\S]*belong together/)
  expect(readConfig({ ...from, env: { XDG_DATA_HOME: '/d' }, argv: ['--port=80'] })).toMatchObject({
    host: '127.0.0.1',
    port: 80,
    dataFolder: '/d/tutti',
    runtimeFolder: '/tmp/tutti-1',
    names: [],
  })
})

test('a second data folder has sockets of its own', () => {
  const from = { argv: [], home: '/h', temporary: '/tmp', uid: 1, program: '/p' }
  const runtimeOf = (env: Record<string, string>) => readConfig({ ...from, env }).runtimeFolder
  expect(runtimeOf({ TUTTI_DATA: '/h/.local/share/tutti/' })).toBe(runtimeOf({}))
  expect(runtimeOf({ TUTTI_DATA: '/other' })).toMatch(/^\/tmp\/tutti-1-[0-9a-f]{8}$/)
  expect(runtimeOf({ TUTTI_DATA: '/other' })).not.toBe(runtimeOf({ TUTTI_DATA: '/another' }))
})

test('the cookie of a login is out of reach for scripts and other sites', async () => {
  const answer = await callOperation(room, 'login', {
    input: { name: 'ada', password: 'correct horse battery' },
  })
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^tutti_login=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
  )
  expect((await callOperation(room, 'getMe', { headers: browser(room, cookie) })).status).toBe(200)
})
