// The kit passes a right server and names what is wrong with each wrong one: a check that cannot fail proves nothing.
import { describe, expect, test } from 'vitest'
import type { AmpCode } from '../amp-error.ts'
import { AmpError } from '../amp-error.ts'
import { parseAddress } from '../address.ts'
import { webCrypto } from '../amp-crypto.ts'
import { utf8Bytes } from '../bytes.ts'
import { checkIdentity, checkProof, IdentityError, parseTokenRequest, PROOF_TAGS } from '../identity.ts'
import type { RouteRequest } from '../envelope.ts'
import { parseRoute } from '../envelope.ts'
import { jsonValue, parseJson } from '../json-tree.ts'
import type { PublicKey } from '../key.ts'
import { fingerprints, parsePublicKey, publicKeyHex, publicKeyPem, sameKey } from '../key.ts'
import { isMessageId, newMessageId } from '../message-id.ts'
import { verifyMessage } from '../signature.ts'
import { CONFORMANCE_CHECKS, runConformance } from './kit.ts'
import type { Fetch } from './situation.ts'

type Fault =
  | 'believes every signature'
  | 'takes unsigned mail'
  | 'doubles a repeated request'
  | 'knows one JSON form'
  | 'trusts the key of the request'
  | 'delivers the newest first'
  | 'changes the payload'
  | 'lets anybody acknowledge'
  | 'refuses without a word'
  | 'begins its numbered queue anew'
  | 'gives tokens to whoever asks'
  | 'approves whoever registers'

interface Agent {
  address: string
  key: PublicKey
}
type Reply = readonly [number, unknown]

const crypto = webCrypto()
const naming = { tenant: 'acme', provider: 'kit.local' }
let count = 0
const random = (bytes: number): Uint8Array => {
  count += 1
  return Uint8Array.from({ length: bytes }, (_, i) => (count >> (8 * (i % 4))) & 255)
}

/** Tokens for identities: nobody is ever approved here. */
async function tokenFor(body: string, isGenerous: boolean): Promise<Reply> {
  if (isGenerous) return [200, { access_token: 'a', token_type: 'Bearer' }]
  const request = parseTokenRequest(utf8Bytes(body))
  const by = { crypto, nowMs: Date.now() }
  const { key } = await checkIdentity(request.identity, by)
  await checkProof({ proof: request.proof, key, tag: PROOF_TAGS.token, issuers: ['http://kit.test'] }, by)
  throw new IdentityError('agent_not_registered')
}

const SAID: Readonly<Record<string, object>> = {
  '/health': { status: 'healthy', version: 'amp/0.1', uptime_seconds: 1 },
  '/info': { provider: 'kit.local', version: 'amp/0.1', capabilities: [] },
}

