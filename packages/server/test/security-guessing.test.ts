// C14 and C15: how often a secret may be guessed, and how secrets are kept and compared.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fault } from '@tutti/core'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { hashOf, newSecret, sameHash } from '../src/accounts/secret.ts'
import { fullBucket, refilled, secondsUntilOne } from '../src/http/bucket.ts'
import { createLimits, RATES } from '../src/http/limits.ts'
import {
  aRoom,
  aToken,
  anOwner,
  aUser,
  bearer,
  browser,
  callOperation,
  cookieOf,
  logIn,
  PASSWORD,
  type TestRoom,
} from './room.ts'
import { openSocket } from './socket.ts'

let room: TestRoom
afterEach(() => room.close())

const WRONG = 'tutti_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

test('C14 fifty wrong tokens from loopback are 429 from the 11th, and a right one is unaffected', async () => {
  room = await aRoom({ rates: RATES })
  const owner = await anOwner(room)
  const { secret } = await aToken(room, owner, ['agent:read', 'event:read'])
  const statuses: number[] = []
  for (let i = 0; i < 50; i++) {
    // Other credentials beside the wrong one change nothing.
    const more: Record<string, string> =
      i % 3 === 0
        ? { Cookie: owner.cookie, 'X-Tutti': '1' }
        : { 'X-Forwarded-For': `10.0.0.${i}`, 'X-Api-Key': secret }
    const headers = { ...bearer(`${WRONG.slice(0, -2)}${String(i).padStart(2, '0')}`), ...more }
    statuses.push((await room.ask('/v1/agents', { headers })).status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
  expect(new Set(statuses.slice(10))).toEqual(new Set([429]))
  const right = await room.ask('/v1/agents', { headers: bearer(secret) })
  const login = await callOperation(room, 'getMe', { headers: browser(room, owner.cookie) })
  expect([right.status, login.status]).toEqual([200, 200])
})

test('C14 a refusal says when to come back, and later it is judged again', async () => {
  room = await aRoom({ rates: RATES })
  for (let i = 0; i < 11; i++) await room.ask('/v1/agents', { headers: bearer(WRONG) })
  const refused = await room.ask('/v1/agents', { headers: bearer(WRONG) })
  expect([refused.fault, Number(refused.headers['retry-after']) > 0]).toEqual([
    'auth.too-many-failures',
    true,
  ])
  room.clock.advance(7000)
  expect((await room.ask('/v1/agents', { headers: bearer(WRONG) })).status).toBe(401)
})

test('C14 wrong stream tickets and wrong cookies count like wrong tokens', async () => {
  room = await aRoom({ rates: RATES })
  for (let i = 0; i < 5; i++) {
    await openSocket(room, `/v1/stream?ticket=${'A'.repeat(43)}`)
    await room.ask('/v1/agents', { headers: { Cookie: `tutti_login=${'A'.repeat(43)}`, 'X-Tutti': '1' } })
  }
  expect((await openSocket(room, `/v1/stream?ticket=${'B'.repeat(43)}`)).status).toBe(429)
})

test('C14 wrong passwords of one account are 429 by the 11th, also when they come at once, and another account logs in', async () => {
  room = await aRoom({ rates: RATES })
  const owner = await anOwner(room)
  await aUser(room, owner, { name: 'bob', role: 'viewer' })
  const answers = await Promise.all(Array.from({ length: 15 }, () => logIn(room, 'ada', 'not the password')))
  const statuses = answers.map((answer) => answer.status).sort()
  expect(statuses).toEqual([
    ...Array.from({ length: 10 }, () => 401),
    ...Array.from({ length: 5 }, () => 429),
  ])
  expect((await logIn(room, 'ada')).status).toBe(429)
  expect((await logIn(room, 'bob')).status).toBe(200)
})

test('C14 right passwords are never too many', async () => {
  room = await aRoom({ rates: RATES })
  await anOwner(room)
  for (let i = 0; i < 12; i++) expect((await logIn(room, 'ada')).status).toBe(200)
})

test('C14 setup codes and invitations cannot be guessed faster than passwords', async () => {
  room = await aRoom({ rates: RATES })
  const statuses: number[] = []
  for (let i = 0; i < 12; i++) {
    const input = { code: 'wrong'.padEnd(43, 'x'), name: `n${i % 2}`, password: PASSWORD }
    statuses.push((await callOperation(room, 'createOwner', { input })).status)
    statuses.push(
      (await callOperation(room, 'acceptInvite', { input: { code: input.code, password: PASSWORD } })).status,
    )
  }
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(30)
  expect(statuses.at(-1)).toBe(429)
})

test('C14 a bucket never gives more than its burst and its rate allow', () => {
  const rate = { burst: 10, perSecond: 0.5 }
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 200 }), (steps) => {
      let bucket = fullBucket(rate, 0)
      let now = 0
      let given = 0
      for (const step of steps) {
        now += step
        bucket = refilled(bucket, rate, now)
        if (secondsUntilOne(bucket, rate) > 0) continue
        bucket = { ...bucket, tokens: bucket.tokens - 1 }
        given++
      }
      expect(given).toBeLessThanOrEqual(rate.burst + (now / 1000) * rate.perSecond + 1e-6)
    }),
  )
})

