// AMP: who is closed for a while, how much a program may send, and pages and files as their clients ask for them.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES_PER_MINUTE } from '../src/amp/pace.ts'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import { anOwner, aToken, bearer, browser, callOperation, JSON_TYPE, type TestRoom } from './room.ts'

let room: TestRoom
let ada: Awaited<ReturnType<typeof anOwner>>
let [alice, bob]: Client[] = []
const { register, post, get, letter, letterOf, pendingOf } = ampClients(() => room)

const known = (client: Client | undefined): Client => {
  if (!client) throw new Error('registered at the start')
  return client
}
const send = async (from: Client | undefined, to: Client | undefined) =>
  post('/v1/route', await letter(known(from), known(to).address), known(from).apiKey)
const operate = (
  name: 'listSuspensions' | 'suspendMailbox' | 'unsuspendMailbox',
  input: Record<string, unknown>,
) => callOperation(room, name, { input, headers: browser(room, ada.cookie) })

beforeAll(async () => {
  room = await openMailRoom()
  ada = await anOwner(room)
  ;[alice, bob] = [await register('alice'), await register('bob')]
})
afterAll(() => room.close())

describe('a suspended mailbox', () => {
  test('takes and gives nothing, in the words of AMP, until it is opened again', async () => {
    expect((await send(alice, bob)).status).toBe(200)
    expect((await operate('suspendMailbox', { id: 'bob', why: 'loops' })).status).toBe(200)
    expect((await operate('listSuspensions', {})).json).toMatchObject([{ why: 'loops' }])

    const refused = await send(alice, bob)
    expect([refused.status, refused.fault]).toEqual([403, 'recipient_suspended'])
    const own = await send(bob, alice)
    expect([own.status, own.fault]).toEqual([403, 'agent_suspended'])
    expect((await get('/v1/messages/pending', known(bob).apiKey)).fault).toBe('agent_suspended')
    const written = await callOperation(room, 'sendMessage', {
      input: { to: 'bob', text: 'Hello' },
      headers: browser(room, ada.cookie),
    })
    expect([written.status, written.fault]).toEqual([403, 'mailbox.suspended'])

    expect((await operate('unsuspendMailbox', { id: known(bob).address })).json).toEqual([])
    expect((await send(bob, alice)).status).toBe(200)
    expect((await pendingOf(known(bob))).count).toBe(1)
  })

  test('is closed under the path of AMP by whoever may judge mail, and never one of a person', async () => {
    const { secret } = await aToken(room, ada, ['message:judge'])
    const ask = (path: string, token: string) =>
      room.ask(path, { method: 'POST', headers: { ...JSON_TYPE, ...bearer(token) }, body: '{}' })
    expect((await ask('/api/v1/agents/alice/suspend', secret)).status).toBe(200)
    expect((await ask('/api/v1/agents/alice/unsuspend', secret)).json).toEqual([])
    expect((await ask('/api/v1/agents/ada/suspend', secret)).fault).toBe('mailbox.unknown')
    expect((await ask('/api/v1/agents/alice/suspend', known(bob).apiKey)).status).toBe(403)
  })
})

test('a program is told how many messages it may send, and more are refused until the minute is over', async () => {
  const loop = await register('loop')
  const first = await send(loop, bob)
  const left = Number(first.headers['x-ratelimit-remaining'])
  expect([first.headers['x-ratelimit-limit'], left]).toEqual([
    String(ROUTES_PER_MINUTE),
    ROUTES_PER_MINUTE - 1,
  ])
  expect(Number(first.headers['x-ratelimit-reset']) * 1000).toBeGreaterThan(room.clock.now())

  // What is refused counts as well: whoever guesses has the same limit.
  for (let n = 0; n < left; n++) await post('/v1/route', {}, loop.apiKey)
  const over = await send(loop, bob)
  expect([over.status, over.fault]).toEqual([429, 'rate_limited'])
  expect(Number(over.headers['retry-after'])).toBeGreaterThan(0)
  room.clock.advance(61_000)
  expect((await send(loop, bob)).status).toBe(200)
})

