// Two agents on the server under test, with keys of their own, and a way to ask it things: what every check begins with.
import type { AmpCrypto, Sign } from '../amp-crypto.ts'
import { newKeyPair, webSigner } from '../amp-crypto.ts'
import { toBase64, toHex, utf8Bytes } from '../bytes.ts'
import type { JsonForm } from '../canonical-json.ts'
import type { JsonNode } from '../json-tree.ts'
import { jsonValue, parseJson } from '../json-tree.ts'
import type { PublicKey } from '../key.ts'
import { privateKeyDer, publicKey, publicKeyPem } from '../key.ts'
import { payloadHash, signingText } from '../signature.ts'
import type { SignedFields } from '../signature.ts'

/** The part of `fetch` that the kit uses; the global one fits. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ status: number; headers: { get(name: string): string | null }; text(): Promise<string> }>

/** Where the server is (`https://host/v1`, no slash behind) and what it needs to take in new agents. */
export interface Target {
  readonly baseUrl: string
  readonly tenant: string
  /** Sent as Authorization of a registration, where the server asks for one. */
  readonly registrationToken: string | null
}

export interface Deps {
  readonly fetch: Fetch
  readonly crypto: AmpCrypto
  readonly random: (bytes: number) => Uint8Array
  /** Called where the server says 429, with the ms of its Retry-After, at most a minute. */
  readonly wait: (ms: number) => Promise<void>
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PATCH'
  /** Below the base URL, with the leading slash. */
  readonly path: string
  readonly apiKey?: string | null
  readonly headers?: Record<string, string>
  /** JSON text as it shall travel. */
  readonly body?: string
}

/** What came back. `json` is null where the body is no JSON. */
export interface Answer {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly text: string
  readonly json: JsonNode | null
}

export interface KitAgent {
  readonly name: string
  readonly address: string
  readonly apiKey: string
  readonly key: PublicKey
  readonly sign: Sign
}

export interface Situation {
  readonly alice: KitAgent
  readonly bob: KitAgent
  readonly ask: (question: Question) => Promise<Answer>
  /** Text that no other run used, of lower-case hex. */
  readonly fresh: () => string
  readonly crypto: AmpCrypto
}

/** Registers two new agents. Throws an Error with the server's answer where it takes none in. */
export async function situation(target: Target, deps: Deps): Promise<Situation> {
  const fresh = (): string => toHex(deps.random(8))
  const ask = (question: Question): Promise<Answer> => asked(target, deps, question)
  const register = (name: string): Promise<KitAgent> => registered(target, ask, `${name}-${fresh()}`)
  return {
    alice: await register('kit-alice'),
    bob: await register('kit-bob'),
    ask,
    fresh,
    crypto: deps.crypto,
  }
}

export interface Letter {
  readonly subject: string
  readonly payload: string
  readonly form?: JsonForm
  /** Signed instead of what is sent, to make a signature that does not fit. */
  readonly signed?: Partial<SignedFields>
  /** Members of the body besides, or instead of, those that a right sender writes. */
  readonly change?: Record<string, unknown>
}

/** The flat body of a message from one agent to another, signed in one of the known forms. */
export async function letterBody(
  by: { from: KitAgent; to: KitAgent; crypto: AmpCrypto },
  letter: Letter,
): Promise<string> {
  const fields = { to: by.to.address, subject: letter.subject, priority: 'normal', inReplyTo: null } as const
  const hash = await payloadHash(parseJson(letter.payload), by.crypto, letter.form)
  const text = signingText({ from: by.from.address, ...fields, ...letter.signed }, hash)
  const body = {
    to: fields.to,
    subject: fields.subject,
    priority: fields.priority,
    in_reply_to: null,
    signature: toBase64(await by.from.sign(utf8Bytes(text))),
    ...letter.change,
  }
  // The payload goes in as text: number tokens and order are part of what some forms sign.
  return `${JSON.stringify(body).slice(0, -1)},"payload":${letter.payload}}`
}

/** A member of an answer by its path, as a JavaScript value; undefined where it is not. */
export function member(answer: Answer, ...path: readonly (string | number)[]): unknown {
  let node: JsonNode | null | undefined = answer.json
  for (const step of path) {
    if (node?.kind === 'array' && typeof step === 'number') node = node.items[step]
    else if (node?.kind === 'object') node = node.members.get(String(step))
    else return undefined
  }
  return node ? jsonValue(node) : undefined
}

async function asked(target: Target, deps: Deps, question: Question): Promise<Answer> {
  const { method, path, apiKey, headers, body } = question
  const init = {
    method,
    headers: {
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  }
  for (let attempt = 1; ; attempt++) {
    const response = await deps.fetch(target.baseUrl + path, init)
    const text = await response.text()
    const header = (name: string): string | null => response.headers.get(name)
    if (response.status !== 429 || attempt === 3)
      return { status: response.status, header, text, json: jsonOf(text) }
    const seconds = Number(response.headers.get('retry-after') ?? '1')
    await deps.wait(Math.min(60, Number.isFinite(seconds) ? seconds : 60) * 1000)
  }
}

async function registered(target: Target, ask: Situation['ask'], name: string): Promise<KitAgent> {
  const pair = await newKeyPair()
  const key = publicKey(pair.publicRaw)
  const answer = await ask({
    method: 'POST',
    path: '/register',
    apiKey: target.registrationToken,
    body: JSON.stringify({
      tenant: target.tenant,
      name,
      public_key: publicKeyPem(key),
      key_algorithm: 'Ed25519',
    }),
  })
  const [address, apiKey] = [member(answer, 'address'), member(answer, 'api_key')]
  if (answer.status !== 201 || typeof address !== 'string' || typeof apiKey !== 'string') {
    throw new Error(`registration answered ${answer.status}: ${answer.text.slice(0, 300)}`)
  }
  return { name, address, apiKey, key, sign: webSigner(privateKeyDer(pair.seed)) }
}

function jsonOf(text: string): JsonNode | null {
  try {
    return parseJson(text)
  } catch {
    return null
  }
}
