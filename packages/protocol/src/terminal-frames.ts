// The binary language between a terminal on a screen and the machine that hosts its session, so that both ends agree on every byte.
//
// One WebSocket (`/v1/stream`) carries JSON text messages (events; not described here) and binary messages: these frames.
//
//   TF1  A frame is `u8 type, u32be channel, body`. The client chooses the channel in OPEN; every later frame of that
//        viewer, in both directions, carries it. Types below 0x80 go to the server, the others to the client.
//   TF2  Text is UTF-8 and must be well-formed. Numbers are big-endian. JSON bodies are one object; fields that are not
//        listed are ignored, so that either end may be the newer one.
//   TF3  Offsets count the bytes that the server has read of the session's program since its `epoch` began (one epoch is
//        one attachment of the server to the session), and one for each gap where it left output of a flood out. They
//        are u64 on the wire and stay below 2^53.
//   TF4  DATA frames of one channel are contiguous: each begins where the one before it, or the SNAPSHOT before it, ended.
//   TF5  A SNAPSHOT replaces everything: its bytes, written to a freshly reset terminal of its size, give scrollback,
//        screen, cursor and modes as they were at its offset.
//   TF6  The server sends DATA, SNAPSHOT and THUMBNAIL only while the client's credit is above zero. A channel starts with
//        INITIAL_CREDIT_BYTES; each byte of DATA and SNAPSHOT content, and each byte of a THUMBNAIL's JSON, takes one away
//        (a SNAPSHOT may leave a debt), and CREDIT gives back what the client has consumed.
//   TF8  tmux answers the queries of programs (DA, DSR, DECRQM ...). A client must not send its emulator's own answers.
//   TF7  A frame that breaks a rule is refused with FrameError; the receiver closes the channel (server: FAULT), never the process.
//
//   0x01 OPEN      json {agentId, cols, rows, access: 'write'|'read', kind: 'terminal'|'thumbnail', resume?: {epoch, offset}}
//   0x02 INPUT     bytes as typed            0x03 PASTE     UTF-8 text
//   0x04 RESIZE    u16 cols, u16 rows        0x05 CREDIT    u32 bytes
//   0x06 CLOSE     (empty)                   0x07 TAKE      (empty) this viewer's size becomes the session's
//   0x81 OPENED    json {epoch, offset, cols, rows, access}
//   0x82 DATA      u64 offset of the first byte, bytes
//   0x83 SNAPSHOT  u64 offset, u16 cols, u16 rows, u8 reason (1 join, 2 behind, 3 resize, 4 restart), bytes
//   0x84 STATE     json {cols, rows, sizeOwner: 'you'|'viewer'|'terminal', viewers, title, outside}
//   0x85 EXIT      json {code: number|null, reason}
//   0x86 THUMBNAIL json {cols, rows, lines: text with SGR sequences}
//   0x87 FAULT     json {code, message}

import type { Fields } from './frame-body.ts'
import {
  FrameError,
  MAX_DIMENSION,
  atLeast,
  exactly,
  isDimension,
  jsonBody,
  limited,
  text,
  utf8,
  viewOf,
} from './frame-body.ts'

/** Body limits in bytes, checked by both ends. */
export const FRAME_LIMITS = {
  openBytes: 4 * 1024,
  inputBytes: 64 * 1024,
  pasteBytes: 1024 * 1024,
  // A screen of 1000 x 1000 with 50,000 lines of history and colours stays below this.
  snapshotBytes: 64 * 1024 * 1024,
  dataBytes: 64 * 1024,
  jsonBytes: 1024 * 1024,
  dimension: MAX_DIMENSION,
} as const

/** What a channel may receive before its first CREDIT (TF6). */
export const INITIAL_CREDIT_BYTES = 256 * 1024

export type Access = 'write' | 'read'
export type ViewerKind = 'terminal' | 'thumbnail'
export type SnapshotReason = 'join' | 'behind' | 'resize' | 'restart'
export type SizeOwner = 'you' | 'viewer' | 'terminal'

/** Where a viewer stopped reading; the server continues there if it still can, otherwise it sends a SNAPSHOT. */
export interface ResumePoint {
  epoch: string
  offset: number
}

/** What a viewer asks for when it opens a channel. */
export interface OpenRequest {
  agentId: string
  cols: number
  rows: number
  access: Access
  kind: ViewerKind
  resume?: ResumePoint
}

/** What every viewer may know of the session: `outside` counts plain tmux clients that are attached. */
export interface ViewState {
  cols: number
  rows: number
  sizeOwner: SizeOwner
  viewers: number
  title: string
  outside: number
}

/** Frames that a client sends. */
export type ClientFrame = { channel: number } & (
  | ({ type: 'open' } & OpenRequest)
  | { type: 'input'; bytes: Uint8Array }
  | { type: 'paste'; text: string }
  | { type: 'resize'; cols: number; rows: number }
  | { type: 'credit'; bytes: number }
  | { type: 'close' }
  | { type: 'take' }
)

