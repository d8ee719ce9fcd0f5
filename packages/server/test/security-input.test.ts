// R13 and the guard's last steps: no input of any kind brings a 5xx, and every misfit is named.
import { hasBody, operation, operationNames, pathHoles, type OperationName } from '@tutti/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aRoom, anOwner, bearer, callOperation, JSON_TYPE, statusOf, type TestRoom } from './room.ts'
import { raw } from './socket.ts'
import { sampleInput } from './sample.ts'

/** How many calls the fuzz makes; the nightly run asks for more. */
const CALLS = Number(process.env['TUTTI_FUZZ_CALLS'] ?? 2000)

let room: TestRoom
let local: Record<string, string>

beforeAll(async () => {
  room = await aRoom()
  await anOwner(room)
  local = bearer(room.localToken)
})
afterAll(() => room.close())

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  room.ask('/v1/agents', { method: 'POST', headers: { ...JSON_TYPE, ...local, ...headers }, body })

test('malformed JSON is 400, a misfit 422, and the sentence does not repeat what was sent', async () => {
  for (const body of ['{', 'nope', '[]', 'null', '"text"', '{"a":1', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]) {
    const answer = await post(body)
    expect([String(body), answer.status, answer.fault]).toEqual([String(body), 400, 'input.malformed'])
    expect(answer.text).not.toContain('nope')
  }
  expect((await post('{"name":"a"}')).fault).toBe('input.invalid')
})

test('fields that are not in the table are refused, in body and query', async () => {
  const good = { name: 'a', folder: '/tmp', program: 'sh' }
  for (const extra of [{ admin: true }, { id: 'agt_1' }, { constructor: {} }, { toString: 1 }]) {
    expect([extra, (await post(JSON.stringify({ ...good, ...extra }))).status]).toEqual([extra, 422])
  }
  for (const path of [
    '/v1/agents?nonsense=1',
    '/v1/agents?deleted=true&deleted=false',
    '/v1/agents?deleted=1',
    '/v1/events?since=1e3',
    '/v1/agents?__proto__=1',
  ]) {
    expect([path, (await room.ask(path, { headers: local })).status]).toEqual([path, 422])
  }
  expect((await room.ask('/v1/agents?deleted=true', { headers: local })).status).toBe(200)
  expect((await room.ask('/v1/events?since=1&limit=5', { headers: local })).status).toBe(200)
  expect(
    (
      await room.ask('/v1/agents?name=a', {
        method: 'POST',
        headers: { ...local, ...JSON_TYPE },
        body: JSON.stringify(good),
      })
    ).status,
  ).toBe(422)
})

test('a field of the path cannot be sent a second time in the body', async () => {
  const answer = await room.ask('/v1/agents/agt_0000000000000000000000/wake', {
    method: 'POST',
    headers: { ...local, ...JSON_TYPE },
    body: '{"id":"agt_0000000000000000000001"}',
  })
  expect(answer.status).toBe(422)
})

