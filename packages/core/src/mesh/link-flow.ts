// What flows over a link: messages cut into numbered pieces, repeated until acknowledged, within what each channel may carry.
import type { Ack, Data } from '@tutti/protocol'
import { LINK_LIMITS } from '@tutti/protocol'

/** A whole message that has come; `credit` bytes are to be given back when it was dealt with. */
export interface Delivery {
  readonly channel: number
  readonly body: Uint8Array
  readonly credit: number
}

interface Lane {
  readonly waiting: Data[]
  /** Bytes sent since the epoch began, and how many may be. */
  used: number
  limit: number
}

interface Partial {
  pieces: Uint8Array[]
  bytes: number
}

/** One direction each way. Lives as long as the process: a new carrier takes it up where the last one broke off. */
export interface Flow {
  epoch: number
  next: number
  acked: number
  sent: Data[]
  resendAtMs: number
  readonly lanes: Map<number, Lane>
  in: Inward
}

interface Inward {
  epoch: number
  upto: number
  readonly ahead: Map<number, Data>
  readonly partial: Map<number, Partial>
  readonly consumed: Map<number, number>
}

/** Pieces on their way, and pieces held that came too early. */
const WINDOW = 64
/** All that waits for one machine: beyond it nothing is taken, and the channel starts anew when there is room. */
const QUEUE_BYTES = 8 * 1024 * 1024
const RESEND_MS = 1000

export const newFlow = (): Flow => ({
  epoch: 1,
  next: 1,
  acked: 0,
  sent: [],
  resendAtMs: Infinity,
  lanes: new Map(),
  in: newInward(0),
})

const newInward = (epoch: number): Inward => ({
  epoch,
  upto: 0,
  ahead: new Map(),
  partial: new Map(),
  consumed: new Map(),
})

/** Queues a message; false where too much waits already. */
export function enqueue(flow: Flow, channel: number, body: Uint8Array): boolean {
  if (body.byteLength > LINK_LIMITS.messageBytes) throw new Error('message too long for a link')
  if (waitingBytes(flow) + body.byteLength > QUEUE_BYTES) return false
  const { waiting } = laneOf(flow, channel)
  let at = 0
  do {
    const end = Math.min(at + LINK_LIMITS.pieceBytes, body.byteLength)
    const more = end < body.byteLength
    waiting.push({ type: 'data', epoch: 0, seq: 0, channel, more, body: body.subarray(at, end) })
    at = end
  } while (at < body.byteLength)
  return true
}

/** The pieces that may go now: a piece of each channel in turn, so that a long file does not hold up a keystroke. */
export function due(flow: Flow, nowMs: number): Data[] {
  const out: Data[] = []
  for (let sent = true; sent;) {
    sent = false
    for (const lane of flow.lanes.values()) sent = sendOne(flow, lane, out) || sent
  }
  if (out.length > 0 && flow.resendAtMs === Infinity) flow.resendAtMs = nowMs + RESEND_MS
  return out
}

function sendOne(flow: Flow, lane: Lane, out: Data[]): boolean {
  const [piece] = lane.waiting
  if (!piece || flow.sent.length >= WINDOW || lane.used + piece.body.byteLength > lane.limit) return false
  lane.waiting.shift()
  lane.used += piece.body.byteLength
  const data = { ...piece, epoch: flow.epoch, seq: flow.next++ }
  flow.sent.push(data)
  out.push(data)
  return true
}

/** What was sent and not acknowledged for a second, again. */
export function overdue(flow: Flow, nowMs: number): readonly Data[] {
  if (flow.sent.length === 0 || nowMs < flow.resendAtMs) return []
  flow.resendAtMs = nowMs + RESEND_MS
  return flow.sent
}

/** A new carrier: everything that is not acknowledged goes over it. */
export function takeUp(flow: Flow, nowMs: number): readonly Data[] {
  flow.resendAtMs = flow.sent.length > 0 ? nowMs + RESEND_MS : Infinity
  return flow.sent
}

/** Takes a piece; answers the messages that it completes. Pieces may come twice and in any order. */
export function takeData(flow: Flow, data: Data): Delivery[] {
  if (data.epoch > flow.in.epoch) flow.in = newInward(data.epoch)
  const inward = flow.in
  if (data.epoch < inward.epoch || data.seq <= inward.upto || data.seq > inward.upto + WINDOW) return []
  inward.ahead.set(data.seq, data)
  const out: Delivery[] = []
  for (let next = inward.ahead.get(inward.upto + 1); next; next = inward.ahead.get(inward.upto + 1)) {
    inward.ahead.delete(next.seq)
    inward.upto = next.seq
    const whole = assembled(inward, next)
    if (whole) out.push(whole)
  }
  return out
}