/** Frames that a server sends. */
export type ServerFrame = { channel: number } & (
  | { type: 'opened'; epoch: string; offset: number; cols: number; rows: number; access: Access }
  | { type: 'data'; offset: number; bytes: Uint8Array }
  | {
      type: 'snapshot'
      offset: number
      cols: number
      rows: number
      reason: SnapshotReason
      bytes: Uint8Array
    }
  | ({ type: 'state' } & ViewState)
  | { type: 'exit'; code: number | null; reason: string }
  | { type: 'thumbnail'; cols: number; rows: number; lines: string[] }
  | { type: 'fault'; code: string; message: string }
)

const HEADER_BYTES = 5
const TYPES = {
  open: 0x01,
  input: 0x02,
  paste: 0x03,
  resize: 0x04,
  credit: 0x05,
  close: 0x06,
  take: 0x07,
  opened: 0x81,
  data: 0x82,
  snapshot: 0x83,
  state: 0x84,
  exit: 0x85,
  thumbnail: 0x86,
  fault: 0x87,
} as const
const REASONS: readonly SnapshotReason[] = ['join', 'behind', 'resize', 'restart']

/** The bytes of one frame. Throws FrameError where the content breaks a limit. */
export function encodeFrame(frame: ClientFrame | ServerFrame): Uint8Array {
  if (frame.type === 'data') return encodeData(frame)
  if (frame.type === 'snapshot') return encodeSnapshot(frame)
  if (frame.type === 'input')
    return withBody(frame, limited(frame.bytes, FRAME_LIMITS.inputBytes, frame.channel))
  if (frame.type === 'paste')
    return withBody(frame, limited(utf8(frame.text), FRAME_LIMITS.pasteBytes, frame.channel))
  if (frame.type === 'resize') return framed(frame, 4, (view) => putSize(view, HEADER_BYTES, frame))
  if (frame.type === 'credit') return framed(frame, 4, (view) => view.setUint32(HEADER_BYTES, frame.bytes))
  if (frame.type === 'close' || frame.type === 'take') return framed(frame, 0)
  return encodeJson(frame)
}

/** Reads a frame that a client sent. Throws FrameError, and nothing else, for anything malformed. */
export function decodeClientFrame(frame: Uint8Array): ClientFrame {
  const { type, channel, body } = header(frame)
  switch (type) {
    case TYPES.open:
      return { type: 'open', channel, ...openRequest(jsonBody(body, FRAME_LIMITS.openBytes, channel)) }
    case TYPES.input:
      return { type: 'input', channel, bytes: limited(body, FRAME_LIMITS.inputBytes, channel) }
    case TYPES.paste:
      return { type: 'paste', channel, text: text(limited(body, FRAME_LIMITS.pasteBytes, channel), channel) }
    case TYPES.resize:
      return { type: 'resize', channel, ...size(viewOf(exactly(body, 4, channel)), 0, channel) }
    case TYPES.credit:
      return { type: 'credit', channel, bytes: viewOf(exactly(body, 4, channel)).getUint32(0) }
    case TYPES.close:
      exactly(body, 0, channel)
      return { type: 'close', channel }
    case TYPES.take:
      exactly(body, 0, channel)
      return { type: 'take', channel }
    default:
      throw new FrameError('frame.type', `Expected a client frame type, got 0x${type.toString(16)}`, channel)
  }
}

/** Reads a frame that a server sent. Throws FrameError, and nothing else, for anything malformed. */
export function decodeServerFrame(frame: Uint8Array): ServerFrame {
  const { type, channel, body } = header(frame)
  switch (type) {
    case TYPES.data:
      return decodeData(body, channel)
    case TYPES.snapshot:
      return decodeSnapshot(body, channel)
    case TYPES.opened:
    case TYPES.state:
    case TYPES.exit:
    case TYPES.thumbnail:
    case TYPES.fault:
      return serverJson(type, jsonBody(body, FRAME_LIMITS.jsonBytes, channel))
    default:
      throw new FrameError('frame.type', `Expected a server frame type, got 0x${type.toString(16)}`, channel)
  }
}

type AnyFrame = ClientFrame | ServerFrame

function framed(
  frame: AnyFrame,
  bodyBytes: number,
  fill?: (view: DataView) => void,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(HEADER_BYTES + bodyBytes)
  const view = viewOf(out)
  view.setUint8(0, TYPES[frame.type])
  view.setUint32(1, frame.channel)
  fill?.(view)
  return out
}

function withBody(frame: AnyFrame, body: Uint8Array): Uint8Array {
  const out = framed(frame, body.byteLength)
  out.set(body, HEADER_BYTES)
  return out
}

function encodeJson(frame: AnyFrame): Uint8Array {
  const { type, channel, ...fields } = frame
  const limit = type === 'open' ? FRAME_LIMITS.openBytes : FRAME_LIMITS.jsonBytes
  return withBody(frame, limited(utf8(JSON.stringify(fields)), limit, channel))
}

function encodeData(frame: Extract<ServerFrame, { type: 'data' }>): Uint8Array {
  const bytes = limited(frame.bytes, FRAME_LIMITS.dataBytes, frame.channel)
  const out = framed(frame, 8 + bytes.byteLength, (view) => putOffset(view, frame.offset))
  out.set(bytes, HEADER_BYTES + 8)
  return out
}

