// A WebSocket as a carrier: nothing that comes before somebody listens is lost, and a reader that is stuck is let go.
import type { NodeId } from '@tutti/protocol'
import type { TLSSocket } from 'node:tls'
import type { WebSocket } from 'ws'
import { rawOf } from './identity.ts'
import type { Carrier, CarrierEars } from './transport.ts'

/** A frame of the link, with relayed bytes and its head. */
export const MAX_FRAME_BYTES = 96 * 1024
// The window of a link is 1 MiB: whoever lets more pile up does not read any more.
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024
// A side that has said what it had to waits so long for the other one's closing.
const CLOSING = 1000

export function socketCarrier(
  socket: WebSocket,
  given: { peer: NodeId; dialled: boolean; binding: string },
): Carrier {
  let ears: CarrierEars | null = null
  let isClosed = false
  const early: Uint8Array[] = []
  socket.on('message', (data, isBinary) => {
    if (!isBinary || !(data instanceof Uint8Array)) return socket.close(CLOSING, 'bytes only')
    if (ears) ears.message(data)
    else early.push(data)
  })
  socket.on('error', () => socket.terminate()) // a malformed frame or a broken connection: `close` follows
  socket.on('close', () => {
    isClosed = true
    ears?.closed()
  })
  return {
    ...given,
    send(bytes) {
      if (socket.readyState !== socket.OPEN) return // its closing is heard of in a moment
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate()
      else socket.send(bytes, { binary: true })
    },
    close: () => socket.close(CLOSING),
    listen(heard) {
      ears = heard
      for (const bytes of early.splice(0)) heard.message(bytes)
      if (isClosed) heard.closed()
    },
  }
}

/** The key that the other end of a TLS connection has proved to hold; empty without one. */
export const keyOfPeer = (socket: TLSSocket): Uint8Array => {
  const certificate = socket.getPeerX509Certificate()
  return certificate ? rawOf(certificate.publicKey) : new Uint8Array()
}

/** Known to both ends of this connection and to nobody else (RFC 8446 section 7.5). */
export const bindingOf = (socket: TLSSocket): string =>
  socket.exportKeyingMaterial(32, 'EXPORTER-tutti-link', Buffer.alloc(0)).toString('base64url')
