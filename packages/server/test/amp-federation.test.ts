// AMP between two machines over loopback: keys bound to addresses, sealed envelopes, and mail that waits for a peer.
import {
  formatInstant,
  newKeyPair,
  privateKeyDer,
  providerHeaders,
  publicKey,
  publicKeyPem,
  rotationText,
  webSigner,
} from '@tutti/protocol'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client, type MailRoom } from './amp-client.ts'
import { anOwner, bearer, callOperation } from './room.ts'

let alpha: MailRoom
let beta: MailRoom
let bob: Client

const onBeta = ampClients(() => beta)
const local = (room: MailRoom) => ({ headers: bearer(room.localToken) })

async function pin(room: MailRoom, peer: { provider: string; of: MailRoom }) {
  const { key } = await peer.of.mail.signers.of('machine')
  const input = {
    provider: peer.provider,
    endpoint: `${peer.of.origin}/api/v1`,
    publicKey: publicKeyPem(key),
  }
  const answer = await callOperation(room, 'setMailPeer', { input, ...local(room) })
  expect([answer.status, answer.text]).toEqual([200, answer.text])
}

interface Sent {
  id: string
  state: string
  why: string
  attempts: number
}

async function send(to: string, text: string): Promise<Sent> {
  const answer = await callOperation(alpha, 'sendMessage', { input: { to, text }, ...local(alpha) })
  const [message] = (answer.json as { messages: Sent[] }).messages
  if (!message) throw new Error(answer.text)
  return message
}

const stateOf = async (id: string): Promise<Sent> =>
  ((await callOperation(alpha, 'getMessage', { input: { id }, ...local(alpha) })).json as { message: Sent })
    .message

beforeAll(async () => {
  alpha = await openMailRoom({ provider: 'alpha.test' })
  beta = await openMailRoom({ provider: 'beta.test' })
  await anOwner(alpha)
  bob = await onBeta.register('bob')
  await pin(alpha, { provider: 'beta.test', of: beta })
  await pin(beta, { provider: 'alpha.test', of: alpha })
})
afterAll(async () => {
  await alpha.close()
  await beta.close()
})

test('a message goes to a mailbox on another machine, where it is external and can be verified again', async () => {
  const sent = await send('bob@team.beta.test', 'Hello over there')
  expect(sent.state).toBe('queued')
  await alpha.mail.outbox.turn()

  expect(await stateOf(sent.id)).toMatchObject({ state: 'delivered' })
  const [arrived] = (await onBeta.pendingOf(bob)).messages
  expect(arrived).toMatchObject({
    id: sent.id,
    trust: 'external',
    envelope: { from: 'ada@team.alpha.test', seal: { v: 'amp-seal/1' } },
    payload: { message: 'Hello over there' },
  })
})

/** What alpha would send, with its envelope changed after it was signed and sealed; the request itself is signed anew. */
async function delivery(
  change: (envelope: Record<string, unknown>) => Record<string, unknown>,
  as = 'alpha.test',
) {
  const [arrived] = (await onBeta.pendingOf(bob)).messages
  const envelope = change({ ...arrived?.envelope })
  return handedOver(Buffer.from(JSON.stringify({ envelope, payload: arrived?.payload })), as)
}

/** A request of that provider with these bytes, signed by alpha's own key. */
async function handedOver(body: Buffer, as = 'alpha.test'): Promise<[number, string]> {
  const { sign } = await alpha.mail.signers.of('machine')
  const timestamp = String(Math.floor(Date.now() / 1000))
  const headers = await providerHeaders({ provider: as, timestamp, body }, sign)
  const answer = await beta.ask('/v1/federation/deliver', {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
  })
  return [answer.status, answer.fault]
}

test('C39 nothing that the seal covers can be changed, not even by the provider itself', async () => {
  const later = formatInstant(Date.now() + 30_000)
  const cases: [Record<string, unknown>, number, string][] = [
    [{ id: 'msg_1700000000000_ab', thread_id: 'msg_1700000000000_ab' }, 403, 'invalid_signature'],
    [{ timestamp: later }, 401, 'invalid_seal'],
    [{ reply_to: 'eve@team.alpha.test' }, 401, 'invalid_seal'],
    [{ seal: undefined }, 401, 'invalid_seal'],
    [{ priority: 'urgent' }, 403, 'invalid_signature'],
    [{ subject: 'Hello|over' }, 403, 'invalid_signature'],
  ]
  for (const [change, status, code] of cases) {
    expect([change, await delivery((envelope) => ({ ...envelope, ...change }))]).toEqual([
      change,
      [status, code],
    ])
  }
})

test('C39 the same delivery a second time is 409, and changes nothing', async () => {
  expect(await delivery((envelope) => envelope)).toEqual([409, 'duplicate_message'])
  expect((await onBeta.pendingOf(bob)).count).toBe(1)
})