test('a queue is read page by page with the cursor of each page, and nonsense is none', async () => {
  const [from, to] = [await register('many-from'), await register('many-to')]
  for (let n = 0; n < 5; n++) await send(from, to)
  const page = async (after: string) =>
    (await get(`/v1/messages/pending?limit=2${after}`, to.apiKey)).json as {
      messages: { id: string }[]
      next_cursor: string | null
    }
  const ids: string[] = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null && pages < 5; pages++) {
    const { messages, next_cursor: next } = await page(cursor)
    ids.push(...messages.map(({ id }) => id))
    cursor = next === null ? null : `&after=${next}`
  }
  expect(new Set(ids).size).toBe(5)
  expect((await get('/v1/messages/pending?after=../x', to.apiKey)).fault).toBe('invalid_field')
  expect((await get('/api/messages?agent=x&action=unread-count', to.apiKey)).json).toEqual({ count: 5 })
})

test('a queue is read in the order of arrival from behind a number, and each message carries its own', async () => {
  const [from, to] = [await register('num-from'), await register('num-to')]
  const sent: unknown[] = []
  for (const priority of ['low', 'urgent', 'normal'] as const) {
    const { json } = await post('/v1/route', await letterOf(priority)(from, to.address), from.apiKey)
    sent.push((json as { id: string }).id)
  }
  const page = async (query: string) =>
    (await get(`/v1/messages/pending?${query}`, to.apiKey)).json as {
      messages: { id: string; seq: number; envelope: { seq: number } }[]
      count: number
      remaining: number
      last_seq: number
    }

  const first = await page('since_seq=0&limit=2')
  expect(first.messages.map(({ id }) => id)).toEqual(sent.slice(0, 2))
  expect(first).toMatchObject({ count: 2, remaining: 1, last_seq: first.messages[1]?.seq })
  for (const { seq, envelope } of first.messages) expect(envelope.seq).toBe(seq)

  const second = await page(`since_seq=${first.last_seq}`)
  expect(second.messages.map(({ id }) => id)).toEqual(sent.slice(2))
  const none = await page(`since_seq=${second.last_seq}`)
  expect(none).toEqual({ messages: [], count: 0, remaining: 0, last_seq: second.last_seq })

  for (const query of ['since_seq=1&after=1.1', 'since_seq=-1', 'since_seq=x'])
    expect((await get(`/v1/messages/pending?${query}`, to.apiKey)).status).toBeGreaterThanOrEqual(400)
})

test('agents are listed page by page, one is found in short, and a taken name comes with free ones', async () => {
  const key = known(alice).apiKey
  const page = async (after: string) =>
    (await get(`/api/v1/agents?limit=2${after}`, key)).json as {
      agents: { alias: string }[]
      cursor: string | null
      total: number
    }
  const first = await page('')
  const second = await page(`&cursor=${first.cursor}`)
  expect(new Set([...first.agents, ...second.agents].map(({ alias }) => alias)).size).toBe(4)
  const found = await get(`/api/v1/agents/${known(bob).address}`, key)
  expect(found.json).toMatchObject({ address: known(bob).address })
  expect((await get('/api/v1/agents/me', key)).json).toMatchObject({ local_name: 'alice' })

  const taken = await post('/v1/register', { name: 'bob', public_key: known(alice).pem })
  expect(taken.json).toMatchObject({ suggestions: ['bob-2', 'bob-3', 'bob-bot'] })
  const health = (await room.ask('/api/v1/health')).json
  expect(health).toMatchObject({ status: 'healthy', agents_online: null, uptime_seconds: expect.any(Number) })
})

