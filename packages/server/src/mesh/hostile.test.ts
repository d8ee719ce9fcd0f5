// C16, C17 and C19: what comes in at the peer door from outsiders, and what a member says that it must not.
import { signLinkRequest } from '@tutti/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { selfSigned } from './certificate.ts'
import { createNodeCrypto } from './identity.ts'
import { dial, PATHS, type DialDeps } from './peer-dialler.ts'
import { aLetter, aMesh, aPuppet, mutations, MAILBOX, newIdentity, type LoneMesh } from './test-support.ts'

let lone: LoneMesh
let url: string

beforeAll(async () => {
  lone = await aMesh()
  await lone.mesh.invite('full')
  url = lone.mesh.urls()[0] ?? ''
})
afterAll(() => lone.close())

const outsider = (): DialDeps => {
  const identity = newIdentity()
  return {
    identity,
    certificate: selfSigned(identity),
    privateKey: identity.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    crypto: createNodeCrypto(),
    newNonce: () => 'n'.repeat(22),
    wallMs: () => Date.now(),
  }
}

/** Tries with headers of one's own; answers with the status. */
const knock = (path: string, headers: Record<string, string>, from = outsider()): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}${path}`, {
      headers,
      cert: from.certificate,
      key: from.privateKey,
      rejectUnauthorized: false,
    })
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.on('error', reject)
  })

const refusals = () => lone.store.all("SELECT detail FROM audit WHERE act = 'mesh.misconduct'")

test('C16 nobody gets a link without a signature, with a made-up one, or with a key that nobody let in', async () => {
  expect(await knock(PATHS.link, {})).toBe(401)
  const from = outsider()
  const request = {
    authority: new URL(url).host,
    path: PATHS.link,
    websocketKey: 'AAAAAAAAAAAAAAAAAAAAAA==',
    from: from.identity.id,
    to: lone.mesh.self,
    createdS: Math.floor(Date.now() / 1000),
    nonce: 'n'.repeat(22),
  }
  const signed = signLinkRequest(request, from.identity.sign)
  // Signed for another handshake; then with a broken signature.
  expect(await knock(PATHS.link, { ...signed }, from)).toBe(401)
  expect(await knock(PATHS.link, { ...signed, signature: `tutti=:${'A'.repeat(86)}==:` }, from)).toBe(401)
  await expect(
    dial(outsider(), lone.mesh.self, { url, host: '127.0.0.1', purpose: 'link' }).carrier,
  ).rejects.toThrow('401')
  expect(await knock(PATHS.link, { Origin: 'https://evil.example' })).toBe(403)
  expect(await knock('/v1/agents', {})).toBe(404)
  expect([...lone.mesh.runtime.node().state.membership.members.keys()]).toEqual([lone.mesh.self])
})

test('C16 a dialler that meets another key than the one it looks for says nothing', async () => {
  const other = newIdentity()
  await expect(
    dial(outsider(), other.id, { url, host: '127.0.0.1', purpose: 'link' }).carrier,
  ).rejects.toThrow('another machine')
})

test('C17 mail of a member from an agent of another machine is not delivered, and noted', async () => {
  const puppet = aPuppet(lone)
  const here = `${lone.mesh.self}/${MAILBOX}`
  const push = (from: string, n: number) => {
    const letter = aLetter(from, here, n)
    puppet.tell({ t: 'push', push: { lane: `1 ${from} ${here}`, base: 1, letters: [{ seq: 1, letter }] } })
    return letter.id
  }
  push(`${newIdentity().id}/agt_x`, 1)
  push(`${lone.mesh.self}/agt_x`, 2)
  const own = push(`${puppet.identity.id}/agt_x`, 3)
  await lone.mesh.runtime.settled()

  expect(lone.taken).toEqual([own])
  await expect.poll(refusals).toHaveLength(2)
})

test('C39 a letter that is pushed again is in the mailbox once', async () => {
  const puppet = aPuppet(lone)
  const from = `${puppet.identity.id}/agt_x`
  const here = `${lone.mesh.self}/${MAILBOX}`
  const letter = aLetter(from, here, 7)
  const before = lone.taken.length
  for (const base of [1, 1, 1])
    puppet.tell({ t: 'push', push: { lane: `1 ${from} ${here}`, base, letters: [{ seq: 1, letter }] } })
  await lone.mesh.runtime.settled()

  expect(lone.taken.length - before).toBe(1)
})

test('C19 whatever a member says, the mesh goes on and others are heard', async () => {
  const rogue = aPuppet(lone)
  const honest = aPuppet(lone)
  const seed = { at: 7 }
  const chance = () => (seed.at = (seed.at * 16_807) % 2_147_483_647) / 2_147_483_647
  const attacks = mutations(rogue, chance)
  for (let n = 0; n < 1500; n++) attacks.next().value()
  await lone.mesh.runtime.settled()

  expect(honest.isUp()).toBe(true)
  const from = `${honest.identity.id}/agt_x`
  const here = `${lone.mesh.self}/${MAILBOX}`
  const letter = aLetter(from, here, 9)
  honest.tell({ t: 'push', push: { lane: `1 ${from} ${here}`, base: 1, letters: [{ seq: 1, letter }] } })
  await lone.mesh.runtime.settled()
  expect(lone.taken.at(-1)).toBe(letter.id)
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
})
