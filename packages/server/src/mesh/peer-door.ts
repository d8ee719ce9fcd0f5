// Where other machines reach this one: a TLS listener of its own that answers signed upgrades and nothing else (C16).
import { checkLinkRequest, nodeKeyOf, signLinkAnswer, type LinkAnswer, type NodeId } from '@tutti/protocol'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'
import type { Log } from '../handler.ts'
import { PATHS, signedHeaders, type DialDeps } from './peer-dialler.ts'
import { bindingOf, keyOfPeer, MAX_FRAME_BYTES, socketCarrier } from './socket-carrier.ts'
import type { Carrier, Purpose } from './transport.ts'

export interface PeerDoorDeps extends DialDeps {
  log: Log
  nowMs: () => number
  /** Whether that machine may open a carrier for this purpose now. */
  mayDial(node: NodeId, purpose: Purpose): boolean
  hear(carrier: Carrier, purpose: Purpose): void
}

/** Who was refused so often within a minute is not listened to any more: each costs us a handshake. */
const REFUSALS = { most: 30, perMs: 60_000 }
const MOST_CONNECTIONS = 1000
const TIMES = { headersTimeout: 10_000, requestTimeout: 10_000, handshakeTimeout: 10_000 } as const

export interface PeerDoor {
  /** Resolves with the port. */
  listen(host: string, port: number): Promise<number>
  close(): Promise<void>
}

export function createPeerDoor(deps: PeerDoorDeps): PeerDoor {
  const answers = new WeakMap<IncomingMessage, LinkAnswer>()
  const refused = createRefusals(deps.nowMs)
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  })
  sockets.on('headers', (lines, message) => {
    const answer = answers.get(message)
    if (!answer) return
    for (const [name, value] of Object.entries(signLinkAnswer(answer, deps.identity.sign)))
      lines.push(`${name}: ${value}`)
  })
  const server = createServer({
    ...TIMES,
    cert: deps.certificate,
    key: deps.privateKey,
    minVersion: 'TLSv1.3',
    maxHeaderSize: 8 * 1024,
    // The other machine shows its key as well; what it is worth is judged here, not by an authority.
    requestCert: true,
    rejectUnauthorized: false,
  })
  server.maxConnections = MOST_CONNECTIONS
  server.on('request', (message, response) => {
    message.resume()
    response.writeHead(404, { connection: 'close' }).end()
  })
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()) // Node gives the bare socket away: its error would end the process
    const address = message.socket.remoteAddress ?? 'unknown'
    const verdict = refused.isTooMany(address) ? { status: 429 } : judge(deps, message)
    if ('status' in verdict) {
      refused.count(address)
      deps.log.warn('mesh.refused', { address, status: verdict.status })
      socket.end(`HTTP/1.1 ${verdict.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    answers.set(message, verdict.answer)
    const { peer, binding, purpose } = verdict
    sockets.handleUpgrade(message, socket, head, (client) =>
      deps.hear(socketCarrier(client, { peer, dialled: false, binding }), purpose),
    )
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port }, () => {
          server.off('error', reject)
          const address = server.address()
          resolve(typeof address === 'object' && address !== null ? address.port : port)
        })
      }),
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Judged = { status: number } | { peer: NodeId; purpose: Purpose; binding: string; answer: LinkAnswer }

/** C16: without the signature of a key nobody gets in, and with a self-made key nobody who was not let in. */
function judge(deps: PeerDoorDeps, message: IncomingMessage): Judged {
  const purpose = purposeOf(message.url ?? '')
  const { socket } = message
  if (purpose === null) return { status: 404 }
  // Browsers say where they come from; no page has any business here.
  if (message.headers.origin !== undefined || !(socket instanceof TLSSocket)) return { status: 403 }
  const headers = signedHeaders(message)
  const verdict = checkLinkRequest(
    {
      headers,
      authority: message.headers.host ?? '',
      path: PATHS[purpose],
      websocketKey: message.headers['sec-websocket-key'] ?? '',
    },
    { self: deps.identity.id, nowS: deps.wallMs() / 1000, crypto: deps.crypto },
  )
  if (!verdict.ok) return { status: 401 }
  const { node: peer, nonce } = verdict
  // The key of the connection and that of the request are one.
  if (!Buffer.from(keyOfPeer(socket)).equals(nodeKeyOf(peer).raw)) return { status: 401 }
  if (!deps.mayDial(peer, purpose)) return { status: 401 }
  const answer: LinkAnswer = {
    from: deps.identity.id,
    to: peer,
    createdS: Math.floor(deps.wallMs() / 1000),
    nonce,
    requestSignature: headers.signature ?? '',
  }
  return { peer, purpose, binding: bindingOf(socket), answer }
}

function purposeOf(url: string): Purpose | null {
  if (url === PATHS.link) return 'link'
  return url === PATHS.pairing ? 'pairing' : null
}

function createRefusals(nowMs: () => number) {
  const known = new Map<string, { count: number; untilMs: number }>()
  const current = (address: string) => {
    const one = known.get(address)
    if (one && one.untilMs > nowMs()) return one
    known.delete(address)
    return null
  }
  return {
    isTooMany: (address: string) => (current(address)?.count ?? 0) >= REFUSALS.most,
    count(address: string) {
      const one = current(address)
      if (one) one.count++
      else {
        if (known.size >= MOST_CONNECTIONS) known.clear()
        known.set(address, { count: 1, untilMs: nowMs() + REFUSALS.perMs })
      }
    },
  }
}
