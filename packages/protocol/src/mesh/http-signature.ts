// HTTP Message Signatures (RFC 9421) for the request that begins a link and for its answer (rules H1-H3).
import { fromBase64, toBase64, utf8Bytes } from '../bytes.ts'
import type { NodeCrypto, NodeId, SignNow } from './node-key.ts'
import { isNodeId, nodeKeyOf } from './node-key.ts'

/** One covered component: its identifier with parameters as RFC 9421 section 2 writes it, and its value. */
export type Component = readonly [identifier: string, value: string]

/** The parameters of a signature, in the order in which they are written. Numbers are integers, the rest strings. */
export type SignatureParameters = readonly (readonly [name: string, value: string | number])[]

/** `("@method" "@path");created=1;keyid="k"`: the value of `@signature-params` (RFC 9421 section 2.3). */
export const signatureParams = (components: readonly Component[], parameters: SignatureParameters): string =>
  `(${components.map(([identifier]) => identifier).join(' ')})` +
  parameters.map(([name, value]) => `;${name}=${typeof value === 'number' ? value : quoted(value)}`).join('')

/** The text that is signed (RFC 9421 section 2.5). */
export const signatureBase = (components: readonly Component[], parameters: SignatureParameters): string =>
  [...components, ['"@signature-params"', signatureParams(components, parameters)] as const]
    .map(([identifier, value]) => `${identifier}: ${value}`)
    .join('\n')

/** What a machine dials with. `to` is signed, so that a peer cannot use what it was sent against a third one. */
export interface LinkRequest {
  readonly authority: string
  readonly path: string
  readonly websocketKey: string
  readonly from: NodeId
  readonly to: NodeId
  readonly createdS: number
  readonly nonce: string
}

/** Headers of a signed request or answer; names in lower case. */
export type SignedHeaders = Readonly<
  Record<'signature-input' | 'signature' | 'tutti-node' | 'tutti-peer', string>
>

/** How far the two clocks may be apart: what keeps a request from being played back is the proof on the link, not the time. */
export const CREATED_WINDOW_S = 2 * 3600

const LABEL = 'tutti'
const REQUEST_TAG = 'tutti-link-request'
const ANSWER_TAG = 'tutti-link-answer'

/** The headers by which a dialling machine says who it is (H1). */
export function signLinkRequest(request: LinkRequest, sign: SignNow): SignedHeaders {
  return headers(requestParts(request), { from: request.from, to: request.to, sign })
}

/** The headers of the answer (status 101): over the request's own signature, so that it answers that one only (H2). */
export function signLinkAnswer(answer: LinkAnswer, sign: SignNow): SignedHeaders {
  return headers(answerParts(answer), { from: answer.from, to: answer.to, sign })
}

export interface LinkAnswer extends Pick<LinkRequest, 'from' | 'to' | 'createdS' | 'nonce'> {
  /** Value of the request's `signature` header. */
  readonly requestSignature: string
}

/** What came: of headers that are missing the value is null. */
export type ReceivedHeaders = Readonly<Record<keyof SignedHeaders, string | null>>

export type LinkVerdict =
  | { readonly ok: true; readonly node: NodeId; readonly nonce: string }
  | { readonly ok: false; readonly why: 'headers' | 'peer' | 'time' | 'signature' }

/**
 * Who dials, or why nobody does (H3). Only the one form that we make is read: the covered components and their order are fixed,
 * so nothing can be left out of the signature. Whether the machine is trusted is asked afterwards.
 */
export function checkLinkRequest(
  received: { headers: ReceivedHeaders } & Pick<LinkRequest, 'authority' | 'path' | 'websocketKey'>,
  by: { self: NodeId; nowS: number; crypto: NodeCrypto },
): LinkVerdict {
  const { authority, path, websocketKey } = received
  return check(received.headers, by, ({ from, to, createdS, nonce }) =>
    requestParts({ authority, path, websocketKey, from, to, createdS, nonce }),
  )
}

