// The pieces of streams that share the later channels of a link: terminals, calls, pictures of agents (rule H10).

/** `more`: the message goes on in the next piece of the stream. */
export type StreamKind = 'open' | 'data' | 'more' | 'close'

export interface StreamFrame {
  readonly kind: StreamKind
  /** Chosen by the side that has opened the stream; the two sides count for themselves. */
  readonly id: number
  /** Sent by the side that has opened it. */
  readonly opener: boolean
  readonly body: Uint8Array
}

const KINDS: readonly StreamKind[] = ['open', 'data', 'more', 'close']
const OPENER = 0x10
const HEAD_BYTES = 5

export function encodeStreamFrame({ kind, id, opener, body }: StreamFrame): Uint8Array {
  const out = new Uint8Array(HEAD_BYTES + body.byteLength)
  out[0] = (KINDS.indexOf(kind) + 1) | (opener ? OPENER : 0)
  new DataView(out.buffer).setUint32(1, id)
  out.set(body, HEAD_BYTES)
  return out
}

/** Null for a kind that this version does not know, and for what is too short to be a piece: both are ignored. */
export function decodeStreamFrame(bytes: Uint8Array): StreamFrame | null {
  const first = bytes[0] ?? 0
  const kind = KINDS[(first & ~OPENER) - 1]
  if (bytes.byteLength < HEAD_BYTES || kind === undefined) return null
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  return { kind, id, opener: (first & OPENER) !== 0, body: bytes.subarray(HEAD_BYTES) }
}