function encodeSnapshot(frame: Extract<ServerFrame, { type: 'snapshot' }>): Uint8Array {
  const bytes = limited(frame.bytes, FRAME_LIMITS.snapshotBytes, frame.channel)
  const out = framed(frame, 13 + bytes.byteLength, (view) => {
    putOffset(view, frame.offset)
    putSize(view, HEADER_BYTES + 8, frame)
    view.setUint8(HEADER_BYTES + 12, REASONS.indexOf(frame.reason) + 1)
  })
  out.set(bytes, HEADER_BYTES + 13)
  return out
}

function putOffset(view: DataView, offset: number): void {
  view.setBigUint64(HEADER_BYTES, BigInt(offset))
}

function putSize(view: DataView, at: number, { cols, rows }: { cols: number; rows: number }): void {
  view.setUint16(at, cols)
  view.setUint16(at + 2, rows)
}

function header(frame: Uint8Array): { type: number; channel: number; body: Uint8Array } {
  if (frame.byteLength < HEADER_BYTES) {
    throw new FrameError('frame.short', `Expected at least 5 bytes, got ${frame.byteLength}`, null)
  }
  const view = viewOf(frame)
  return { type: view.getUint8(0), channel: view.getUint32(1), body: frame.subarray(HEADER_BYTES) }
}

function decodeData(body: Uint8Array, channel: number): ServerFrame {
  atLeast(body, 8, channel)
  const bytes = limited(body.subarray(8), FRAME_LIMITS.dataBytes, channel)
  return { type: 'data', channel, offset: offsetOf(viewOf(body), channel), bytes }
}

function decodeSnapshot(body: Uint8Array, channel: number): ServerFrame {
  atLeast(body, 13, channel)
  const view = viewOf(body)
  const reason = REASONS[view.getUint8(12) - 1]
  if (reason === undefined)
    throw new FrameError('frame.field', 'Expected a snapshot reason from 1 to 4', channel)
  const bytes = limited(body.subarray(13), FRAME_LIMITS.snapshotBytes, channel)
  return {
    type: 'snapshot',
    channel,
    offset: offsetOf(view, channel),
    ...size(view, 8, channel),
    reason,
    bytes,
  }
}

function offsetOf(view: DataView, channel: number): number {
  const offset = Number(view.getBigUint64(0))
  if (!Number.isSafeInteger(offset))
    throw new FrameError('frame.field', 'Expected an offset below 2^53', channel)
  return offset
}

function size(view: DataView, at: number, channel: number): { cols: number; rows: number } {
  const cols = view.getUint16(at)
  const rows = view.getUint16(at + 2)
  if (!isDimension(cols) || !isDimension(rows)) {
    throw new FrameError('frame.field', `Expected 1 to ${FRAME_LIMITS.dimension} columns and rows`, channel)
  }
  return { cols, rows }
}

function openRequest(fields: Fields): OpenRequest {
  const request: OpenRequest = {
    agentId: fields.text('agentId'),
    cols: fields.dimension('cols'),
    rows: fields.dimension('rows'),
    access: fields.one('access', ['write', 'read']),
    kind: fields.one('kind', ['terminal', 'thumbnail']),
  }
  if (fields.value('resume') === undefined) return request
  const resume = fields.inner('resume')
  return { ...request, resume: { epoch: resume.text('epoch'), offset: resume.count('offset') } }
}

function serverJson(type: number, fields: Fields): ServerFrame {
  const { channel } = fields
  const dimensions = () => ({ cols: fields.dimension('cols'), rows: fields.dimension('rows') })
  switch (type) {
    case TYPES.opened: {
      const access = fields.one('access', ['write', 'read'])
      const epoch = fields.text('epoch')
      return { type: 'opened', channel, epoch, offset: fields.count('offset'), ...dimensions(), access }
    }
    case TYPES.state:
      return { type: 'state', channel, ...dimensions(), ...viewState(fields) }
    case TYPES.exit:
      return { type: 'exit', channel, code: exitCode(fields), reason: fields.text('reason') }
    case TYPES.thumbnail:
      return { type: 'thumbnail', channel, ...dimensions(), lines: lines(fields) }
    default:
      return { type: 'fault', channel, code: fields.text('code'), message: fields.text('message') }
  }
}

const viewState = (fields: Fields): Omit<ViewState, 'cols' | 'rows'> => ({
  sizeOwner: fields.one('sizeOwner', ['you', 'viewer', 'terminal']),
  viewers: fields.count('viewers'),
  title: fields.text('title'),
  outside: fields.count('outside'),
})

function exitCode(fields: Fields): number | null {
  const code = fields.value('code')
  return code === null ? null : fields.count('code')
}

function lines(fields: Fields): string[] {
  const value = fields.value('lines')
  if (Array.isArray(value) && value.every((line): line is string => typeof line === 'string')) return value
  throw new FrameError('frame.field', 'Expected `lines` to be a list of texts', fields.channel)
}
