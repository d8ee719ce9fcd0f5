// A viewer of one terminal that outlives connections: it reopens itself where it stopped reading.
import type { ClientFrame, OpenRequest, ResumePoint, ServerFrame, ViewState } from '@tutti/protocol'
import { FRAME_LIMITS } from '@tutti/protocol'
import { opened, placed, replaced, type Position } from './terminal-position.ts'

type Body<T extends ServerFrame['type']> = Omit<Extract<ServerFrame, { type: T }>, 'type' | 'channel'>

/** What a viewer is told. After `snapshot` the screen is reset and written anew; `data` follows it without gaps. */
export interface TerminalEvents {
  data(bytes: Uint8Array): void
  snapshot(snapshot: Body<'snapshot'>): void
  opened?(opened: Body<'opened'>): void
  state?(state: ViewState): void
  exit?(exit: Body<'exit'>): void
  thumbnail?(picture: Body<'thumbnail'>): void
  /** The channel has ended with this fault; `reopen` tries again. */
  fault?(fault: Body<'fault'>): void
  /** Whether keys reach the terminal at this moment. */
  linked?(linked: boolean): void
}

/** Sending answers false while there is no connection: keys are never kept and typed later by surprise. */
export interface TerminalHandle {
  write(input: Uint8Array | string): boolean
  paste(text: string): boolean
  resize(cols: number, rows: number): void
  /** Makes this viewer's size the session's. */
  take(): boolean
  /** Grants as many bytes as were shown; without it the server stops after INITIAL_CREDIT_BYTES. */
  credit(bytes: number): void
  /** Opens again after a fault or an exit. */
  reopen(): void
  close(): void
  /** Where it stands; null before something was shown. */
  point(): ResumePoint | null
}

export interface ChannelDeps {
  channel: number
  request: OpenRequest
  events: TerminalEvents
  /** False while there is no connection. */
  send(frame: ClientFrame): boolean
  closed(): void
}

/** A channel as its stream sees it. */
export interface TerminalChannel {
  handle: TerminalHandle
  receive(frame: ServerFrame): void
  connected(): void
  disconnected(): void
}

interface View {
  cols: number
  rows: number
  position: Position | null
  /** Ended by a fault or an exit: not reopened by itself. */
  ended: boolean
  closed: boolean
  /** Received by this connection and not yet credited. */
  uncredited: number
  /** Received by connections before, whose credit the server no longer counts. */
  forgotten: number
}

/** Makes the channel; it opens when its stream is connected. */
export function createTerminalChannel(deps: ChannelDeps): TerminalChannel {
  const { request } = deps
  const resume = request.resume
  const view: View = {
    cols: request.cols,
    rows: request.rows,
    position: resume ? { ...resume, shown: true } : null,
    ended: false,
    closed: false,
    uncredited: 0,
    forgotten: 0,
  }
  return {
    handle: createHandle(deps, view),
    receive: (frame) => {
      if (!view.closed) receive(deps, view, frame)
    },
    connected: () => {
      if (!view.ended) open(deps, view)
    },
    disconnected: () => {
      forget(view)
      deps.events.linked?.(false)
    },
  }
}

function createHandle(deps: ChannelDeps, view: View): TerminalHandle {
  const { channel } = deps
  const sendOpen = (frame: ClientFrame) => !view.closed && !view.ended && deps.send(frame)
  return {
    write: (input) => slices(input).every((bytes) => sendOpen({ type: 'input', channel, bytes })),
    paste: (text) => sendOpen({ type: 'paste', channel, text }),
    resize: (cols, rows) => {
      if (cols === view.cols && rows === view.rows) return
      Object.assign(view, { cols, rows })
      sendOpen({ type: 'resize', channel, cols, rows })
    },
    take: () => sendOpen({ type: 'take', channel }),
    credit: (bytes) => credit(deps, view, bytes),
    reopen: () => {
      if (!view.closed && view.ended) open(deps, view)
    },
    close: () => {
      if (view.closed) return
      sendOpen({ type: 'close', channel })
      view.closed = true
      deps.closed()
    },
    point: () => pointOf(view),
  }
}

function open(deps: ChannelDeps, view: View): void {
  view.ended = false
  forget(view)
  const { agentId, access, kind } = deps.request
  const point = kind === 'terminal' ? pointOf(view) : null
  const sent = deps.send({
    type: 'open',
    channel: deps.channel,
    agentId,
    access,
    kind,
    cols: view.cols,
    rows: view.rows,
    ...(point ? { resume: point } : {}),
  })
  if (sent) deps.events.linked?.(true)
}

function receive(deps: ChannelDeps, view: View, frame: ServerFrame): void {
  switch (frame.type) {
    case 'data':
      return receiveData(deps, view, frame)
    case 'snapshot':
      return receiveSnapshot(deps, view, frame)
    case 'opened':
      view.position = opened(view.position, frame)
      view.ended = false // also after an exit, when the agent was started again
      return deps.events.opened?.(frame)
    case 'exit':
    case 'fault':
      return end(deps, view, frame)
    case 'state':
      return deps.events.state?.(frame)
    case 'thumbnail':
      return deps.events.thumbnail?.(frame)
  }
}

function end(
  { events }: ChannelDeps,
  view: View,
  frame: Extract<ServerFrame, { type: 'exit' | 'fault' }>,
): void {
  view.ended = true
  events.linked?.(false)
  if (frame.type === 'exit') events.exit?.(frame)
  else events.fault?.(frame)
}

function receiveData(deps: ChannelDeps, view: View, frame: Extract<ServerFrame, { type: 'data' }>): void {
  view.uncredited += frame.bytes.byteLength
  const next = view.position ? placed(view.position, frame.offset, frame.bytes) : 'gap'
  if (next === 'gap') return restart(deps, view)
  view.position = next.position
  const doubled = frame.bytes.byteLength - next.bytes.byteLength
  // What was shown before is never handed on, so nobody else would credit it.
  if (doubled > 0) credit(deps, view, doubled)
  if (next.bytes.byteLength > 0) deps.events.data(next.bytes)
}

function receiveSnapshot(
  deps: ChannelDeps,
  view: View,
  frame: Extract<ServerFrame, { type: 'snapshot' }>,
): void {
  view.uncredited += frame.bytes.byteLength
  if (view.position) view.position = replaced(view.position, frame.offset)
  deps.events.snapshot(frame)
}

/** Bytes are missing: asks for a snapshot by opening anew without a point. */
function restart(deps: ChannelDeps, view: View): void {
  view.position = null
  deps.send({ type: 'close', channel: deps.channel })
  open(deps, view)
}

function credit(deps: ChannelDeps, view: View, bytes: number): void {
  const old = Math.min(bytes, view.forgotten)
  view.forgotten -= old
  const granted = Math.min(bytes - old, view.uncredited)
  if (granted <= 0) return
  view.uncredited -= granted
  if (!view.closed && !view.ended) deps.send({ type: 'credit', channel: deps.channel, bytes: granted })
}

function forget(view: View): void {
  view.forgotten += view.uncredited
  view.uncredited = 0
}

const pointOf = ({ position }: View): ResumePoint | null =>
  position?.shown ? { epoch: position.epoch, offset: position.offset } : null

const encoder = new TextEncoder()

function slices(input: Uint8Array | string): Uint8Array[] {
  const bytes = typeof input === 'string' ? encoder.encode(input) : input
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.byteLength; at += FRAME_LIMITS.inputBytes) {
    parts.push(bytes.subarray(at, at + FRAME_LIMITS.inputBytes))
  }
  return parts
}
