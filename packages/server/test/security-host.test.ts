// C10, C11 and C13: by which names the server answers, and where it listens.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exposureProblems } from '../src/exposure.ts'
import { allowedHosts, hostRefusal } from '../src/http/host.ts'
import { ConfigProblems } from '../src/config.ts'
import { keyPath, readOrCreateKey } from '../src/vault/keys.ts'
import { aRoom, anOwner, statusOf, until, type TestRoom } from './room.ts'
import { openSocket, raw } from './socket.ts'

let room: TestRoom

beforeAll(async () => {
  room = await aRoom({
    config: { names: ['tutti.example.com', 'proxy.example.com:8443', 'https://behind.example.com'] },
  })
})
afterAll(() => room.close())

const FOREIGN = (port: number) => [
  'evil.test',
  `evil.test:${port}`,
  `0.0.0.0:${port}`,
  `localhost.evil.test:${port}`,
  `localhost.:${port}`,
  'localhost',
  `localhost:${port + 1}`,
  `127.0.0.2:${port}`,
  `127.1:${port}`,
  `2130706433:${port}`,
  `[::]:${port}`,
  `[0:0:0:0:0:0:0:1]:${port}`,
  `[::ffff:127.0.0.1]:${port}`,
  `user@localhost:${port}`,
  `localhost:${port}@evil.test`,
  `localhost:0${port}`,
  `localhost:${port} `.concat('x'),
  `localhost:${port}#`,
  `proxy.example.com:${port}`,
  `behind.example.com:${port}`,
]

test('C10 a foreign Host is refused with 421 on a page, an operation and an upgrade', async () => {
  for (const Host of FOREIGN(room.port)) {
    const page = await room.ask('/', { headers: { Host } })
    const operation = await room.ask('/v1/health', { headers: { Host } })
    const socket = await openSocket(room, '/v1/stream', { Host })
    expect([Host, page.status, operation.status, socket.status]).toEqual([Host, 421, 421, 421])
    expect(operation.fault).toBe('request.host-refused')
  }
})

test('C10 a missing, an empty and a doubled Host are refused with 421', async () => {
  const { port } = room
  const own = `Host: localhost:${port}\r\n`
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  for (const hosts of [
    '',
    'Host:\r\n',
    own + own,
    `${own}Host: evil.test\r\n`,
    `Host: evil.test\r\n${own}`,
  ]) {
    const http = await raw(port, `GET /v1/health HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`)
    const socket = await raw(port, `GET /v1/stream HTTP/1.1\r\n${hosts}${upgrade}\r\n`)
    expect([hosts, statusOf(http), statusOf(socket)]).toEqual([hosts, 421, 421])
  }
})

test('C10 an absolute target cannot name another host, nor skip the check', async () => {
  const { port } = room
  for (const target of [
    `http://evil.test/v1/health`,
    `http://localhost:${port}/v1/health`,
    '*',
    'evil.test:80',
  ]) {
    const answer = await raw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
    )
    expect([target, statusOf(answer)]).toEqual([target, statusOf(answer) === 400 ? 400 : 421])
  }
})

test('C10 the allowed names answer, in any case, and configured ones with their own port', async () => {
  const { port } = room
  const hosts = [
    `localhost:${port}`,
    `LOCALHOST:${port}`,
    `127.0.0.1:${port}`,
    `[::1]:${port}`,
    `tutti.example.com:${port}`,
    'proxy.example.com:8443',
  ]
  for (const Host of hosts) {
    expect([Host, (await room.ask('/v1/health', { headers: { Host } })).status]).toEqual([Host, 200])
  }
})

test('C10 no text but the listed ones is ever an allowed host', () => {
  const allowed = allowedHosts({ scheme: 'http', port: 4747, names: [] })
  const listed = new Set(['localhost:4747', '127.0.0.1:4747', '[::1]:4747'])
  const nearly = fc.oneof(
    fc.string(),
    fc.webAuthority(),
    fc.tuple(fc.constantFrom(...listed), fc.string({ minLength: 1, maxLength: 3 })).map(([a, b]) => a + b),
    fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.constantFrom(...listed)).map(([a, b]) => a + b),
  )
  fc.assert(
    fc.property(nearly, (host) => {
      const refusal = hostRefusal({ hosts: [host], target: '/' }, allowed)
      expect(refusal === null).toBe(listed.has(host.toLowerCase()))
    }),
  )
})

