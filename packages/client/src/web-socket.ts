// The door between the stream and a WebSocket of a browser or of Node, so that tests can put anything behind it.
import { unixAddress } from './unix-address.ts'

export interface DoorEvents {
  text(message: string): void
  bytes(message: Uint8Array): void
  /** Called once, also when it never opened. */
  closed(): void
}

/** An open connection. `send` after the end does nothing. */
export interface Door {
  send(bytes: Uint8Array): void
  close(): void
}

/** Opens a connection that resumes after the event `since` (null: from now). A rejection counts as a failed attempt. */
export type OpenDoor = (since: number | null, events: DoorEvents) => Promise<Door>

/** What a browser's WebSocket and the one of `ws` have in common. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (message: { data: unknown }) => void): void
}

const OPEN = 1

/**
 * A door from WebSockets. `make` gets the address's query and gives a socket, connecting or open; in a browser it asks
 * for a ticket first and adds it: `` `${base}/v1/stream?${query}&ticket=${ticket}` ``.
 */
export const webSocketDoor =
  (make: (query: string) => Promise<WebSocketLike> | WebSocketLike): OpenDoor =>
  async (since, events) => {
    const socket = await make(since === null ? '' : `since=${since}`)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') events.text(data)
      else if (data instanceof ArrayBuffer) events.bytes(new Uint8Array(data))
    })
    // An error is always followed by close, which is the one that counts; without a listener `ws` would throw it.
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('close', once(events.closed))
    return {
      send: (bytes) => {
        if (socket.readyState === OPEN) socket.send(owned(bytes))
      },
      close: () => socket.close(),
    }
  }

/** `http://host/base` and a query as the address of its stream; of a Unix socket as `ws` takes it. */
export function streamUrl(baseUrl: string, query: string): string {
  const address = unixAddress(baseUrl)
    ? `ws+${baseUrl}:/v1/stream`
    : `${baseUrl.replace(/^http/, 'ws')}/v1/stream`
  return query === '' ? address : `${address}?${query}`
}

// Frames are made by encodeFrame, whose buffers are never shared; the copy is for the type and for views into others.
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    run()
  }
}
