// The frames of a link between two machines, bytes to values and back (rules H4-H9).
import { FrameError, jsonBody, limited, utf8, viewOf, type Fields } from '../frame-body.ts'
import type { NodeCrypto, NodeId, SignNow } from './node-key.ts'
import { isNodeId } from './node-key.ts'
import { isSignedBy, signText, signedText } from './signed-text.ts'

/** What a machine says first on a carrier. */
export interface Hello {
  readonly type: 'hello'
  readonly node: NodeId
  /** Lowest and highest version that it speaks. */
  readonly versions: readonly [number, number]
  /** New for each carrier: the other side signs it. */
  readonly nonce: string
  /** New at each start of the process: what was sent before is gone. */
  readonly session: string
  /** How far it has got in what the other side sends, where it knows the other side's session. */
  readonly seen: { readonly session: string; readonly epoch: number; readonly upto: number } | null
  /** Its wall clock, ms UTC, to show by how much the two differ. */
  readonly nowMs: number
}

/** Signs both nonces, so that neither side can be played back (H5). */
export interface Proof {
  readonly type: 'proof'
  readonly sig: string
}

/** A piece of what a channel carries; `more` when the message goes on in the next one of this channel. */
export interface Data {
  readonly type: 'data'
  readonly epoch: number
  readonly seq: number
  readonly channel: number
  readonly more: boolean
  readonly body: Uint8Array
}

/** Everything up to `upto` has come; `limits` are how many bytes each channel may carry, counted from the epoch's beginning. */
export interface Ack {
  readonly type: 'ack'
  readonly epoch: number
  readonly upto: number
  readonly limits: ReadonlyMap<number, number>
}

/** Asked with the asker's clock, answered with both. */
export interface Ping {
  readonly type: 'ping' | 'pong'
  readonly atMs: number
  readonly nowMs: number
}

/** The carrier ends, and why. */
export interface Bye {
  readonly type: 'bye'
  readonly why: string
}

/** Sealed bytes on their way to a machine that the sender has no link to. Neither ordered nor repeated: the ends see to that. */
export interface Relay {
  readonly type: 'relay'
  readonly from: NodeId
  readonly to: NodeId
  /** How many more machines may pass it on. */
  readonly hops: number
  readonly body: Uint8Array
}

export type LinkFrame = Hello | Proof | Data | Ack | Ping | Bye | Relay

/** Versions that this code speaks. */
export const LINK_VERSIONS: readonly [number, number] = [1, 1]

export const LINK_LIMITS = {
  helloBytes: 4096,
  pieceBytes: 16 * 1024,
  messageBytes: 2 * 1024 * 1024,
  relayBytes: 64 * 1024,
  channels: 256,
  /** What each channel may carry before the first ack. */
  creditBytes: 256 * 1024,
  hops: 3,
} as const

const TYPES = { hello: 1, proof: 2, data: 3, ack: 4, ping: 5, pong: 6, bye: 7, relay: 8 } as const

export function encodeLinkFrame(frame: LinkFrame): Uint8Array {
  if (frame.type === 'data') return encodeData(frame)
  if (frame.type === 'ack') return encodeAck(frame)
  if (frame.type === 'relay') return encodeRelay(frame)
  if (frame.type === 'ping' || frame.type === 'pong') return encodePing(frame)
  return withHead(TYPES[frame.type], utf8(JSON.stringify(frame)))
}

/** Bytes -> frame; null for a type that this version does not know, which is ignored (H6). Throws FrameError for broken ones. */
export function decodeLinkFrame(bytes: Uint8Array): LinkFrame | null {
  const view = viewOf(bytes)
  if (bytes.byteLength < 1) throw new FrameError('frame.short', 'Expected at least one byte', null)
  const body = bytes.subarray(1)
  switch (view.getUint8(0)) {
    case TYPES.hello:
      return hello(jsonBody(body, LINK_LIMITS.helloBytes, 0))
    case TYPES.proof:
      return { type: 'proof', sig: jsonBody(body, 1024, 0).text('sig') }
    case TYPES.data:
      return decodeData(bytes, view)
    case TYPES.ack:
      return decodeAck(bytes, view)
    case TYPES.ping:
      return ping('ping', bytes, view)
    case TYPES.pong:
      return ping('pong', bytes, view)
    case TYPES.bye:
      return { type: 'bye', why: jsonBody(body, 1024, 0).text('why').slice(0, 100) }
    case TYPES.relay:
      return decodeRelay(bytes, view)
    default:
      return null
  }
}

/** What the two sides of a carrier sign: who they are, what they said, and the carrier itself (H5). */
export interface Handshake {
  readonly signer: Pick<Hello, 'node' | 'nonce' | 'session' | 'versions'>
  readonly other: Pick<Hello, 'node' | 'nonce' | 'session' | 'versions'>
  /** Something that both ends of the carrier know and nobody between them: the exporter of TLS, or the keys of a relayed one. */
  readonly binding: string
}

const proofText = ({ signer, other, binding }: Handshake): string => {
  const side = ({ node, nonce, session, versions }: Handshake['signer']) => [
    node,
    nonce,
    session,
    ...versions,
  ]
  return signedText('tutti-link/1', [side(signer), side(other), binding])
}

export const proofFor = (handshake: Handshake, sign: SignNow): Proof => ({
  type: 'proof',
  sig: signText(proofText(handshake), sign),
})

/** Whether the proof was made by the machine that the handshake names as signer, for this carrier and no other. */
export const isProved = (handshake: Handshake, proof: Proof, crypto: NodeCrypto): boolean =>
  isSignedBy(proofText(handshake), { by: handshake.signer.node, sig: proof.sig }, crypto)

