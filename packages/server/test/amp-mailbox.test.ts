// AMP: who may have which name and key, what waits for whom, and files.
import { createHash } from 'node:crypto'
import {
  formatInstant,
  newKeyPair,
  privateKeyDer,
  publicKey,
  publicKeyPem,
  rotationText,
  webSigner,
} from '@tutti/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import { anOwner, aToken, bearer, JSON_TYPE, type Answer, type TestRoom } from './room.ts'

let room: TestRoom
const { register, post, get, letter, pendingOf, signature } = ampClients(() => room)

beforeAll(async () => {
  room = await openMailRoom()
})
afterAll(() => room.close())

describe('registration', () => {
  test('a name or a key that somebody has is never given to another, nor the name of somebody who left', async () => {
    const carol = await register('carol')
    const again = await post('/v1/register', { name: 'carol', public_key: carol.pem })
    expect([again.status, again.fault]).toEqual([409, 'name_taken'])
    expect((await post('/v1/register', { name: 'carol-2', public_key: carol.pem })).fault).toBe(
      'key_already_registered',
    )
    const owned = await post('/v1/register', { name: 'carol', public_key: carol.pem }, carol.apiKey)
    expect(owned.status).toBe(201)
    expect((await get('/v1/agents/me', carol.apiKey)).status).toBe(401)

    const { api_key: apiKey } = owned.json as { api_key: string }
    const gone = await room.ask('/v1/agents/me', { method: 'DELETE', headers: bearer(apiKey) })
    expect(gone.status).toBe(200)
    expect((await get('/v1/agents/me', apiKey)).status).toBe(401)
    const pair = await newKeyPair()
    const heir = await post('/v1/register', {
      name: 'carol',
      public_key: publicKeyPem(publicKey(pair.publicRaw)),
    })
    expect(heir.fault).toBe('name_taken')
  })

  test('its name for people and its webhook can be changed and taken back, and nothing else of it', async () => {
    const judy = await register('judy')
    const change = (body: unknown) =>
      room.ask('/api/v1/agents/me', {
        method: 'PATCH',
        headers: { ...JSON_TYPE, ...bearer(judy.apiKey) },
        body: JSON.stringify(body),
      })
    const me = async () => (await get('/v1/agents/me', judy.apiKey)).json as Record<string, unknown>
    const hook = { webhook_url: 'https://hooks.example/in', webhook_secret: 'whsec_0123456789abcdef' }

    const answer = await change({ alias: 'Judy the builder', delivery: hook, name: 'root', tenant: 'other' })
    expect(answer.json).toMatchObject({ updated: true, address: judy.address, alias: 'Judy the builder' })
    expect(await me()).toMatchObject({ alias: 'Judy the builder', address: judy.address })
    expect((await change({ alias: null, delivery: null })).json).toMatchObject({ alias: null })
    expect(await me()).toMatchObject({ alias: null })
    for (const wrong of [
      { delivery: { ...hook, webhook_url: 'file:///etc/passwd' } },
      { alias: 'a\nb' },
      [],
    ]) {
      expect([wrong, (await change(wrong)).status]).toEqual([wrong, 400])
    }
  })

  test('the token of a user counts also as shell clients demand it, with uk_ before it, and a made-up one does not', async () => {
    const shown = async (token: string) => (await room.ask('/v1/agents', { headers: bearer(token) })).status
    const token = (await aToken(room, await anOwner(room), ['agent:read'])).secret
    expect([await shown(token), await shown(`uk_${token}`), await shown(`uk_uk_${token}`)]).toEqual([
      200, 200, 401,
    ])
    expect(await shown(`uk_${Buffer.from('owner:team').toString('base64url')}_0123456789`)).toBe(401)
  })

  test('C40 after a rotation the old key signs for a day and no longer, and an API key ends at once when it is revoked', async () => {
    const dave = await register('dave')
    const erin = await register('erin')
    const pair = await newKeyPair()
    const next = publicKey(pair.publicRaw)
    const pem = publicKeyPem(next)
    const proof = Buffer.from(await dave.sign(rotationText(pem))).toString('base64')
    const wrong = Buffer.from(await erin.sign(rotationText(pem))).toString('base64')
    expect((await post('/auth/rotate-keys', { new_public_key: pem, proof: wrong }, dave.apiKey)).fault).toBe(
      'invalid_proof',
    )
    expect((await post('/auth/rotate-keys', { new_public_key: pem, proof }, dave.apiKey)).status).toBe(200)

    const renewed = { ...dave, sign: webSigner(privateKeyDer(pair.seed)) }
    expect((await post('/v1/route', await letter(dave, erin.address), dave.apiKey)).status).toBe(200)
    expect((await post('/v1/route', await letter(renewed, erin.address), dave.apiKey)).status).toBe(200)
    room.clock.advance(25 * 3600 * 1000)
    const late = { timestamp: formatInstant(room.clock.now()) }
    expect((await post('/v1/route', await letter(dave, erin.address, late), dave.apiKey)).fault).toBe(
      'key_revoked',
    )
    expect((await post('/v1/route', await letter(renewed, erin.address, late), dave.apiKey)).status).toBe(200)

    await room.ask('/v1/auth/revoke-key', { method: 'DELETE', headers: bearer(dave.apiKey) })
    expect((await post('/v1/route', await letter(renewed, erin.address, late), dave.apiKey)).status).toBe(401)
  })
})

