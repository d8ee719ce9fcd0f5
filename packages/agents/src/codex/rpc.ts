// JSON-RPC over a WebSocket over a unix socket: how Codex's own app server is spoken to.
import { connect as connectSocket } from 'node:net'
import type { Clock } from '@tutti/core'
import { WebSocket } from 'ws'
import { fieldsOf, parsed, textOf, type Fields } from '../foreign.ts'
import { REFUSED } from '../offer.ts'
import { socketPlace } from './socket-place.ts'

export type RpcId = string | number

export interface RpcMessage {
  method: string
  params: Fields
  /** Set when the server waits for a reply. */
  id: RpcId | null
  /** When the server sent it, ms UTC; null when it does not say. */
  at: number | null
}

export interface Rpc {
  /** The result; rejects with the server's words, after 10 s, or when the connection ends. */
  call(method: string, params: Fields): Promise<Fields>
  notify(method: string): void
  reply(id: RpcId, result: Fields): void
  close(): void
}

export interface RpcOptions {
  path: string
  clock: Clock
  onMessage(message: RpcMessage): void
  /** Called once, however the connection ends. */
  onClose(): void
}

interface Waiting {
  resolve(result: Fields): void
  reject(error: Error): void
}

// Far beyond any answer seen (about 100 ms); a server that hangs must not hold a person's answer for ever.
const CALL_TIMEOUT_MS = 10_000
// A thread's whole history may come in one message; more than this is none that we asked for.
const LARGEST_MESSAGE_BYTES = 64 * 1024 * 1024

/** Connects; rejects when nobody listens there. */
export async function connectRpc({ path, clock, onMessage, onClose }: RpcOptions): Promise<Rpc> {
  const place = await socketPlace(path)
  const socket = new WebSocket('ws://localhost/', {
    createConnection: () => connectSocket(place.path),
    perMessageDeflate: false,
    handshakeTimeout: CALL_TIMEOUT_MS,
    maxPayload: LARGEST_MESSAGE_BYTES,
  })
  const waiting = new Map<RpcId, Waiting>()
  let calls = 0

  socket.on('message', (data) => {
    // A text frame comes as one buffer, as binaryType is left at its default.
    const message = fieldsOf(parsed(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
    const id = idOf(message['id'])
    const method = textOf(message['method'])
    if (method !== '') onMessage({ method, params: fieldsOf(message['params']), id, at: timeIn(message) })
    else if (id !== null) settle(waiting, id, message)
  })
  // Before anything is waited for: an error that nobody listens for would end the daemon, and an end that nobody hears of is
  // waited for without end.
  let isTaken = false
  socket.on('error', () => socket.terminate())
  socket.once('close', () => {
    for (const { reject } of waiting.values()) reject(ended())
    waiting.clear()
    if (isTaken) onClose()
  })
  try {
    await opened(socket)
  } finally {
    await place.close()
  }
  if (socket.readyState !== WebSocket.OPEN) throw ended()
  isTaken = true
  const send = (message: Fields): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }
  return {
    call: (method, params) => {
      if (socket.readyState !== WebSocket.OPEN) return Promise.reject(ended())
      const id = ++calls
      const answer = new Promise<Fields>((resolve, reject) => waiting.set(id, { resolve, reject }))
      const cancel = clock.after(CALL_TIMEOUT_MS, () => giveUp(waiting, id, method))
      send({ id, method, params })
      return answer.finally(cancel)
    },
    notify: (method) => send({ method }),
    reply: (id, result) => send({ id, result }),
    close: () => socket.terminate(),
  }
}

const ended = (): Error => new Error('The connection to Codex has ended.')

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.off('error', reject)
      resolve()
    })
    socket.once('error', reject)
  })
}

function giveUp(waiting: Map<RpcId, Waiting>, id: RpcId, method: string): void {
  waiting.get(id)?.reject(new Error(`Codex did not answer ${method} within ${CALL_TIMEOUT_MS / 1000} s.`))
  waiting.delete(id)
}

function settle(waiting: Map<RpcId, Waiting>, id: RpcId, message: Fields): void {
  const call = waiting.get(id)
  waiting.delete(id)
  if (message['error'] === undefined) return call?.resolve(fieldsOf(message['result']))
  const words = textOf(fieldsOf(message['error'])['message']) || 'Codex refused without a word.'
  call?.reject(new Error(words, { cause: REFUSED }))
}

function idOf(value: unknown): RpcId | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

function timeIn(message: Fields): number | null {
  const at = message['emittedAtMs']
  return typeof at === 'number' && Number.isSafeInteger(at) ? at : null
}
