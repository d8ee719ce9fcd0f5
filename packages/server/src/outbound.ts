// The one door for requests to addresses that others have named: judged as resolved, pinned, short, and nowhere inside (C38).
import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { BlockList, connect, isIP, type LookupFunction, type Socket } from 'node:net'

export interface OutboundRequest {
  url: string
  method: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
  /** Origins that an admin has named by hand: they may lie in the local network, and need no TLS there. */
  trusted?: ReadonlySet<string>
  /** Redirects that are followed, each judged anew. */
  redirects?: number
}

export interface OutboundAnswer {
  status: number
  body: Uint8Array
}

export type FetchOutbound = (request: OutboundRequest) => Promise<OutboundAnswer>

/** Resolves a name to all its addresses; a parameter, so that a test can flip them. */
export type Resolve = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

/** Why nothing may be sent there. */
export class OutboundRefusal extends Error {}

const CONNECT_MS = 5000
const ANSWER_MS = 10_000
// An answer is a receipt or a key; whoever sends more is not answering.
const ANSWER_BYTES = 256 * 1024
const MOST_REDIRECTS = 2

// Everything that is not the open internet: this machine, local networks, metadata services, multicast, reserved.
// One list for each family: Node reads IPv4 as mapped into IPv6, and the mapped range is among the special ones.
const SPECIAL_4 = new BlockList()
const SPECIAL_6 = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  SPECIAL_4.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 32],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const) {
  SPECIAL_6.addSubnet(network, prefix, 'ipv6')
}

/** Whether an address is one of the open internet. */
export const isPublic = (address: string): boolean => {
  const family = isIP(address)
  if (family === 4) return !SPECIAL_4.check(address, 'ipv4')
  return family === 6 && !SPECIAL_6.check(address, 'ipv6')
}

export const systemResolve: Resolve = (host, done) =>
  resolve(host, { all: true, verbatim: true }, (error, addresses) => done(error, addresses ?? []))

/** Makes the door. A request rejects with OutboundRefusal for an address that may not be reached, else with what went wrong. */
export function createOutbound(deps: { resolve: Resolve } = { resolve: systemResolve }): FetchOutbound {
  return async (request) => {
    let url = request.url
    const most = Math.min(request.redirects ?? 0, MOST_REDIRECTS)
    for (let hop = 0; ; hop++) {
      const answer = await once(deps.resolve, { ...request, url })
      if (answer.location === null || hop === most) return { status: answer.status, body: answer.body }
      url = next(url, answer.location)
    }
  }
}

export interface OutboundEnd {
  host: string
  port: number
  /** This very address was named by hand, so it may lie in the local network. */
  isTrusted: boolean
}

export type ConnectOutbound = (end: OutboundEnd) => Promise<Socket>

/** The same door for whoever speaks for itself: a bare connection, once it stands. Rejects with OutboundRefusal or what went wrong. */
export const createOutboundConnect =
  (deps: { resolve: Resolve } = { resolve: systemResolve }): ConnectOutbound =>
  ({ host: named, port, isTrusted }) => {
    const host = named.replace(/^\[|\]$/g, '')
    const { promise, resolve: done, reject } = Promise.withResolvers<Socket>()
    if (!isTrusted && isIP(host) !== 0 && !isPublic(host)) {
      return Promise.reject(new OutboundRefusal('it lies in a private network'))
    }
    const socket = connect({ host, port, lookup: pinned(deps.resolve, isTrusted) })
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('it did not answer in time')))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', reject)
      done(socket)
    })
    return promise
  }

/** The next hop; from https never back to http. */
function next(from: string, location: string): string {
  const url = URL.parse(location, from)
  if (url === null) throw new OutboundRefusal('the redirect leads to no address')
  if (from.startsWith('https:') && url.protocol !== 'https:')
    throw new OutboundRefusal('the redirect leaves https')
  return url.href
}

/** Why nothing may be sent to the address, for people; null where it may. Its name is judged again when it is resolved. */
export function addressProblem(address: string): string | null {
  try {
    const { hostname } = judged({ url: address, method: 'POST' }).url
    const isFull = hostname.includes('.') || hostname.includes(':')
    return isFull ? null : 'it lies on this machine or network'
  } catch (error) {
    if (error instanceof OutboundRefusal) return error.message
    throw error
  }
}

/** The address as it may be connected to. What a name resolves to is judged when it does. */
function judged({ url: text, trusted }: OutboundRequest): { url: URL; isTrusted: boolean } {
  const url = URL.parse(text)
  if (url === null) throw new OutboundRefusal('it is no address')
  const isTrusted = trusted?.has(url.origin) === true
  if (url.protocol !== 'https:' && !(isTrusted && url.protocol === 'http:')) {
    throw new OutboundRefusal('only https is taken')
  }
  if (url.username !== '' || url.password !== '') throw new OutboundRefusal('it carries a password')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isTrusted && !isPublic(host))
    throw new OutboundRefusal('it lies in a private network')
  return { url, isTrusted }
}

/** The connection goes to the very address that was judged: a name that changes in between changes nothing. */
const pinned =
  (find: Resolve, isTrusted: boolean): LookupFunction =>
  (host, options, callback) =>
    find(host, (error, addresses) => {
      const [first] = addresses
      if (error) return callback(error, '')
      if (first === undefined || (!isTrusted && !addresses.every(({ address }) => isPublic(address)))) {
        return callback(new OutboundRefusal(`${host} leads into a private network`), '')
      }
      return options.all ? callback(null, [...addresses]) : callback(null, first.address, first.family)
    })

interface Hop extends OutboundAnswer {
  location: string | null
}

async function once(find: Resolve, request: OutboundRequest): Promise<Hop> {
  const { url, isTrusted } = judged(request)
  const send = url.protocol === 'https:' ? secureRequest : plainRequest
  const { promise, resolve: done, reject } = Promise.withResolvers<Hop>()
  const sent = send(
    url,
    {
      method: request.method,
      headers: { ...request.headers, ...(request.body ? { 'content-length': request.body.byteLength } : {}) },
      lookup: pinned(find, isTrusted),
      timeout: CONNECT_MS,
      signal: AbortSignal.timeout(ANSWER_MS),
      agent: false,
    },
    (answer) => {
      const chunks: Buffer[] = []
      let length = 0
      answer.on('data', (chunk: Buffer) => {
        length += chunk.byteLength
        if (length > ANSWER_BYTES) sent.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        const { location } = answer.headers
        const leads = status >= 300 && status < 400 && location !== undefined
        done({ status, body: Buffer.concat(chunks), location: leads ? location : null })
      })
    },
  )
  sent.on('timeout', () => sent.destroy(new Error('it did not answer in time')))
  sent.on('error', reject)
  sent.end(request.body)
  return promise
}