describe('C19 C20 the queue', () => {
  test('shows and gives nothing of another mailbox, whatever is asked', async () => {
    const frank = await register('frank')
    const grace = await register('grace')
    const { json } = await post('/v1/route', await letter(frank, grace.address), frank.apiKey)
    const { id } = json as { id: string }
    for (const hostile of ['..%2f..%2fx', 'msg_1_a%00', '%2e%2e', 'msg_1_%F0%9F%98%80']) {
      const answers = [
        await room.ask(`/v1/messages/pending/${hostile}`, {
          method: 'DELETE',
          headers: bearer(grace.apiKey),
        }),
        await room.ask(`/v1/messages/pending?id=${hostile}`, {
          method: 'DELETE',
          headers: bearer(grace.apiKey),
        }),
        await post(`/v1/messages/${hostile}/read`, {}, grace.apiKey),
      ]
      for (const { status } of answers) expect([400, 404]).toContain(status)
    }
    expect((await post(`/v1/messages/${id}/read`, {}, frank.apiKey)).status).toBe(404)
    expect((await post('/v1/messages/pending/ack', { ids: [id] }, frank.apiKey)).json).toEqual({
      acknowledged: 0,
    })
    expect((await pendingOf(grace)).messages.map((one) => one.id)).toEqual([id])
    expect((await post(`/api/v1/v1/inbox/${id}/ack`, {}, grace.apiKey)).json).toEqual({ acknowledged: true })
    expect((await post(`/v1/inbox/${id}/ack`, {}, grace.apiKey)).json).toEqual({
      acknowledged: true,
      already_acked: true,
    })
  })

  test('waits for the first message where a client asks for that, and answers at once where there is one', async () => {
    const kim = await register('kim')
    const leo = await register('leo')
    const asked = get('/v1/messages/pending?wait=30', leo.apiKey)
    const sent = await post('/v1/route', await letter(kim, leo.address), kim.apiKey)
    const { id } = sent.json as { id: string }

    expect(((await asked).json as { messages: { id: string }[] }).messages.map((one) => one.id)).toEqual([id])
    const again = (await get('/v1/messages/pending?wait=30', leo.apiKey)).json
    expect(again).toMatchObject({ count: 1, remaining: 0 })
    expect((await get('/v1/messages/pending?wait=31', leo.apiKey)).status).toBe(422)
  })

  test('a file goes by announcement, content and confirmation, belongs to one message, and is refused when it is another', async () => {
    const heidi = await register('heidi')
    const ivan = await register('ivan')
    const bytes = Buffer.from('some words')
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    const about = { filename: 'a.txt', content_type: 'text/plain', size: bytes.length, digest }
    const announced = await post('/api/v1/attachments/upload', about, heidi.apiKey)
    const { attachment_id: id, upload_url: url } = announced.json as Record<string, string>
    const put = async (path: string, body: Buffer) => (await room.ask(path, { method: 'PUT', body })).status
    const path = String(url).slice(room.origin.length)
    expect(await put(path.replace(/token=.*/, 'token=x'), bytes)).toBe(404)
    expect((await get(`/api/v1/attachments/${id}`, ivan.apiKey)).status).toBe(404)
    expect(await put(path, bytes)).toBe(200)
    expect(await put(path, bytes)).toBe(404)
    const status = await get(`/api/v1/attachments/${id}`, heidi.apiKey)
    const { scan_status: scan, url: fetchUrl } = status.json as Record<string, string>
    expect(scan).toBe('basic_clean')

    const attachment = {
      id,
      filename: 'a.txt',
      content_type: 'text/plain',
      size: bytes.length,
      digest,
      url: fetchUrl,
      scan_status: scan,
    }
    const routed = await routeWith(heidi, ivan, [attachment])
    expect(routed.status).toBe(200)
    expect((await routeWith(heidi, ivan, [attachment])).fault).toBe('attachment_already_used')
    const [arrived] = (await pendingOf(ivan)).messages
    expect(arrived?.payload['attachments']).toEqual([attachment])
    expect((await room.ask(String(fetchUrl).slice(room.origin.length))).text).toBe('some words')
  })
})

async function routeWith(from: Client, to: Client, attachments: unknown[]): Promise<Answer> {
  const payload = { type: 'request', message: 'With a file', context: null, attachments }
  const about = { to: to.address, subject: 'file' }
  const signed = await signature(from, { ...about, payload })
  const body = { ...about, priority: 'normal', in_reply_to: null, signature: signed, payload }
  return post('/v1/route', body, from.apiKey)
}