// A server in memory, right but for the faults that it is given.
function aServer(...faults: readonly Fault[]): Fetch {
  const has = (fault: Fault): boolean => faults.includes(fault)
  const agents = new Map<string, Agent>()
  const inboxes = new Map<string, { id: string; [member: string]: unknown }[]>()
  const repeats = new Map<string, { body: string; id: string }>()
  const refuse = (code: AmpCode): never => {
    throw new AmpError(code)
  }
  const agentAt = (address: string): Agent | undefined =>
    [...agents.values()].find((one) => one.address === address)
  const queue = (address: string) => inboxes.get(address) ?? inboxes.set(address, []).get(address) ?? []
  const full = (text: string): string => {
    const { name, scope, provider } = parseAddress(text, naming)
    return `${name}@${scope}.${provider}`
  }

  function register(body: string): Reply {
    const asked = jsonValue(parseJson(body)) as { name: string; public_key: string }
    const key = parsePublicKey(asked.public_key)
    const address = full(asked.name)
    const known = agentAt(address)
    if (known && !sameKey(known.key, key)) refuse('name_taken')
    const apiKey = `amp_live_sk_${address}`
    agents.set(apiKey, { address, key })
    return [201, { address, api_key: apiKey }]
  }

  async function verified(me: Agent, request: RouteRequest, body: string): Promise<boolean> {
    if (request.signature === null || has('believes every signature')) return true
    const other = /"sender_public_key":("(?:[^"\\]|\\.)*")/.exec(body)?.[1]
    const key =
      other && has('trusts the key of the request') ? parsePublicKey(JSON.parse(other) as string) : me.key
    const { signature } = request
    const result = await verifyMessage(
      { ...request, payload: request.payload.node, froms: [me.address], signature, key },
      crypto,
    )
    return result.ok && !(has('knows one JSON form') && result.match.form !== 'jcs')
  }

  async function route(me: Agent, body: string): Promise<Reply> {
    const request = parseRoute(body)
    if (request.signature === null && !has('takes unsigned mail')) refuse('signature_missing')
    if (!(await verified(me, request, body))) refuse('invalid_signature')
    const to = full(request.to)
    if (!agentAt(to)) refuse('not_found')
    const repeated = request.idempotencyKey === null ? undefined : repeats.get(request.idempotencyKey)
    if (repeated && repeated.body !== body) refuse('duplicate_idempotency_key')
    if (repeated && !has('doubles a repeated request'))
      return [200, { id: repeated.id, status: 'queued', method: 'relay' }]
    const id = newMessageId(1_706_648_400_000 + count, random(16))
    if (request.idempotencyKey !== null) repeats.set(request.idempotencyKey, { body, id })
    deliver(id, me, { ...request, to })
    return [200, { id, status: 'queued', method: 'relay' }]
  }

  function deliver(id: string, me: Agent, request: RouteRequest): void {
    const payload = jsonValue(request.payload.node) as object
    const message = {
      id,
      envelope: { ...request, payload: undefined, from: me.address },
      payload: has('changes the payload') ? { ...payload, delivered: true } : payload,
      sender_public_key: publicKeyHex(me.key),
    }
    if (has('delivers the newest first')) queue(request.to).unshift(message)
    else queue(request.to).push(message)
  }

  function acknowledge(me: Agent, ids: readonly string[]): Reply {
    if (ids.some((id) => !isMessageId(id))) refuse('invalid_field')
    for (const [owner, queued] of inboxes) {
      if (owner === me.address || has('lets anybody acknowledge')) {
        inboxes.set(
          owner,
          queued.filter(({ id }) => !ids.includes(id)),
        )
      }
    }
    return [200, { acknowledged: ids.length }]
  }

  function listed(me: Agent, asked: URLSearchParams): Reply {
    const since = asked.get('since_seq')
    const all = queue(me.address)
    if (since !== null) {
      const from = has('begins its numbered queue anew') ? 0 : Number(since)
      return [200, { messages: all.slice(from), last_seq: all.length }]
    }
    const messages = all.slice(0, Number(asked.get('limit') ?? '10'))
    return [200, { messages, count: messages.length, remaining: all.length - messages.length }]
  }

  async function resolve(address: string): Promise<Reply> {
    const { key } = agentAt(full(address)) ?? refuse('not_found')
    const { raw } = await fingerprints(key, crypto)
    return [200, { address, public_key: publicKeyPem(key), key_algorithm: 'Ed25519', fingerprint: raw }]
  }

  async function served(method: string, url: URL, of: { body: string; apiKey: string }): Promise<Reply> {
    const path = url.pathname.replace('/v1', '')
    const said = SAID[path]
    if (said) return [200, said]
    if (path === '/register') return register(of.body)
    if (path === '/oauth/token') return tokenFor(of.body, has('gives tokens to whoever asks'))
    if (path === '/agent_registrations') {
      const status = has('approves whoever registers') ? 'active' : 'pending'
      return [201, { data: { attributes: { status } } }]
    }
    const me = agents.get(of.apiKey) ?? refuse('unauthorized')
    if (path.startsWith('/agents/resolve/'))
      return resolve(decodeURIComponent(path.slice('/agents/resolve/'.length)))
    if (path === '/route') return route(me, of.body)
    if (path === '/messages/pending/ack') {
      return acknowledge(me, (jsonValue(parseJson(of.body)) as { ids: string[] }).ids)
    }
    if (method === 'DELETE')
      return acknowledge(me, [url.searchParams.get('id') ?? path.slice('/messages/pending/'.length)])
    return listed(me, url.searchParams)
  }

  return async (address, { method, headers, body = '' }) => {
    const apiKey = (headers['authorization'] ?? '').replace('Bearer ', '')
    const [status, answer] = await served(method, new URL(address), { body, apiKey }).catch(
      (error: unknown): Reply => {
        if (!(error instanceof AmpError)) throw error
        return [error.status, has('refuses without a word') ? { message: error.message } : error.body()]
      },
    )
    const get = (name: string) => (name.startsWith('x-ratelimit-') ? '60' : null)
    return { status, headers: { get }, text: async () => JSON.stringify(answer) }
  }
}