/** The version that two sides speak: the highest that both do, null where there is none (H7). */
export function agreedVersion(a: Hello['versions'], b: Hello['versions']): number | null {
  const version = Math.min(a[1], b[1])
  return version >= Math.max(a[0], b[0]) ? version : null
}

function hello(fields: Fields): Hello {
  const versions = fields.value('versions')
  const [low, high]: unknown[] = Array.isArray(versions) ? versions : []
  if (!isVersion(low) || !isVersion(high) || low > high) throw wrong('versions')
  const seen = fields.value('seen') === null ? null : fields.inner('seen')
  return {
    type: 'hello',
    node: node(fields.text('node')),
    versions: [low, high],
    nonce: token(fields, 'nonce'),
    session: token(fields, 'session'),
    seen: seen && { session: token(seen, 'session'), epoch: seen.count('epoch'), upto: seen.count('upto') },
    nowMs: fields.count('nowMs'),
  }
}

const isVersion = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 1000

function token(fields: Fields, name: string): string {
  const text = fields.text(name)
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text
  throw wrong(name)
}

function node(text: string): NodeId {
  if (isNodeId(text)) return text
  throw wrong('node')
}

const DATA_HEAD = 18

function encodeData({ epoch, seq, channel, more, body }: Data): Uint8Array {
  const out = filled(DATA_HEAD + body.byteLength, (view) => {
    view.setUint8(0, TYPES.data)
    view.setUint8(1, more ? 1 : 0)
    view.setUint32(2, epoch)
    view.setFloat64(6, seq)
    view.setUint32(14, channel)
  })
  out.set(limited(body, LINK_LIMITS.pieceBytes, channel), DATA_HEAD)
  return out
}

function decodeData(bytes: Uint8Array, view: DataView): Data {
  need(bytes, DATA_HEAD)
  const channel = view.getUint32(14)
  const body = limited(bytes.subarray(DATA_HEAD), LINK_LIMITS.pieceBytes, channel)
  const seq = count(view, 6)
  return { type: 'data', epoch: view.getUint32(2), seq, channel, more: (view.getUint8(1) & 1) === 1, body }
}

const encodePing = ({ type, atMs, nowMs }: Ping): Uint8Array =>
  filled(17, (view) => {
    view.setUint8(0, TYPES[type])
    view.setFloat64(1, atMs)
    view.setFloat64(9, nowMs)
  })

function encodeAck({ epoch, upto, limits }: Ack): Uint8Array {
  return filled(13 + limits.size * 12, (view) => {
    view.setUint8(0, TYPES.ack)
    view.setUint32(1, epoch)
    view.setFloat64(5, upto)
    let at = 13
    for (const [channel, limit] of limits) {
      view.setUint32(at, channel)
      view.setFloat64(at + 4, limit)
      at += 12
    }
  })
}

function decodeAck(bytes: Uint8Array, view: DataView): Ack {
  need(bytes, 13)
  const pairs = (bytes.byteLength - 13) / 12
  if (!Number.isInteger(pairs) || pairs > LINK_LIMITS.channels) throw wrong('limits')
  const limits = new Map<number, number>()
  for (let i = 0; i < pairs; i++) limits.set(view.getUint32(13 + i * 12), count(view, 17 + i * 12))
  return { type: 'ack', epoch: view.getUint32(1), upto: count(view, 5), limits }
}

function encodeRelay({ from, to, hops, body }: Relay): Uint8Array {
  const head = utf8(`${from} ${to}`)
  const out = filled(4 + head.byteLength + body.byteLength, (view) => {
    view.setUint8(0, TYPES.relay)
    view.setUint8(1, hops)
    view.setUint16(2, head.byteLength)
  })
  out.set(head, 4)
  out.set(limited(body, LINK_LIMITS.relayBytes, 0), 4 + head.byteLength)
  return out
}

function decodeRelay(bytes: Uint8Array, view: DataView): Relay {
  need(bytes, 4)
  const length = view.getUint16(2)
  if (length > 200) throw wrong('to')
  need(bytes, 4 + length)
  const [from = '', to = '', ...rest] = new TextDecoder().decode(bytes.subarray(4, 4 + length)).split(' ')
  if (rest.length > 0) throw wrong('to')
  const body = limited(bytes.subarray(4 + length), LINK_LIMITS.relayBytes, 0)
  return {
    type: 'relay',
    from: node(from),
    to: node(to),
    hops: Math.min(view.getUint8(1), LINK_LIMITS.hops),
    body,
  }
}

function ping(type: Ping['type'], bytes: Uint8Array, view: DataView): Ping {
  need(bytes, 17)
  return { type, atMs: count(view, 1), nowMs: count(view, 9) }
}

function withHead(type: number, body: Uint8Array): Uint8Array {
  const out = filled(1 + body.byteLength, (view) => view.setUint8(0, type))
  out.set(body, 1)
  return out
}

function filled(bytes: number, fill: (view: DataView) => void): Uint8Array {
  const out = new Uint8Array(bytes)
  fill(viewOf(out))
  return out
}

function count(view: DataView, at: number): number {
  const value = view.getFloat64(at)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw wrong('count')
}

function need(bytes: Uint8Array, length: number): void {
  if (bytes.byteLength < length)
    throw new FrameError('frame.short', `Expected at least ${length} bytes, got ${bytes.byteLength}`, null)
}

const wrong = (name: string): FrameError =>
  new FrameError('frame.field', `Expected \`${name}\` to be as the protocol has it`, null)