test('C14 many addresses together meet the limit over all of them', () => {
  const limits = createLimits({ now: () => 0, after: () => () => undefined })
  const codes = Array.from({ length: 400 }, (_, i) => {
    try {
      limits.attempt(`name n${i}`, `10.0.${i % 250}.${i % 7}`)
      return 'let in'
    } catch {
      return 'refused'
    }
  })
  expect(codes.filter((code) => code === 'let in').length).toBe(RATES.failures.burst)
  room = { close: () => Promise.resolve() } as TestRoom
})

test('C15 secrets are 256 bits and compared by a helper that takes the same time', async () => {
  const bytes: number[] = []
  const secret = newSecret((length) => {
    bytes.push(length)
    return new Uint8Array(length).fill(7)
  })
  expect(bytes).toEqual([32])
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(sameHash(hashOf(one), hashOf(other))).toBe(one === other)
    }),
  )
  expect(sameHash(hashOf('a'), new Uint8Array())).toBe(false)
  const source = readFileSync(new URL('../src/accounts/secret.ts', import.meta.url), 'utf8')
  expect(source).toContain('timingSafeEqual(one, other)')
  room = { close: () => Promise.resolve() } as TestRoom
})

test('C15 no secret stands in the data folder: token, cookie, invitation, setup code, password', async () => {
  room = await aRoom()
  const setup = room.daemon.setupUrl?.split('#setup=')[1] ?? 'missing'
  const owner = await anOwner(room)
  const { secret } = await aToken(room, owner, ['agent:read'])
  const made = await callOperation(room, 'createUser', {
    input: { name: 'bob', role: 'viewer' },
    headers: browser(room, owner.cookie),
  })
  const { invite } = made.json as { invite: string }
  const cookie = cookieOf(await logIn(room, 'ada')).split('=')[1] ?? 'missing'
  const files = readdirSync(room.config.dataFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.db|\.lock|\.key/.test(name))
    .map((name) => readFileSync(join(room.config.dataFolder, name)))
  expect(files.length).toBeGreaterThan(2)
  for (const hidden of [setup, secret, secret.slice(6), invite, cookie, PASSWORD]) {
    expect(hidden.length).toBeGreaterThan(10)
    expect(files.some((file) => file.includes(hidden))).toBe(false)
  }
})

test('C14 the addresses of one IPv6 network count together, however they are written', async () => {
  room = await aRoom()
  const limits = createLimits({ now: () => 0, after: () => () => undefined }, RATES)
  const refusals = Array.from({ length: 11 }, (_, i) =>
    limits.wrongToken(`2001:db8::${i % 2 === 0 ? '' : 'a:b:'}${i}`, fault('auth.invalid')),
  )
  expect(refusals.at(-1)?.code).toBe('auth.too-many-failures')
  expect(limits.wrongToken('2001:db8:0:1::1', fault('auth.invalid')).code).toBe('auth.invalid')
})
