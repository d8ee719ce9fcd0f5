// Sends a notification to a push service: over HTTPS, to public addresses only, without following anybody elsewhere (C38).
import { lookup } from 'node:dns'
import { request } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export interface Outgoing {
  url: string
  headers: Record<string, string>
  body: Uint8Array
}

/** Answers with the status; rejects where the service cannot be reached, or may not be. */
export type Post = (outgoing: Outgoing) => Promise<number>

const TIMEOUT_MS = 10_000

const SPECIAL = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  SPECIAL.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  SPECIAL.addSubnet(network, prefix, 'ipv6')
}

/** Whether the address is one of the open internet. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  return family !== 0 && !SPECIAL.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Why nothing may be sent there, for people; null where it may. Names are judged again when they are resolved. */
export function addressProblem(text: string): string | null {
  const url = URL.parse(text)
  if (url === null) return 'it is no address'
  if (url.protocol !== 'https:') return 'only https is taken'
  if (url.username !== '' || url.password !== '') return 'it carries a password'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'it lies in a private network'
  return host.includes('.') || host.includes(':') ? null : 'it lies on this machine or network'
}

/** The connection goes to the very address that was judged: a name that changes in between changes nothing. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error) callback(error, '')
    else if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
      callback(new Error(`${hostname} leads into a private network`), '')
    } else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

export const postOutbound: Post = ({ url, headers, body }) =>
  new Promise((resolve, reject) => {
    const problem = addressProblem(url)
    if (problem !== null) {
      reject(new Error(problem))
      return
    }
    const sent = request(
      url,
      { method: 'POST', headers, lookup: publicLookup, timeout: TIMEOUT_MS, agent: false },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('it took too long')))
    sent.on('error', reject)
    sent.end(body)
  })
