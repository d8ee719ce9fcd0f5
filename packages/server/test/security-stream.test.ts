// C6 to C9 and the stream's own promises: who may open it, what it tells whom, and when it ends.
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StreamConnection } from '../src/handler.ts'
import {
  aRoom,
  aTicket,
  aToken,
  aUser,
  anOwner,
  bearer,
  browser,
  callOperation,
  logIn,
  cookieOf,
  statusOf,
  until,
  type TestRoom,
} from './room.ts'
import { openSocket, raw, upgradedSocket } from './socket.ts'

let room: TestRoom
let owner: Awaited<ReturnType<typeof anOwner>>
let token: string
const received: Buffer[] = []
const connections: StreamConnection[] = []

beforeAll(async () => {
  room = await aRoom({
    channels: {
      connect: (connection) => {
        connections.push(connection)
        return { receive: (frame) => void received.push(Buffer.from(frame)), close: () => undefined }
      },
    },
  })
  owner = await anOwner(room)
  token = (await aToken(room, owner, ['event:read', 'agent:read', 'account:self'])).secret
})
afterAll(() => room.close())

const own = () => browser(room, owner.cookie)
const ticketFor = (headers = own()) => aTicket(room, headers)
const page = (extra: Record<string, string> = {}) => ({ Origin: room.origin, Cookie: owner.cookie, ...extra })
const setPreferences = (input: Record<string, unknown>) =>
  callOperation(room, 'setPreferences', { input, headers: own() })

test('C6 an upgrade from a page of another origin is refused on every path', async () => {
  for (const path of ['/v1/stream', '/', '/v1/agents', '/nothing', '/ws']) {
    for (const Origin of ['https://evil.example', 'null', `http://127.0.0.1:${room.port}`]) {
      const ticket = await ticketFor()
      const opened = await openSocket(room, `${path}?ticket=${ticket}`, page({ Origin }))
      expect([path, Origin, opened.status]).toEqual([path, Origin, 403])
    }
  }
  const crossSite = await openSocket(
    room,
    `/v1/stream?ticket=${await ticketFor()}`,
    page({ 'Sec-Fetch-Site': 'cross-site' }),
  )
  expect(crossSite.status).toBe(403)
})