function assembled(inward: Inward, data: Data): Delivery | null {
  const partial = inward.partial.get(data.channel) ?? { pieces: [], bytes: 0 }
  partial.pieces.push(data.body)
  partial.bytes += data.body.byteLength
  inward.partial.set(data.channel, partial)
  if (data.more && partial.bytes <= LINK_LIMITS.messageBytes) {
    // Held by us and bounded, so the channel may go on; the last piece is for whoever reads the message to give back.
    give(inward, data.channel, data.body.byteLength)
    return null
  }
  inward.partial.delete(data.channel)
  // A longer one than is allowed never completes: nobody honest sends it.
  if (data.more) return null
  return { channel: data.channel, body: joined(partial), credit: data.body.byteLength }
}

function joined({ pieces, bytes }: Partial): Uint8Array {
  const [only] = pieces
  if (only && pieces.length === 1) return only
  const out = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.byteLength
  }
  return out
}

/** The reader has dealt with so many bytes: the channel may carry as many more. */
export const giveBack = (flow: Flow, channel: number, bytes: number): void => give(flow.in, channel, bytes)

function give(inward: Inward, channel: number, bytes: number): void {
  inward.consumed.set(channel, (inward.consumed.get(channel) ?? 0) + bytes)
}

/** What we have to say of what has come. */
export function ackOf(flow: Flow): Ack {
  const limits = new Map<number, number>()
  for (const [channel, consumed] of flow.in.consumed) limits.set(channel, consumed + LINK_LIMITS.creditBytes)
  return { type: 'ack', epoch: flow.in.epoch, upto: flow.in.upto, limits }
}

export function takeAck(flow: Flow, ack: Ack, nowMs: number): void {
  // Beyond what was sent it is a mistake or a lie; either way it acknowledges nothing.
  if (ack.epoch !== flow.epoch || ack.upto >= flow.next) return
  for (const [channel, limit] of ack.limits) {
    const lane = flow.lanes.get(channel)
    if (lane) lane.limit = Math.max(lane.limit, limit)
  }
  acknowledge(flow, ack.upto, nowMs)
}

/**
 * What the other side says that it has when a carrier begins; true where its numbering and ours do not meet, and all starts
 * anew in the next epoch. Whoever feeds the channels then sends what the other side still needs.
 */
export function resume(flow: Flow, seen: { epoch: number; upto: number } | null, nowMs: number): boolean {
  const upto = seen?.epoch === flow.epoch ? seen.upto : 0
  if (upto >= flow.acked && upto < flow.next) {
    acknowledge(flow, upto, nowMs)
    return false
  }
  flow.epoch++
  flow.next = 1
  flow.acked = 0
  flow.sent = []
  flow.resendAtMs = Infinity
  flow.lanes.clear()
  return true
}

/** The other process is a new one: what it numbers begins at 1. */
export function forgetInward(flow: Flow): void {
  flow.in = newInward(0)
}

function acknowledge(flow: Flow, upto: number, nowMs: number): void {
  if (upto <= flow.acked) return
  flow.acked = upto
  flow.sent = flow.sent.filter(({ seq }) => seq > upto)
  flow.resendAtMs = flow.sent.length > 0 ? nowMs + RESEND_MS : Infinity
}

function laneOf(flow: Flow, channel: number): Lane {
  const known = flow.lanes.get(channel)
  if (known) return known
  if (flow.lanes.size >= LINK_LIMITS.channels) throw new Error('too many channels on a link')
  const lane = { waiting: [], used: 0, limit: LINK_LIMITS.creditBytes }
  flow.lanes.set(channel, lane)
  return lane
}

/** Bytes of a channel that wait to be sent: whoever feeds it can hold back what is not urgent. */
export function waitingOn(flow: Flow, channel: number): number {
  let bytes = 0
  for (const { body } of flow.lanes.get(channel)?.waiting ?? []) bytes += body.byteLength
  return bytes
}

/** Bytes of all channels that wait to be sent. */
export const waitingBytes = (flow: Flow): number => {
  let bytes = 0
  for (const { waiting } of flow.lanes.values()) for (const { body } of waiting) bytes += body.byteLength
  return bytes
}
