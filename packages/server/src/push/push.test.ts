// Notifications: sealed as the standard's own example is, sent to whoever wants them, and never into a private network (C38).
import { createECDH, createPublicKey, verify } from 'node:crypto'
import type { Preferences, UserId } from '@tutti/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aContext, codeOf, testVault, until } from '../agents/test-support.ts'
import { quietLog } from '../db/test-support.ts'
import { anApproval, ALLOW, useOversight } from '../kits/test-kit.ts'
import { sealed } from './encryption.ts'
import { addressProblem, isPublicAddress, postOutbound, type Outgoing } from './outbound.ts'
import { createPush } from './push.ts'
import { newVapidKey, openVapid } from './vapid.ts'

const t = useOversight()
const bytes = (text: string) => Buffer.from(text, 'base64url')

test('a message is sealed as in the example of RFC 8291, appendix A', () => {
  const own = createECDH('prime256v1')
  own.setPrivateKey(bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'))
  const body = sealed(
    Buffer.from('When I grow up, I want to be a watermelon'),
    {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
    { own, salt: bytes('DGv6ra1nlYgDCS1FRnbzlw') },
  )
  expect(body.toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

test('the word that we go by is signed by the key that the browser knows, for that service and not for ever', () => {
  const { publicKey, authorization } = openVapid(newVapidKey())
  const [, token = '', key] =
    /^vapid t=([^,]+), k=(.+)$/.exec(authorization('https://push.example', 5_000)) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = bytes(publicKey)
  const coordinates = {
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const jwk = createPublicKey({ key: { kty: 'EC', crv: 'P-256', ...coordinates }, format: 'jwk' })
  const verifier = { key: jwk, dsaEncoding: 'ieee-p1363' } as const
  expect(key).toBe(publicKey)
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), verifier, bytes(signature))).toBe(true)
  expect(JSON.parse(bytes(claims).toString())).toMatchObject({
    aud: 'https://push.example',
    exp: 5 + 12 * 3600,
  })
})

describe('C38 an address for notifications', () => {
  test.each([
    'http://push.example/x',
    'https://localhost/x',
    'https://intranet/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://user:secret@push.example/x',
    'file:///etc/passwd',
  ])('%s is refused', (address) => {
    expect(addressProblem(address)).not.toBeNull()
  })

  test('of the open internet is taken', () => {
    expect(addressProblem('https://fcm.googleapis.com/fcm/send/abc')).toBeNull()
    expect(addressProblem('https://updates.push.services.mozilla.com/wpush/v2/abc')).toBeNull()
  })

  test('that is no address of the internet is never public', () => {
    const octet = fc.nat(255)
    fc.assert(
      fc.property(octet, octet, octet, (a, b, c) => {
        for (const address of [
          `10.${a}.${b}.${c}`,
          `127.${a}.${b}.${c}`,
          `192.168.${a}.${b}`,
          `::ffff:10.${a}.${b}.${c}`,
        ])
          expect([address, isPublicAddress(address)]).toEqual([address, false])
      }),
    )
    expect(isPublicAddress('not an address')).toBe(false)
  })

  test('is judged again by what its name leads to', async () => {
    const outgoing = { url: 'https://localhost.localdomain.invalid/x', headers: {}, body: new Uint8Array() }
    await expect(postOutbound(outgoing)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN|private network/)
  })
})

/** A browser with its own keys, and what was sent to it. */
async function aBrowser(wishes: Pick<Preferences, 'muted' | 'quiet'> | null = {}, status = 201) {
  const { id } = await t.running('api')
  const user: UserId = 'usr_0000000000000000000000'
  await t.store().commit({
    by: { actor: 'system', address: '', act: 'test', audited: false },
    subject: user,
    statements: [
      {
        sql: `INSERT INTO users (id, name, role, created_at, version) VALUES (?, 'ada', 'owner', 0, 1)`,
        values: [user],
      },
    ],
  })
  const sent: Outgoing[] = []
  const push = createPush({
    store: t.store(),
    clock: { now: t.now, after: (ms, run) => t.after(ms, run) },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: quietLog,
    vault: {
      seal: testVault.seal,
      open: (...given) => new Uint8Array(testVault.open(...given)),
    },
    post: (outgoing) => {
      sent.push(outgoing)
      return Promise.resolve(status)
    },
    agent: () => t.get(id),
    item: (item) => t.item(item),
    wishes: () => wishes,
  })
  const browser = createECDH('prime256v1')
  const context = { ...aContext(), actor: { ...aContext().actor, userId: user } }
  const { key } = await push.handlers.getPushKey({}, context)
  const subscribed = await push.handlers.subscribePush(
    {
      endpoint: 'https://push.example.com/1',
      keys: { p256dh: browser.generateKeys('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') },
    },
    context,
  )
  return { id, push, sent, context, key, subscribed }
}

describe('a notification', () => {
  test('is sent for what still waits a moment later, once, with the word that we go by', async () => {
    const { id, sent, key, push } = await aBrowser()
    t.asks(id, anApproval('npm test'))
    await t.open(1)
    expect(sent).toEqual([])
    t.move(5000)
    await until(() => sent.length === 1)
    expect(sent[0]).toMatchObject({
      url: 'https://push.example.com/1',
      headers: { 'Content-Encoding': 'aes128gcm' },
    })
    expect(sent[0]?.headers['Authorization']).toContain(`k=${key}`)
    push.close()
  })

  test('is not sent for what was answered at once', async () => {
    const { id, sent, push } = await aBrowser()
    t.asks(id, anApproval('npm test'))
    const [item] = await t.open(1)
    if (item) await t.do.answerAttention({ id: item.id, version: item.version, answer: ALLOW }, aContext())
    t.move(60_000)
    expect(sent).toEqual([])
    push.close()
  })

  test('is not sent to who has muted the agent, in quiet hours, or may not see the queue', async () => {
    const quiet = { from: '00:00', to: '23:59', zone: 'UTC' }
    const wishes: Pick<Preferences, 'muted' | 'quiet'>[] = [{ quiet }]
    const { id, sent, push } = await aBrowser(wishes[0] ?? null)
    t.asks(id, anApproval('npm test'))
    await t.open(1)
    t.move(5000)
    expect(sent).toEqual([])
    push.close()
  })

  test('to a browser that is gone is the last', async () => {
    const { id, sent, push, context, subscribed } = await aBrowser({}, 410)
    t.asks(id, anApproval('npm test'))
    await t.open(1)
    t.move(5000)
    await until(() => sent.length === 1)
    await until(() => t.store().all('SELECT id FROM push_subscriptions').length === 0)
    expect(await codeOf(push.handlers.unsubscribePush(subscribed, context))).toBe('push.unknown')
    push.close()
  })
})
