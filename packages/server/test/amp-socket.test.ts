// AMP over a WebSocket: pushed until acknowledged, in order, and nothing for whoever does not say who it is.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import type { TestRoom } from './room.ts'
import { openSocket, type Opened } from './socket.ts'

let room: TestRoom
let alice: Client
let bob: Client
const { register, post, letter, pendingOf, signature } = ampClients(() => room)

beforeAll(async () => {
  room = await openMailRoom()
  alice = await register('alice')
  bob = await register('bob')
})
afterAll(() => room.close())

const say = ({ socket }: Opened, frame: object) => socket.send(JSON.stringify(frame))

async function connected(client: Client): Promise<Opened> {
  const opened = await openSocket(room, '/v1/ws')
  say(opened, { type: 'auth', token: client.apiKey })
  await opened.next(({ type }) => type === 'connected')
  return opened
}

const route = async () =>
  (await post('/v1/route', await letter(alice, bob.address), alice.apiKey)).json as { id: string }

test('what waits and what comes is pushed in order, and stays until it is acknowledged', async () => {
  const first = await route()
  const line = await connected(bob)
  const second = await route()
  await line.next(({ id }) => id === second.id)
  const pushed = line.frames.filter(({ type }) => type === 'message.new')

  expect(line.frames[0]).toMatchObject({
    type: 'connected',
    address: bob.address,
    pending_count: 1,
    data: { pending_count: 1 },
  })
  expect(pushed.map(({ id }) => id)).toEqual([first.id, second.id])
  expect(pushed[0]).toMatchObject({
    data: { id: first.id, envelope: { from: alice.address } },
    envelope: { id: first.id },
    payload: { type: 'request' },
  })
  expect((await pendingOf(bob)).count).toBe(2)

  say(line, { type: 'ack', id: first.id })
  say(line, { type: 'message.ack', data: { id: second.id } })
  await line.next(({ type, id }) => type === 'ack' && id === second.id)
  expect((await pendingOf(bob)).count).toBe(0)
  line.socket.close()
})

test('what was pushed and not acknowledged comes again on the next line, and says that it is no news', async () => {
  const { id } = await route()
  const first = await connected(bob)
  expect(await first.next((frame) => frame['id'] === id)).not.toHaveProperty('replay')
  first.socket.close()
  await first.closed

  const second = await connected(bob)
  expect(await second.next((frame) => frame['id'] === id)).toMatchObject({
    type: 'message.new',
    replay: true,
  })
  say(second, { type: 'ack', id })
  await second.next(({ type }) => type === 'ack')
  second.socket.close()
})

test('a message can be sent over it, and every refusal keeps the line', async () => {
  const line = await connected(alice)
  const payload = { type: 'request', message: 'Over the line', context: null }
  const signed = await signature(alice, { to: bob.address, subject: 'x', payload })
  const flat = {
    to: bob.address,
    subject: 'x',
    priority: 'normal',
    in_reply_to: null,
    signature: signed,
    payload,
  }
  say(line, { type: 'route', data: { ...flat, subject: 'y' } })
  await line.next(({ error }) => error === 'invalid_signature')
  line.socket.send('nonsense')
  await line.next(({ error }) => error === 'invalid_request')
  say(line, { type: 'route', data: flat })
  await line.next(({ type }) => type === 'route.result')
  say(line, { type: 'ping' })
  await line.next(({ type }) => type === 'pong')

  expect(line.frames.map(({ type }) => type)).toEqual(['connected', 'error', 'error', 'route.result', 'pong'])
  line.socket.close()
})

test('a sender learns over it that its message was read, and learns it once', async () => {
  const line = await connected(alice)
  const { id } = await route()
  await post(`/v1/messages/${id}/read`, {}, bob.apiKey)
  await post(`/v1/messages/${id}/read`, {}, bob.apiKey)
  await line.next(({ type }) => type === 'message.read')
  say(line, { type: 'ping' })
  await line.next(({ type }) => type === 'pong')

  const receipts = line.frames.filter(({ type }) => String(type).startsWith('message.'))
  expect(receipts).toEqual([{ type: 'message.read', id, data: { id, read_at: expect.any(String) } }])
  line.socket.close()
})

test('what is more than a page follows when the page was acknowledged', async () => {
  const carol = await register('carol')
  const sent = await Promise.all(
    Array.from({ length: 101 }, async () =>
      post('/v1/route', await letter(alice, carol.address), alice.apiKey),
    ),
  )
  expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]))
  const line = await connected(carol)
  const news = () => line.frames.filter(({ type }) => type === 'message.new')
  say(line, { type: 'ping' })
  await line.next(({ type }) => type === 'pong')
  expect(news()).toHaveLength(100)

  for (const { id } of news()) say(line, { type: 'ack', id })
  await line.next(() => news().length === 101)
  expect(new Set(news().map(({ id }) => id)).size).toBe(101)
  line.socket.close()
})

test('C40 a wrong key, an agent of ours and a revoked key are shown the door', async () => {
  for (const token of ['amp_live_sk_' + '0'.repeat(64), '', room.localToken]) {
    const opened = await openSocket(room, '/v1/ws')
    say(opened, { type: 'auth', token })
    expect([token.length, await opened.closed]).toEqual([token.length, 4003])
  }
  const line = await connected(alice)
  await room.ask('/v1/auth/revoke-key', {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${alice.apiKey}` },
  })
  say(line, { type: 'ping' })
  expect(await line.closed).toBe(4003)
})
