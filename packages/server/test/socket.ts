// Sockets by hand, for what no proper client would send, and WebSockets whose frames a test can wait for.
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { TestRoom } from './room.ts'

/** Sends bytes as they are and answers with all that comes back until the end of the connection, or after `waitMs`. */
export function raw(port: number, bytes: string, waitMs = 2000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const timer = setTimeout(() => socket.destroy(), waitMs)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
    socket.write(bytes, 'latin1')
  })
}

export interface Opened {
  status: number
  socket: WebSocket
  frames: Record<string, unknown>[]
  next(fits: (frame: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  closed: Promise<number>
}

/** Tries to open a WebSocket; status 101 when it opened, else the status of the refusal. */
export function openSocket(
  room: TestRoom,
  path: string,
  headers: Record<string, string> = {},
): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${room.port}${path}`, {
    headers: { Host: room.host, ...headers },
    perMessageDeflate: false,
  })
  const frames: Record<string, unknown>[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (data, binary) => {
    if (binary) return
    frames.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>)
    for (const look of waiting) look()
  })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  const next: Opened['next'] = (fits) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no such frame in ${JSON.stringify(frames)}`)), 5000)
      const look = () => {
        const found = frames.find(fits)
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return new Promise((resolve, reject) => {
    const done = (status: number) => resolve({ status, socket, frames, next, closed })
    socket.on('open', () => done(101))
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      done(response.statusCode ?? 0)
    })
    socket.on('error', (error) => {
      if (!/Unexpected server response/.test(error.message)) reject(error)
    })
  })
}

/** A socket just after a successful upgrade, for frames by hand. */
export async function upgradedSocket(room: Pick<TestRoom, 'port' | 'host'>, token: string): Promise<Socket> {
  const socket = connect(room.port, '127.0.0.1')
  socket.on('error', () => socket.destroy()) // cut off by the server, as it should be
  socket.write(
    `GET /v1/stream HTTP/1.1\r\nHost: ${room.host}\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  await new Promise((resolve) => socket.once('data', resolve))
  socket.resume()
  return socket
}
