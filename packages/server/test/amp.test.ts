// AMP over the real guard, store and sockets: the conformance kit, and the attacks on signatures.
import { randomBytes } from 'node:crypto'
import { formatInstant, runConformance, webCrypto } from '@tutti/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import { bearer, callOperation, type TestRoom } from './room.ts'

let room: TestRoom
const { register, post, letter, pendingOf, signature } = ampClients(() => room)

beforeAll(async () => {
  room = await openMailRoom()
})
afterAll(() => room.close())

test('the server passes every check of the conformance kit, on each of the bases that clients use', async () => {
  for (const base of ['/v1', '/api/v1', '/api/v1/v1']) {
    const results = await runConformance(
      { baseUrl: `${room.origin}${base}`, tenant: 'team', registrationToken: null },
      {
        fetch: (url, init) => fetch(url, init),
        crypto: webCrypto(),
        random: (length) => randomBytes(length),
        wait: () => Promise.resolve(),
      },
    )
    expect(results.filter(({ complaint }) => complaint !== null)).toEqual([])
    expect(results.length).toBeGreaterThan(45)
  }
})

describe('C39 a signed message', () => {
  let alice: Client
  let bob: Client
  beforeAll(async () => {
    alice = await register('alice')
    bob = await register('bob')
  })

  test('is refused with the same id a second time, also after a restart', async () => {
    const sent = await letter(alice, bob.address)
    expect((await post('/v1/route', sent, alice.apiKey)).status).toBe(200)
    // Another body under the id, so that it is no repetition of the same request.
    const again = await post('/v1/route', { ...sent, options: {} }, alice.apiKey)
    expect([again.status, again.fault]).toEqual([409, 'duplicate_idempotency_key'])

    const { folder } = room
    await room.daemon.close()
    room = await openMailRoom({ folder })
    const later = await post('/v1/route', { ...sent, options: {} }, alice.apiKey)
    expect(later.status).toBe(409)
    expect((await pendingOf(bob)).count).toBe(1)
  })

  test('is refused under a new id with its old signature', async () => {
    const sent = await letter(alice, bob.address)
    await post('/v1/route', sent, alice.apiKey)
    const id = `msg_${Date.now()}_ffff`
    const replayed = { ...sent, envelope: { ...sent.envelope, id, thread_id: id } }
    const answer = await post('/v1/route', replayed, alice.apiKey)
    expect([answer.status, answer.fault]).toEqual([401, 'unauthorized'])
  })

  test('is refused when anything that was signed is changed, and when a field runs into its neighbour', async () => {
    const changes = [
      { subject: 'a' },
      { subject: 'a|b|normal' },
      { priority: 'urgent' },
      { in_reply_to: 'msg_1_a' },
      { to: alice.address },
      { from: bob.address },
    ]
    for (const change of changes) {
      const answer = await post('/v1/route', await letter(alice, bob.address, change), alice.apiKey)
      expect([change, [401, 403].includes(answer.status)]).toEqual([change, true])
    }
  })

  test('is refused outside its time, and past its expiry', async () => {
    const at = (ms: number) => formatInstant(room.clock.now() + ms)
    const cases = [
      [{ timestamp: at(-6 * 60_000) }, 400, 'timestamp_expired'],
      [{ timestamp: at(2 * 60_000) }, 400, 'timestamp_future'],
      [{ expires_at: at(-1000) }, 410, 'message_expired'],
    ] as const
    for (const [change, status, code] of cases) {
      const answer = await post('/v1/route', await letter(alice, bob.address, change), alice.apiKey)
      expect([answer.status, answer.fault]).toEqual([status, code])
    }
  })

  test('is refused unsigned, and with a key that came along with it', async () => {
    const unsigned = await letter(alice, bob.address, { signature: '' })
    const forged = await letter({ ...alice, sign: bob.sign }, bob.address)
    expect((await post('/v1/route', unsigned, alice.apiKey)).fault).toBe('signature_missing')
    expect((await post('/v1/route', { ...forged, sender_public_key: bob.pem }, alice.apiKey)).fault).toBe(
      'invalid_signature',
    )
  })

  test('without a signature passes from this machine only where a setting says so, and is then marked untrusted', async () => {
    const set = (unsignedLocal: boolean) =>
      callOperation(room, 'updateMailSettings', {
        input: { unsignedLocal },
        headers: bearer(room.localToken),
      })
    const payload = { type: 'request', message: 'Unsigned', context: null }
    const body = { to: bob.address, subject: 'x', priority: 'normal', in_reply_to: null, payload }
    await set(true)
    const passed = await post('/v1/route', body, alice.apiKey)
    const forged = await post(
      '/v1/route',
      await letter({ ...alice, sign: bob.sign }, bob.address),
      alice.apiKey,
    )
    await set(false)

    expect([passed.status, forged.fault]).toEqual([200, 'invalid_signature'])
    const arrived = (await pendingOf(bob)).messages.find(
      ({ id }) => id === (passed.json as { id: string }).id,
    )
    expect(arrived).toMatchObject({ trust: 'untrusted', envelope: { signature: null } })
    expect((await post('/v1/route', body, alice.apiKey)).fault).toBe('signature_missing')
  })

  test('whose payload says something else than its envelope about thread or expiry is refused', async () => {
    const payload = {
      type: 'request',
      message: 'Bound',
      context: {
        _amp: {
          nonce: '0'.repeat(32),
          created: formatInstant(room.clock.now()),
          expires: null,
          thread_id: 'msg_1_a',
        },
      },
    }
    const signed = await signature(alice, { to: bob.address, subject: 'x', payload })
    const body = {
      to: bob.address,
      subject: 'x',
      priority: 'normal',
      in_reply_to: null,
      thread_id: 'msg_2_b',
      signature: signed,
      payload,
    }
    expect((await post('/v1/route', body, alice.apiKey)).fault).toBe('invalid_signature')
  })
})
