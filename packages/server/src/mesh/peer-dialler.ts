// Dials another machine: TLS to whoever answers, its key compared, a signed request, a signed answer (rules H1-H3).
import {
  checkLinkAnswer,
  nodeKeyOf,
  signLinkRequest,
  type NodeCrypto,
  type NodeId,
  type SignedHeaders,
} from '@tutti/protocol'
import { lookup } from 'node:dns/promises'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { connect, TLSSocket, type ConnectionOptions } from 'node:tls'
import { WebSocket } from 'ws'
import type { Identity } from './identity.ts'
import { bindingOf, keyOfPeer, MAX_FRAME_BYTES, socketCarrier } from './socket-carrier.ts'
import type { Carrier, Purpose } from './transport.ts'

export interface DialDeps {
  identity: Identity
  certificate: string
  privateKey: string
  crypto: NodeCrypto
  newNonce: () => string
  wallMs: () => number
}

export const PATHS: Readonly<Record<Purpose, string>> = { link: '/peer/link', pairing: '/peer/pairing' }

// Another continent answers within a second.
const HANDSHAKE_MS = 5000

export interface Dialled {
  carrier: Promise<Carrier>
  /** Gives up, or ends what is there. */
  abort(): void
}

export interface Place {
  url: string
  /** The numeric address to be dialled. */
  host: string
}

/** Where a URL leads now; of a name with several addresses another one each time. Rejects for a name that nobody has. */
export async function placeOf(url: string, nth: number): Promise<Place> {
  const name = hostIn(url)
  if (isIP(name) !== 0) return { url, host: name }
  const found = await lookup(name, { all: true })
  return { url, host: found[nth % found.length]?.address ?? name }
}

/** Opens one connection, and never a second one beside it. */
export function dial(
  deps: DialDeps,
  to: NodeId,
  { url, host, purpose }: Place & { purpose: Purpose },
): Dialled {
  const path = PATHS[purpose]
  let signed: { headers: SignedHeaders; binding: string } | null = null
  const socket = new WebSocket(`${url.replace(/\/$/, '')}${path}`, {
    cert: deps.certificate,
    key: deps.privateKey,
    minVersion: 'TLSv1.3',
    // No authority vouches for a machine: its key is compared instead, before anything is said.
    rejectUnauthorized: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handshakeTimeout: HANDSHAKE_MS,
    createConnection: (options: unknown) => connect(connectionOf(options, { url, host })),
    finishRequest(request) {
      whenSecure(request, (tls) => {
        if (!Buffer.from(keyOfPeer(tls)).equals(nodeKeyOf(to).raw)) {
          request.destroy(new Error('another machine answers there'))
          return
        }
        const headers = signLinkRequest(
          {
            authority: String(request.getHeader('host')),
            path,
            websocketKey: String(request.getHeader('sec-websocket-key')),
            from: deps.identity.id,
            to,
            createdS: Math.floor(deps.wallMs() / 1000),
            nonce: deps.newNonce(),
          },
          deps.identity.sign,
        )
        signed = { headers, binding: bindingOf(tls) }
        for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
        request.end()
      })
    },
  })
  const carrier = new Promise<Carrier>((resolve, reject) => {
    let answer: IncomingMessage | null = null
    socket.once('upgrade', (response) => {
      answer = response
    })
    socket.once('open', () => {
      if (signed && answer && isAnswered(deps, { to, answer, signed })) {
        resolve(socketCarrier(socket, { peer: to, dialled: true, binding: signed.binding }))
        return
      }
      socket.terminate()
      reject(new Error('the answer is not signed by that machine'))
    })
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      reject(new Error(`it answered ${response.statusCode}`))
    })
    socket.on('error', reject)
  })
  return { carrier, abort: () => socket.terminate() }
}

/** The name stays in what is said; where it leads was looked up before, as Node would dial all of its addresses. */
function connectionOf(options: unknown, { url, host }: Place): ConnectionOptions {
  const given = typeof options === 'object' && options !== null ? options : {}
  const name = hostIn(url)
  return { ...given, path: undefined, host, servername: isIP(name) === 0 ? name : '' }
}

const hostIn = (url: string): string => new URL(url).hostname.replaceAll(/[[\]]/g, '')

function whenSecure(request: ClientRequest, then: (socket: TLSSocket) => void): void {
  request.once('socket', (socket) => {
    if (!(socket instanceof TLSSocket)) request.destroy(new Error('expected an address with wss://'))
    else socket.once('secureConnect', () => then(socket))
  })
}

function isAnswered(
  deps: DialDeps,
  of: { to: NodeId; answer: IncomingMessage; signed: { headers: SignedHeaders } },
): boolean {
  const verdict = checkLinkAnswer(
    { headers: signedHeaders(of.answer), requestSignature: of.signed.headers.signature },
    { self: deps.identity.id, nowS: deps.wallMs() / 1000, crypto: deps.crypto },
  )
  return verdict.ok && verdict.node === of.to
}

/** The headers of a signature as they came, null where one is missing or doubled. */
export function signedHeaders({ headers }: IncomingMessage) {
  const one = (name: keyof SignedHeaders): string | null => {
    const value = headers[name]
    return typeof value === 'string' ? value : null
  }
  return {
    'tutti-node': one('tutti-node'),
    'tutti-peer': one('tutti-peer'),
    'signature-input': one('signature-input'),
    signature: one('signature'),
  }
}