const target = { baseUrl: 'http://kit.test/v1', tenant: 'acme', registrationToken: null }
const deps = (fetch: Fetch) => ({ fetch, crypto, random, wait: async () => undefined })

test('a server that keeps the rules has no complaints', async () => {
  const results = await runConformance(target, deps(aServer()))

  expect(results.filter(({ complaint }) => complaint !== null)).toEqual([])
  expect(results.length).toBe(CONFORMANCE_CHECKS.length)
})

describe('a server that', () => {
  test.each<readonly [Fault, string]>([
    ['believes every signature', 'a signature over another priority is refused'],
    ['takes unsigned mail', 'a message without a signature is refused'],
    [
      'doubles a repeated request',
      'the same request twice under one idempotency key is one message; another request is 409',
    ],
    ['knows one JSON form', 'a payload that was hashed as insertion is accepted'],
    [
      'trusts the key of the request',
      'a message that bob signed, sent as alice with his key beside it, is refused',
    ],
    ['delivers the newest first', 'messages of one sender arrive in the order in which they were accepted'],
    ['changes the payload', 'a message arrives so that its recipient can verify it again'],
    ['lets anybody acknowledge', 'nobody can acknowledge the mail of another'],
    ['refuses without a word', 'mail without a key is 401'],
    ['gives tokens to whoever asks', 'a proof for another server is invalid_proof'],
    ['gives tokens to whoever asks', 'an identity that another key has signed is invalid_grant'],
    ['approves whoever registers', 'an identity that nobody approved waits, or is not taken in at all'],
    [
      'begins its numbered queue anew',
      'a server that numbers its queue lists from behind a number on, and nothing twice',
    ],
  ])('%s is found out: %s', async (fault, says) => {
    const results = await runConformance(target, deps(aServer(fault)))

    expect(results.find((result) => result.says === says)?.complaint).toMatch(/^expected /)
  })
})

test('a server that answers 429 is asked again when it says', async () => {
  const server = aServer()
  const waits: number[] = []
  let refusals = 0
  const busy: Fetch = async (url, init) => {
    if (!url.endsWith('/health') || refusals++ > 0) return server(url, init)
    return { status: 429, headers: { get: () => '2' }, text: async () => '{}' }
  }
  const wait = async (ms: number): Promise<void> => void waits.push(ms)

  const results = await runConformance(target, { ...deps(busy), wait }, CONFORMANCE_CHECKS.slice(0, 1))

  expect(waits).toEqual([2000])
  expect(results.map(({ complaint }) => complaint)).toEqual([null])
})

test('a server that cannot be reached in the middle fails the check, not the run', async () => {
  const server = aServer()
  const gone: Fetch = (url, init) =>
    url.endsWith('/info') ? Promise.reject(new Error('gone')) : server(url, init)

  const results = await runConformance(target, deps(gone), CONFORMANCE_CHECKS.slice(0, 3))

  expect(results.map(({ complaint }) => complaint)).toEqual([null, 'the check could not be made: gone', null])
})