test('C19 a peer that sends too much, too deep, too wide or under hostile names is refused, and nothing of it is kept', async () => {
  const [arrived] = (await onBeta.pendingOf(bob)).messages
  const envelope = { ...arrived?.envelope, id: 'msg_1700000000000_c19', thread_id: 'msg_1700000000000_c19' }
  const text = (payload: string, change: object = {}) =>
    Buffer.from(`{"envelope":${JSON.stringify({ ...envelope, ...change })},"payload":${payload}}`)
  const payload = (context: string) => `{"type":"request","message":"x","context":${context}}`
  const wide = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join()
  const cases: [string, Buffer][] = [
    ['10 MiB', text(`{"type":"request","message":"${'x'.repeat(10 * 1024 * 1024)}"}`)],
    ['10,000 levels', text(payload('['.repeat(10_000) + ']'.repeat(10_000)))],
    ['100,000 keys', text(payload(`{${wide.slice(0, 900_000)}}`.replace(/,[^,]*}$/, '}')))],
    ['__proto__', text(payload('{"__proto__":{"admin":true}}'))],
    ['a path for an id', text(payload('null'), { id: '../../x' })],
    ['a zero in an id', text(payload('null'), { id: 'msg_1_a\0' })],
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ]
  for (const [what, body] of cases) {
    const [status, code] = await handedOver(body)
    expect([what, status >= 400 && status < 500, code]).toEqual([
      what,
      true,
      expect.stringMatching(/^[a-z_]+$/),
    ])
  }
  expect((await onBeta.pendingOf(bob)).count).toBe(1)
  expect(readdirSync(beta.folder).toSorted()).toEqual(['data', 'logs', 'run', 'web'])
})

test('C16 a provider speaks for its own agents only, and a request without its key for nobody', async () => {
  expect(await delivery((envelope) => ({ ...envelope, from: 'bob@team.beta.test' }))).toEqual([
    403,
    'provider_not_trusted',
  ])
  expect(await delivery((envelope) => envelope, 'gamma.test')).toEqual([403, 'provider_not_trusted'])
  const bare = await beta.ask('/v1/federation/deliver', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-AMP-Provider': 'alpha.test',
      'X-Forwarded-From': 'alpha.test',
    },
    body: '{}',
  })
  expect([400, 403]).toContain(bare.status)
})

test('C40 a sender that changes its key is believed by its new one, and by its old one for a day more', async () => {
  const onAlpha = ampClients(() => alpha)
  const carol = await onAlpha.register('carol')
  const pair = await newKeyPair()
  const pem = publicKeyPem(publicKey(pair.publicRaw))
  const renewed = { ...carol, sign: webSigner(privateKeyDer(pair.seed)) }
  const sendAs = async (client: Client) => {
    const now = { timestamp: formatInstant(alpha.clock.now()) }
    const routed = await onAlpha.post(
      '/v1/route',
      await onAlpha.letter(client, bob.address, now),
      carol.apiKey,
    )
    await alpha.mail.outbox.turn()
    return (await stateOf((routed.json as { id: string }).id)).state
  }
  expect(await sendAs(carol)).toBe('delivered')

  const proof = Buffer.from(await carol.sign(rotationText(pem))).toString('base64')
  await onAlpha.post('/v1/auth/rotate-keys', { new_public_key: pem, proof }, carol.apiKey)

  expect([await sendAs(renewed), await sendAs(carol)]).toEqual(['delivered', 'delivered'])
})

test('mail for a peer that is away waits, and arrives once when it is back', async () => {
  const { folder, port } = beta
  await beta.daemon.close()
  const sent = await send('bob@team.beta.test', 'While you were away')
  await alpha.mail.outbox.turn()
  expect(await stateOf(sent.id)).toMatchObject({ state: 'queued', attempts: 1 })
  expect(await alpha.mail.outbox.turn()).toBe(0)

  beta = await openMailRoom({ folder, provider: 'beta.test', port })
  alpha.clock.advance(31_000)
  await alpha.mail.outbox.turn()
  expect(await stateOf(sent.id)).toMatchObject({ state: 'delivered' })
  expect((await onBeta.pendingOf(bob)).messages.filter(({ id }) => id === sent.id)).toHaveLength(1)
})

test('a machine is renamed by its settings, and its own fingerprint is what a peer compares', async () => {
  const renamed = await callOperation(beta, 'updateMailSettings', {
    input: { organization: 'acme' },
    ...local(beta),
  })
  expect(renamed.json).toMatchObject({ organization: 'acme', provider: 'beta.test' })
  const peers = (await callOperation(alpha, 'listMailPeers', local(alpha))).json
  expect(peers).toEqual([
    expect.objectContaining({ fingerprint: (renamed.json as { fingerprint: string }).fingerprint }),
  ])
  const sent = await send('bob@acme.beta.test', 'Under the new name')
  await alpha.mail.outbox.turn()
  expect((await stateOf(sent.id)).state).toBe('delivered')
  await callOperation(beta, 'updateMailSettings', { input: { organization: 'team' }, ...local(beta) })
})

test('mail that nobody can deliver is a dead letter with its reason, and can be tried again', async () => {
  const stray = await send('eve@team.unknown.test', 'Anybody?')
  const refused = await send('nobody@team.beta.test', 'Nobody?')
  await alpha.mail.outbox.turn()

  expect(await stateOf(stray.id)).toMatchObject({
    state: 'dead',
    why: expect.stringContaining('unknown.test'),
  })
  expect(await stateOf(refused.id)).toMatchObject({
    state: 'dead',
    why: expect.stringContaining('recipient_not_found'),
  })
  await callOperation(alpha, 'changeMessages', {
    input: { ids: [refused.id], action: 'retry' },
    ...local(alpha),
  })
  expect((await stateOf(refused.id)).state).toBe('queued')
})
