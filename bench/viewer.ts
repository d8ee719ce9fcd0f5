// A viewer of terminals without a browser: speaks /v1/stream as the dashboard does, and counts every byte.
import { decodeServerFrame, encodeFrame, type ResumePoint, type ServerFrame } from '@tutti/protocol'
import { WebSocket } from 'ws'
import type { Stage } from './stage.ts'

export interface Viewer {
  socket: WebSocket
  /** Called with each frame of the channel. */
  onFrame(channel: number, listen: (frame: ServerFrame) => void): void
  open(
    channel: number,
    agentId: string,
    options?: { resume?: ResumePoint; cols?: number; rows?: number; access?: 'read' | 'write' },
  ): void
  type(channel: number, text: string): void
  credit(channel: number, bytes: number): void
  close(): void
}

export async function openViewer(stage: Stage): Promise<Viewer> {
  const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/v1/stream`, {
    headers: { authorization: `Bearer ${stage.token()}` },
  })
  socket.binaryType = 'nodebuffer'
  const listeners = new Map<number, (frame: ServerFrame) => void>()
  socket.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) return
    const frame = decodeServerFrame(data)
    listeners.get(frame.channel)?.(frame)
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    onFrame: (channel, listen) => listeners.set(channel, listen),
    open: (channel, agentId, options = {}) => {
      const { resume, cols = 120, rows = 36, access = 'write' } = options
      const request = { type: 'open', channel, agentId, cols, rows, access, kind: 'terminal' } as const
      socket.send(encodeFrame(resume ? { ...request, resume } : request))
    },
    type: (channel, text) => socket.send(encodeFrame({ type: 'input', channel, bytes: Buffer.from(text) })),
    credit: (channel, bytes) => socket.send(encodeFrame({ type: 'credit', channel, bytes })),
    close: () => socket.close(),
  }
}

/** What a viewer that consumes at once has of a terminal: its bytes since the last snapshot, and where it stands. */
export interface Reading {
  epoch: string
  offset: number
  snapshots: number
  /** Bytes of DATA that did not begin where the former ended. */
  gaps: number
  text: string
  exited: boolean
}

/** Reads a channel and gives credit back at once; `keep` holds the text. */
export function read(
  viewer: Viewer,
  channel: number,
  options: { keep: boolean; onText?: (text: string) => void },
): Reading {
  const reading: Reading = { epoch: '', offset: 0, snapshots: 0, gaps: 0, text: '', exited: false }
  const decoder = new TextDecoder()
  const take = (bytes: Uint8Array) => {
    const text = decoder.decode(bytes, { stream: true })
    if (options.keep) reading.text += text
    options.onText?.(text)
    viewer.credit(channel, bytes.byteLength)
  }
  viewer.onFrame(channel, (frame) => {
    if (frame.type === 'opened') reading.epoch = frame.epoch
    if (frame.type === 'exit') reading.exited = true
    if (frame.type === 'fault') throw new Error(`${frame.code}: ${frame.message}`)
    if (frame.type === 'snapshot') {
      reading.snapshots += 1
      reading.offset = frame.offset
      take(frame.bytes)
    }
    if (frame.type === 'data') {
      if (frame.offset !== reading.offset && reading.offset !== 0) reading.gaps += 1
      reading.offset = frame.offset + frame.bytes.byteLength
      take(frame.bytes)
    }
  })
  return reading
}

/** Resolves when the condition holds; rejects with the sentence after the time. */
export async function until(holds: () => boolean, what: string, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`timed out: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