test('__proto__ and deep nesting are refused before the schema sees them', async () => {
  const good = '"name":"a","folder":"/tmp","program":"sh"'
  for (const body of [
    `{${good},"__proto__":{"admin":true}}`,
    `{${good},"env":{"__proto__":"x"}}`,
    `{${good},"\\u005f_proto__":{}}`,
    `{${good},"persona":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    `{${good},"tags":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  ]) {
    const answer = await post(body)
    expect([body.slice(0, 70), answer.status]).toEqual([body.slice(0, 70), 422])
  }
  expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
})

test('a body beyond 1 MB is 413, announced or not, and the caller can read it', async () => {
  const big = Buffer.alloc(50 * 1024 * 1024, 0x20)
  expect((await post(big)).status).toBe(413)
  const chunked = await room.ask('/v1/agents', {
    method: 'POST',
    headers: { ...JSON_TYPE, ...local, 'Transfer-Encoding': 'chunked' },
    body: big.subarray(0, 3 * 1024 * 1024),
    chunked: true,
  })
  expect([chunked.status, chunked.fault]).toEqual([413, 'input.too-large'])
})

test('who may not call is told so before his body is read', async () => {
  const head = `POST /v1/agents HTTP/1.1\r\nHost: ${room.host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`
  expect(statusOf(await raw(room.port, head, 1000))).toBe(401)
})

test('a known path with another method is 405 with what it takes, an unknown one 404', async () => {
  const wrong = await room.ask('/v1/agents', { method: 'DELETE', headers: local })
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, POST'])
  for (const path of [
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/agents/',
    '/v2/agents',
    '//v1/agents',
    '/v1/agents/a/b/c',
    '/x.js',
  ]) {
    const answer = await room.ask(path, { headers: local })
    expect([path, answer.status >= 400 || !path.startsWith('/v1')]).toEqual([path, true])
  }
  expect((await room.ask('/', { method: 'POST' })).status).toBe(404)
})

test('an update needs the version that was read', async () => {
  const path = '/v1/settings'
  const send = (headers: Record<string, string>) =>
    room.ask(path, {
      method: 'PATCH',
      headers: { ...local, ...JSON_TYPE, ...headers },
      body: '{"undeleteDays":31}',
    })
  const { etag } = (await room.ask(path, { headers: local })).headers
  expect((await send({})).status).toBe(428)
  expect((await send({ 'If-Match': '*' })).status).toBe(428)
  expect((await send({ 'If-Match': '"999"' })).status).toBe(412)
  const done = await send({ 'If-Match': String(etag) })
  expect([done.status, done.headers.etag]).toEqual([200, '"2"'])
  expect((await send({ 'If-Match': String(etag) })).status).toBe(412)
})

test('malformed requests of every kind are refused and never a 5xx', async () => {
  const own = `Host: ${room.host}\r\nConnection: close\r\n`
  const requests = [
    'GET\r\n\r\n',
    'NONSENSE / HTTP/1.1\r\n\r\n',
    `GET /%zz HTTP/1.1\r\n${own}\r\n`,
    `GET /v1/agents/%E0%A4%A HTTP/1.1\r\n${own}\r\n`,
    `GET /v1/agents/%00 HTTP/1.1\r\n${own}\r\n`,
    `GET /../../etc/passwd HTTP/1.1\r\n${own}\r\n`,
    `GET /assets/..%2f..%2fetc/passwd HTTP/1.1\r\n${own}\r\n`,
    `GET /\\..\\x HTTP/1.1\r\n${own}\r\n`,
    `GET / HTTP/1.1\r\n${own}Origin: %\r\nSec-Fetch-Site: \x01\r\n\r\n`,
    `GET / HTTP/1.1\r\n${own}X: ${'a'.repeat(20_000)}\r\n\r\n`,
    `POST /v1/login HTTP/1.1\r\n${own}Content-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /v1/login HTTP/1.1\r\n${own}Content-Type: application/json\r\nContent-Length: -1\r\n\r\n`,
    `POST /v1/login HTTP/1.1\r\n${own}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `GET / HTTP/9.9\r\n${own}\r\n`,
  ]
  for (const request of requests) {
    const status = statusOf(await raw(room.port, request, 1500))
    expect([request.slice(0, 60), status < 500]).toEqual([request.slice(0, 60), true])
  }
  expect((await room.ask('/v1/health')).status).toBe(200)
})

const name = fc.constantFrom(...operationNames())
const value = fc.oneof(
  { depthSize: 'small', withCrossShrink: true },
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '__proto__',
    '../../x',
    'a\0b',
    '$(id)',
    "'; DROP TABLE users; --",
    '\u202e',
    -1,
    1e308,
    2 ** 53,
    null,
    [],
    {},
  ),
)

/** Mostly what the table wants, with one or two fields bent or added. */
const bent = (input: Record<string, unknown>) =>
  fc
    .tuple(
      fc.dictionary(
        fc.oneof(fc.constantFrom(...Object.keys(input), 'extra'), fc.string({ maxLength: 8 })),
        value,
        { maxKeys: 3 },
      ),
      fc.subarray(Object.keys(input)),
    )
    .map(([changes, dropped]) => {
      const kept = Object.entries(input).filter(
        ([field]) => !dropped.includes(field) || Object.hasOwn(changes, field),
      )
      return Object.assign(Object.fromEntries(kept), changes)
    })

const call = name.chain((operationName) =>
  fc.record({
    operationName: fc.constant(operationName),
    input: bent(sampleInput(operation(operationName))),
    version: fc.constantFrom('"1"', '"2"', '0', 'x', ''),
  }),
)

// These end what the other calls stand on, or take long by design; they are fuzzed through their schemas all the same.
const ENDS: ReadonlySet<OperationName> = new Set(['removeUser'])

test(
  `R13 ${CALLS} fuzzed calls over the whole table give no 5xx and no undeclared status`,
  { timeout: 600_000 },
  async () => {
    const declared = new Set([200, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 429])
    const seen = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(call, async ({ operationName, input, version }) => {
        if (ENDS.has(operationName)) return
        const answer = await fuzzed(operationName, input, version)
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
        expect([
          operationName,
          answer.status,
          answer.text.slice(0, 200),
          declared.has(answer.status),
        ]).toEqual([operationName, answer.status, answer.text.slice(0, 200), true])
      }),
      { numRuns: CALLS, endOnFailure: true },
    )
    // The fuzz must also reach the handlers, or it proves little.
    expect(seen.get(200) ?? 0).toBeGreaterThan(CALLS / 50)
  },
)

async function fuzzed(operationName: OperationName, input: Record<string, unknown>, version: string) {
  const row = operation(operationName)
  const headers = { ...local, ...(version && { 'If-Match': version }) }
  const holes = pathHoles(row.path)
  const path = row.path.replaceAll(/\{(\w+)\}/g, (_hole, field: string) =>
    encodeURIComponent(textOf(input[field])),
  )
  const rest = Object.entries(input).filter(([field]) => !holes.includes(field))
  if (hasBody(row)) {
    return room.ask(path, {
      method: row.method,
      headers: { ...headers, ...JSON_TYPE },
      body: JSON.stringify(Object.fromEntries(rest)),
    })
  }
  const query = rest
    .map(([field, one]) => `${encodeURIComponent(wellFormed(field))}=${encodeURIComponent(textOf(one))}`)
    .join('&')
  return room.ask(`${path}?${query}`, { method: row.method, headers })
}

const wellFormed = (text: string): string => text.toWellFormed()
const textOf = (one: unknown): string =>
  wellFormed(typeof one === 'string' ? one : JSON.stringify(one ?? null)) || 'x'

test('a header that is too long is 431, and what is no HTTP is 400', async () => {
  const long = await raw(room.port, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: ${room.host}\r\n\r\n`)
  const foreign = await raw(room.port, 'nonsense\r\n\r\n')
  expect([statusOf(long), statusOf(foreign)]).toEqual([431, 400])
})

test('a file that the disk refuses is 507, as a row is', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const other = await aRoom({ handlers: { createBackup: () => Promise.reject(full) } })
  const answer = await callOperation(other, 'createBackup', { headers: bearer(other.localToken) })
  await other.close()
  expect([answer.status, answer.fault]).toEqual([507, 'store.full'])
})