test('C40 a file is given to its owner by its key, without the right in its address, and to nobody else', async () => {
  const content = Buffer.from('All green\n')
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  const key = known(alice).apiKey
  const announced = await post(
    '/v1/attachments/upload',
    { filename: 'a.txt', content_type: 'text/plain', size: content.length, digest },
    key,
  )
  const { attachment_id: id, upload_url: url } = announced.json as Record<
    'attachment_id' | 'upload_url',
    string
  >
  const { pathname, search } = new URL(url)
  await room.ask(`${pathname}${search}`, { method: 'PUT', body: content })

  const path = `/api/v1/attachments/${id}/download`
  expect((await get(path, key)).text).toBe('All green\n')
  expect((await get(path, known(bob).apiKey)).status).toBe(404)
  expect((await room.ask(path)).status).toBe(404)
  expect((await get(`${path}?token=x`, key)).status).toBe(404)
})

test('a monitor with the right to ask reads how much mail waits and failed, and nobody else does', async () => {
  const { secret } = await aToken(room, ada, ['system:read'])
  const before = unreadIn((await room.ask('/api/v1/metrics', { headers: bearer(secret) })).text)
  await send(alice, bob)
  const { status, headers, text } = await room.ask('/v1/metrics', { headers: bearer(secret) })

  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(unreadIn(text)).toBe(before + 1)
  for (const line of text.trim().split('\n'))
    expect(line).toMatch(
      /^(?:# (?:HELP|TYPE) tutti_mail_\w+ .+|tutti_mail_\w+(?:\{state="[a-z]+"\})? [\d.]+)$/,
    )
  expect((await room.ask('/v1/metrics', { headers: bearer(known(bob).apiKey) })).status).toBe(403)
})

const unreadIn = (text: string): number => Number(/^tutti_mail_unread_messages (\d+)$/m.exec(text)?.[1])

test('an operator asks how doubtful the mail of a sender was, by name or address, and nobody else does', async () => {
  const asked = await callOperation(room, 'getMailRisk', {
    input: { id: 'alice' },
    headers: browser(room, ada.cookie),
  })
  expect(asked.json).toMatchObject({ address: known(alice).address, blocked: 0, risk: 0, level: 'low' })
  const { total } = asked.json as { total: number }
  expect(total).toBeGreaterThan(0)
  const short = await room.ask('/api/v1/agents/alice/risk', { headers: browser(room, ada.cookie) })
  expect(short.json).toEqual(asked.json)
  expect((await get('/api/v1/agents/alice/risk', known(bob).apiKey)).status).toBe(403)
})

test('what clients look up besides is answered: who this is, who is there, a card, a count, a new API key', async () => {
  const found = await room.ask('/.well-known/agent-messaging.json')
  expect(found.json).toMatchObject({
    version: 'AMP1',
    endpoint: `${room.origin}/api/v1`,
    default_tenant: 'team',
    fingerprint: expect.stringMatching(/^SHA256:/),
    contact: null,
  })
  const { 'access-control-allow-origin': origin, 'cache-control': kept } = found.headers
  expect([origin, kept]).toEqual(['*', 'public, max-age=3600'])
  expect((await room.ask('/api/organization')).json).toEqual({ organization: 'team' })
  expect((await room.ask('/api/agents/by-name/alice')).json).toMatchObject({
    exists: true,
    agent: { name: 'alice' },
  })
  expect((await room.ask('/api/agents/by-name/nobody')).json).toEqual({ exists: false, agent: null })
  expect((await post('/api/agents/x/amp/addresses', { address: 'a@b.c' })).status).toBe(200)

  const one = await register('looked-up')
  expect((await get('/v1/agents/me/card', one.apiKey)).json).toMatchObject({
    address: one.address,
    provider_asserted: true,
    signature: null,
  })
  await send(alice, one)
  const count = (await get('/v1/messages/pending/count', one.apiKey)).json
  expect(count).toMatchObject({ count: 1, oldest_queued_at: expect.any(String) })
  const turned = (await post('/v1/auth/rotate-key', {}, one.apiKey)).json as { api_key: string }
  expect(turned).toMatchObject({ expires_at: null, previous_key_valid_until: expect.any(String) })
  for (const key of [one.apiKey, turned.api_key])
    expect((await pendingOf({ ...one, apiKey: key })).count).toBe(1)
})