/** Whether the machine that was dialled has answered. */
export function checkLinkAnswer(
  received: { headers: ReceivedHeaders; requestSignature: string },
  by: { self: NodeId; nowS: number; crypto: NodeCrypto },
): LinkVerdict {
  return check(received.headers, by, (claims) =>
    answerParts({ ...claims, requestSignature: received.requestSignature }),
  )
}

interface Parts {
  components: Component[]
  parameters: SignatureParameters
}

const requestParts = (request: LinkRequest): Parts => ({
  components: [
    ['"@method"', 'GET'],
    ['"@authority"', request.authority.toLowerCase()],
    ['"@path"', request.path],
    ['"sec-websocket-key"', request.websocketKey],
    ['"tutti-node"', request.from],
    ['"tutti-peer"', request.to],
  ],
  parameters: parameters(request, REQUEST_TAG),
})

const answerParts = (answer: LinkAnswer): Parts => ({
  components: [
    ['"@status"', '101'],
    ['"tutti-node"', answer.from],
    ['"tutti-peer"', answer.to],
    ['"signature";req', answer.requestSignature],
  ],
  parameters: parameters(answer, ANSWER_TAG),
})

const parameters = (
  { createdS, nonce, from }: Pick<LinkRequest, 'createdS' | 'nonce' | 'from'>,
  tag: string,
): SignatureParameters => [
  ['created', createdS],
  ['nonce', nonce],
  ['keyid', from],
  ['alg', 'ed25519'],
  ['tag', tag],
]

function headers(parts: Parts, by: { from: NodeId; to: NodeId; sign: SignNow }): SignedHeaders {
  const signature = by.sign(utf8Bytes(signatureBase(parts.components, parts.parameters)))
  return {
    'tutti-node': by.from,
    'tutti-peer': by.to,
    'signature-input': `${LABEL}=${signatureParams(parts.components, parts.parameters)}`,
    signature: `${LABEL}=:${toBase64(signature)}:`,
  }
}

type Claims = Pick<LinkRequest, 'from' | 'to' | 'createdS' | 'nonce'>

function check(
  received: ReceivedHeaders,
  by: { self: NodeId; nowS: number; crypto: NodeCrypto },
  partsOf: (claims: Claims) => Parts,
): LinkVerdict {
  const claims = claimsOf(received)
  const signature = fromBase64(/^tutti=:([A-Za-z0-9+/]{86}==):$/.exec(received.signature ?? '')?.[1] ?? '')
  if (claims === null || signature?.length !== 64) return { ok: false, why: 'headers' }
  if (claims.to !== by.self) return { ok: false, why: 'peer' }
  if (Math.abs(by.nowS - claims.createdS) > CREATED_WINDOW_S) return { ok: false, why: 'time' }
  const { components, parameters: named } = partsOf(claims)
  if (received['signature-input'] !== `${LABEL}=${signatureParams(components, named)}`)
    return { ok: false, why: 'headers' }
  const base = utf8Bytes(signatureBase(components, named))
  const isRight = by.crypto.verifyEd25519(keyOf(claims.from), signature, base)
  return isRight ? { ok: true, node: claims.from, nonce: claims.nonce } : { ok: false, why: 'signature' }
}

function claimsOf(received: ReceivedHeaders): Claims | null {
  const [, created = '', nonce = ''] =
    /;created=([0-9]{1,12});nonce="([A-Za-z0-9_-]{16,64})";/.exec(received['signature-input'] ?? '') ?? []
  const [from, to] = [received['tutti-node'] ?? '', received['tutti-peer'] ?? '']
  if (created === '' || !isNodeId(from) || !isNodeId(to)) return null
  return { from, to, createdS: Number(created), nonce }
}

function keyOf(id: NodeId): Uint8Array {
  try {
    return nodeKeyOf(id).raw
  } catch {
    // No key at all: 32 zero bytes are none either, and verify nothing.
    return new Uint8Array(32)
  }
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