test('C6 our own page opens it with its ticket; an unknown path is 404 and the socket closed', async () => {
  const opened = await openSocket(room, `/v1/stream?ticket=${await ticketFor()}`, page())
  expect(opened.status).toBe(101)
  expect(await opened.next((frame) => 'hello' in frame)).toMatchObject({ hello: { version: '0.0.0-test' } })
  opened.socket.terminate()

  const answer = await raw(
    room.port,
    `GET /v1/nothing HTTP/1.1\r\nHost: ${room.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  expect(statusOf(answer)).toBe(404)
})

test('C7 without a ticket or a token there is no stream, and a cookie alone is neither', async () => {
  expect((await openSocket(room, '/v1/stream')).status).toBe(401)
  expect((await openSocket(room, '/v1/stream', page())).status).toBe(401)
  expect((await openSocket(room, '/v1/stream', { Authorization: 'Bearer nonsense' })).status).toBe(401)
  const program = await openSocket(room, '/v1/stream', bearer(token))
  expect(program.status).toBe(101)
  program.socket.terminate()
})

test('C7 a token without the scope opens nothing', async () => {
  const narrow = await aToken(room, owner, ['agent:read'])
  expect((await openSocket(room, '/v1/stream', bearer(narrow.secret))).status).toBe(403)
})

test('C8 a ticket works once', async () => {
  const ticket = await ticketFor()
  const first = await openSocket(room, `/v1/stream?ticket=${ticket}`, page())
  const second = await openSocket(room, `/v1/stream?ticket=${ticket}`, page())
  expect([first.status, second.status]).toEqual([101, 401])
  first.socket.terminate()
})

test('C8 a ticket is void after 30 s', async () => {
  const ticket = await ticketFor()
  room.clock.advance(31_000)
  expect((await openSocket(room, `/v1/stream?ticket=${ticket}`, page())).status).toBe(401)
})

test('C8 a ticket of another user, another login or none is refused with 403', async () => {
  const bob = await aUser(room, owner, { name: 'bob', role: 'operator' })
  const again = cookieOf(await logIn(room, 'ada'))
  for (const Cookie of [bob.cookie, again, '']) {
    const ticket = await ticketFor()
    const opened = await openSocket(room, `/v1/stream?ticket=${ticket}`, {
      Origin: room.origin,
      ...(Cookie && { Cookie }),
    })
    expect([Cookie, opened.status]).toEqual([Cookie, 403])
    // It is used up all the same.
    expect((await openSocket(room, `/v1/stream?ticket=${ticket}`, page())).status).toBe(401)
  }
})

test('C8 a ticket of a login that has ended opens nothing', async () => {
  const cookie = cookieOf(await logIn(room, 'ada'))
  const ticket = await ticketFor(browser(room, cookie))
  await callOperation(room, 'logout', { headers: browser(room, cookie) })
  const opened = await openSocket(room, `/v1/stream?ticket=${ticket}`, {
    Origin: room.origin,
    Cookie: cookie,
  })
  expect([401, 403]).toContain(opened.status)
})

test('C9 neither ticket, token, cookie nor password stands in the logs', async () => {
  const ticket = await ticketFor()
  const opened = await openSocket(room, `/v1/stream?ticket=${ticket}`, page())
  opened.socket.terminate()
  await openSocket(room, `/v1/stream?ticket=${ticket}`, page())
  await room.ask(`/v1/agents?token=${token}`, { headers: bearer(token) })
  await room.ask(`/${token}/${ticket}`)
  await openSocket(room, `/${token}?ticket=${ticket}`, page())
  await room.ask('/v1/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"name":"ada","password":"correct horse battery"',
  })
  await room.ask('/v1/status', { headers: bearer(room.localToken) })
  await until(() => room.logs().includes('"operation":"getStatus"'))
  for (const secret of [
    ticket,
    token,
    owner.cookie.split('=')[1] ?? '',
    room.localToken,
    'correct horse battery',
  ]) {
    expect(room.logs().includes(secret)).toBe(false)
  }
})

test('C9 no answer sends a Referer on', async () => {
  expect((await room.ask('/')).headers['referrer-policy']).toBe('no-referrer')
})

test('an event reaches every listener once, in order, and habits only their owner', async () => {
  const bob = await aUser(room, owner, { name: 'carl', role: 'viewer' })
  const mine = await openSocket(room, '/v1/stream', bearer(token))
  const bobTicket = await aTicket(room, browser(room, bob.cookie))
  const his = await openSocket(room, `/v1/stream?ticket=${bobTicket}`, {
    Origin: room.origin,
    Cookie: bob.cookie,
  })
  await setPreferences({ theme: 'dark' })
  await callOperation(room, 'setPreferences', {
    input: { theme: 'light' },
    headers: browser(room, bob.cookie),
  })

  expect(await mine.next(isEvent('preferences.changed'))).toMatchObject({
    event: { data: { preferences: { theme: 'dark' } } },
  })
  expect(await his.next(isEvent('preferences.changed'))).toMatchObject({
    event: { data: { preferences: { theme: 'light' } } },
  })
  expect(mine.frames.filter(isEvent('preferences.changed'))).toHaveLength(1)
  expect(his.frames.filter(isEvent('preferences.changed'))).toHaveLength(1)
  mine.socket.terminate()
  his.socket.terminate()
})

test('a viewer is not told of users, logins and tokens', async () => {
  const viewer = await aUser(room, owner, { name: 'vera', role: 'viewer' })
  const ticket = await aTicket(room, browser(room, viewer.cookie))
  const opened = await openSocket(room, `/v1/stream?ticket=${ticket}`, {
    Origin: room.origin,
    Cookie: viewer.cookie,
  })
  await aToken(room, owner, ['agent:read'])
  await callOperation(room, 'setPreferences', {
    input: { theme: 'light' },
    headers: browser(room, viewer.cookie),
  })
  await opened.next(isEvent('preferences.changed'))
  expect(opened.frames.some(isEvent('token.created'))).toBe(false)
  opened.socket.terminate()
})

test('a listener that comes back with since gets what it missed, and beyond the log it is told to start anew', async () => {
  const first = await openSocket(room, '/v1/stream', bearer(token))
  const { seq } = (await first.next((frame) => 'hello' in frame))['hello'] as { seq: number }
  first.socket.terminate()
  for (const theme of ['dark', 'light', 'system']) await setPreferences({ theme })

  const back = await openSocket(room, `/v1/stream?since=${seq}`, bearer(token))
  await back.next((frame) => eventOf(frame)?.data?.preferences?.theme === 'system')
  const seqs = back.frames.flatMap((frame) => eventOf(frame)?.seq ?? [])
  expect(seqs).toEqual([seq + 1, seq + 2, seq + 3])
  back.socket.terminate()

  const ahead = await openSocket(room, `/v1/stream?since=${seq + 1000}`, bearer(token))
  expect(await ahead.next((frame) => 'reset' in frame)).toBeDefined()
  ahead.socket.terminate()
  expect((await openSocket(room, '/v1/stream?since=abc', bearer(token))).status).toBe(422)
})

test('C8 a stream closes at once when its token is revoked, its login ends or its user is locked', async () => {
  const temporary = await aToken(room, owner, ['event:read'])
  const program = await openSocket(room, '/v1/stream', bearer(temporary.secret))
  await callOperation(room, 'revokeToken', { input: { id: temporary.id }, headers: own() })
  expect(await program.closed).toBe(4401)

  const dora = await aUser(room, owner, { name: 'dora', role: 'operator' })
  const open = async (cookie: string) => {
    const ticket = await aTicket(room, browser(room, cookie))
    return openSocket(room, `/v1/stream?ticket=${ticket}`, { Origin: room.origin, Cookie: cookie })
  }
  const browser1 = await open(dora.cookie)
  await callOperation(room, 'logout', { headers: browser(room, dora.cookie) })
  expect(await browser1.closed).toBe(4401)

  const again = cookieOf(await logIn(room, 'dora'))
  const browser2 = await open(again)
  const change = (fields: Record<string, unknown>, version: number) =>
    callOperation(room, 'updateUser', {
      input: { id: dora.user.id, ...fields },
      headers: { ...own(), 'If-Match': `"${version}"` },
    })
  expect((await change({ role: 'viewer' }, 1)).fault).toBe('version.stale')
  const me = (await callOperation(room, 'getMe', { headers: browser(room, again) })).json as {
    user: { version: number }
  }
  expect((await change({ role: 'viewer' }, me.user.version)).status).toBe(200)
  expect(await browser2.closed).toBe(4409)

  const browser3 = await open(again)
  expect((await change({ disabled: true }, me.user.version + 1)).status).toBe(200)
  expect(await browser3.closed).toBe(4401)
  expect((await callOperation(room, 'getMe', { headers: browser(room, again) })).status).toBe(401)
})

test('binary frames go to the terminals, text frames are refused', async () => {
  const opened = await openSocket(room, '/v1/stream', bearer(token))
  opened.socket.send(Buffer.from([1, 2, 3]))
  await until(() => received.some((frame) => frame.equals(Buffer.from([1, 2, 3]))))
  expect(connections.at(-1)?.may('terminal:write')).toBe(false)
  expect(connections.at(-1)?.may('agent:read')).toBe(true)
  opened.socket.send('hello')
  expect(await opened.closed).toBe(1003)
})

test('a frame beyond the limit ends its connection and nothing else', async () => {
  const opened = await openSocket(room, '/v1/stream', bearer(token))
  opened.socket.send(Buffer.alloc(1_300_000))
  expect(await opened.closed).toBe(1009)
  expect((await room.ask('/v1/health')).status).toBe(200)
})

test('a reader that never reads is closed before much piles up', async () => {
  const socket = await deafClient()
  const before = (await status()).streams
  const big = {
    keys: Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`key-${i}-${'x'.repeat(40)}`, 'y'.repeat(60)]),
    ),
  }
  let events = 0
  while (events < 400 && (await status()).streams >= before) {
    await setPreferences(big)
    events++
  }
  expect((await status()).streams).toBeLessThan(before)
  // What the kernel's own buffers take on loopback, and 1 MB of ours.
  expect(events * Buffer.byteLength(JSON.stringify(big))).toBeLessThan(16 * 1024 * 1024)
  socket.destroy()
})

type Frame = Record<string, unknown>
interface SeenEvent {
  seq: number
  type: string
  data?: { preferences?: { theme?: string } }
}
const eventOf = (frame: Frame): SeenEvent | undefined => frame['event'] as SeenEvent | undefined
const isEvent = (type: string) => (frame: Frame) => eventOf(frame)?.type === type

const status = async () =>
  (await room.ask('/v1/status', { headers: bearer(room.localToken) })).json as { streams: number }

async function deafClient(): Promise<Socket> {
  const socket = await upgradedSocket(room, token)
  socket.pause()
  return socket
}
