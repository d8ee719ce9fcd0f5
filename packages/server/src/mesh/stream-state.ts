// One stream of a link as its side keeps it: what waits to be sent, what has come of a message, and how both are framed (H10).
import { backlog, FIRST_STREAM } from '@tutti/core/mesh'
import { encodeStreamFrame, type NodeId, type StreamFrame, type StreamKind } from '@tutti/protocol'
import type { Runtime } from './runtime.ts'

export interface StreamEars {
  message(bytes: Uint8Array): void
  /** The other side has closed it, or the link began anew. */
  closed(): void
}

export interface StreamState {
  readonly id: number
  /** Opened by this side; the two sides count for themselves. */
  readonly mine: boolean
  readonly peer: NodeId
  queue: Uint8Array[]
  parts: Uint8Array[]
  ears: StreamEars | null
  isOver: boolean
}

export const newStream = (peer: NodeId, id: number, mine: boolean): StreamState => ({
  id,
  mine,
  peer,
  queue: [],
  parts: [],
  ears: null,
  isOver: false,
})

const LANES = 48
/** What is handed to the link at once: it cuts it further, and other streams get their turn in between. */
const PIECE_BYTES = 64 * 1024
/** What waits in a channel of the link; the rest waits here, where it costs the other streams nothing. */
const BACKLOG_BYTES = 512 * 1024
/** Beyond 8 MiB a link takes nothing, and mail has to get in as well. */
const BACKLOG_ALL_BYTES = 4 * 1024 * 1024
/** The longest message is a terminal with all its history. */
const MESSAGE_BYTES = 72 * 1024 * 1024

/** Hands to the link what it has room for. */
export function pump(runtime: Runtime, one: StreamState): void {
  const channel = channelOf(one)
  const link = () => runtime.node().links.get(one.peer)
  for (let to = link(); to && one.queue.length > 0; to = link()) {
    const { channel: own, all } = backlog(to, channel)
    if (own > BACKLOG_BYTES || all > BACKLOG_ALL_BYTES) return
    const [body] = one.queue.splice(0, 1)
    if (body) runtime.step({ type: 'link', peer: one.peer, input: { type: 'send', channel, body } })
  }
}

export function say(
  runtime: Runtime,
  one: StreamState,
  { kind, body }: { kind: StreamKind; body: Uint8Array },
): void {
  one.queue.push(encodeStreamFrame({ kind, id: one.id, opener: one.mine, body }))
  pump(runtime, one)
}

/** A message, in as many pieces as it needs. */
export function sayMessage(runtime: Runtime, one: StreamState, bytes: Uint8Array): void {
  for (let at = 0; at === 0 || at < bytes.byteLength; at += PIECE_BYTES) {
    const kind = at + PIECE_BYTES >= bytes.byteLength ? 'data' : 'more'
    say(runtime, one, { kind, body: bytes.subarray(at, at + PIECE_BYTES) })
  }
}

/** Takes a piece; a message that is longer than any ends the stream. */
export function takePiece(one: StreamState, { kind, body }: StreamFrame): 'end' | null {
  if (kind === 'close') return 'end'
  one.parts.push(body)
  if (one.parts.reduce((sum, { byteLength }) => sum + byteLength, 0) > MESSAGE_BYTES) return 'end'
  if (kind !== 'data') return null
  const [only] = one.parts
  const whole = one.parts.length === 1 && only ? only : Buffer.concat(one.parts)
  one.parts = []
  one.ears?.message(whole)
  return null
}

export const keyOf = ({ id, mine }: Pick<StreamState, 'id' | 'mine'>): string =>
  `${mine ? 'mine' : 'theirs'} ${id}`

const channelOf = ({ id, mine }: StreamState): number => FIRST_STREAM + ((id * 2 + (mine ? 0 : 1)) % LANES)

/** An empty purpose for what is no head: nobody serves it. */
export function headOf(body: Uint8Array): { purpose: string; head: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    if (typeof value === 'object' && value !== null && 'purpose' in value && 'head' in value)
      return { purpose: String(value.purpose), head: value.head }
  } catch {
    // Falls through: it is answered like a purpose that this version does not know.
  }
  return { purpose: '', head: null }
}