test('C10 a port may be left out only where the scheme implies it', () => {
  expect(allowedHosts({ scheme: 'https', port: 443, names: ['a.example'] }).has('a.example')).toBe(true)
  expect(allowedHosts({ scheme: 'https', port: 4747, names: ['a.example'] }).has('a.example')).toBe(false)
})

test('behind a proxy that ends TLS, pages of its https origin are our own and no others', async () => {
  const Host = 'behind.example.com'
  const answers = async (origin: string) =>
    (await room.ask('/v1/health', { headers: { Host, Origin: origin } })).status

  expect(await answers('https://behind.example.com')).toBe(200)
  expect(await answers('http://behind.example.com')).toBe(403)
  expect(await answers('https://tutti.example.com')).toBe(403)
  const direct = await room.ask('/v1/health', { headers: { Host: `${Host}:${room.port}` } })
  expect(direct.status).toBe(421)
})

test('C11 a page that rebound its name to this machine reaches no handler and opens no socket', async () => {
  // What a browser sends after the rebinding: the attacker's own origin, same-origin by its own reckoning.
  const headers = {
    Host: `evil.test:${room.port}`,
    Origin: `http://evil.test:${room.port}`,
    'Sec-Fetch-Site': 'same-origin',
  }
  const handled = () => room.logs().split('"operation":"getHealth"').length
  await room.ask('/v1/setup') // its line comes after those of the tests before
  await until(() => room.logs().includes('"operation":"getSetup"'))
  const before = handled()

  expect((await room.ask('/v1/health', { headers })).status).toBe(421)
  expect((await openSocket(room, '/v1/stream', headers)).status).toBe(421)

  await room.ask('/openapi.json')
  await until(() => room.logs().includes('"operation":"openapi"'))
  expect(handled()).toBe(before)
})

test('C13 a default start listens on loopback only', () => {
  const port = room.port.toString(16).toUpperCase().padStart(4, '0')
  const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${port}`) && fields[3] === '0A')
      .map((fields) => fields[1]?.split(':')[0]),
  )
  expect(listening.length).toBeGreaterThan(0)
  for (const address of listening) {
    expect(['0100007F', '00000000000000000000000001000000']).toContain(address)
  }
})

test('C13 any other address without TLS and an owner refuses to start, with every reason', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
    const start = aRoom({ config: { host } })
    await expect(start).rejects.toThrow(ConfigProblems)
    await expect(start).rejects.toThrow(/needs TLS[\s\S]*needs an owner/)
  }
})

test('C13 TLS alone does not open a machine that nobody owns', () => {
  expect(exposureProblems({ host: '0.0.0.0', tls: true, owned: false })).toHaveLength(1)
  expect(exposureProblems({ host: '0.0.0.0', tls: false, owned: true })).toHaveLength(1)
  expect(exposureProblems({ host: '0.0.0.0', tls: true, owned: true })).toEqual([])
  for (const host of ['127.0.0.1', '127.3.2.1', '::1', 'localhost']) {
    expect(exposureProblems({ host, tls: false, owned: false })).toEqual([])
  }
})

test('C13 a port in use is named with its holder and never replaced by another', async () => {
  const start = aRoom({ config: { port: room.port } })
  await expect(start).rejects.toThrow(new RegExp(`Port ${room.port} is held by .*pid ${process.pid}.*--port`))
})

test('a second daemon on the same data folder is refused and told where the first one answers', async () => {
  const start = aRoom({ config: { dataFolder: room.config.dataFolder } })
  await expect(start).rejects.toThrow(`Tutti runs already at ${room.daemon.url}`)
  expect((await anOwner(room)).user.name).toBe('ada') // the first one goes on
})

test('C36 a start with a key of another machine is refused, and leaves nothing open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-keys-'))
  const { daemon, config } = await aRoom({ folder })
  await daemon.close()
  const vault = keyPath(config.dataFolder, 'vault')
  rmSync(vault)
  readOrCreateKey(vault, (length) => new Uint8Array(length).fill(5), true)

  await expect(aRoom({ folder })).rejects.toMatchObject({ code: 'secret.missing' })

  // The last connection that closes removes the index beside the log.
  expect(existsSync(join(config.dataFolder, 'tutti.db-shm'))).toBe(false)
  rmSync(folder, { recursive: true })
})
