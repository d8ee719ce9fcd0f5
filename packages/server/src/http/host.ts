// Which host names this server answers to, so that a page that rebinds its own name to this machine reaches nothing.
import { fault, HUB_PORT, type Fault } from '@tutti/core'

export type Scheme = 'http' | 'https'

export interface Reach {
  scheme: Scheme
  port: number
  /** Names beyond the loopback ones, with or without a port of their own; `https://NAME` is reached through a proxy that ends TLS. */
  names: readonly string[]
}

const BEHIND_PROXY = 'https://'
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
const DEFAULT_PORT = { http: 80, https: 443 } as const

/**
 * How programs in a sandbox call the server at the other end of their own socket: by the socket itself, or by the door to it on
 * the loopback of their own network.
 */
export const OWN_SOCKET_HOSTS: ReadonlyMap<string, Scheme> = new Map(
  ['localhost', `127.0.0.1:${HUB_PORT}`, `localhost:${HUB_PORT}`].map((host) => [host, 'http']),
)

/**
 * Every Host header that is answered, in lower case, with the scheme by which a browser reaches it; a port may be left out only
 * where the scheme implies it.
 */
export function allowedHosts({ scheme, port, names }: Reach): ReadonlyMap<string, Scheme> {
  const allowed = new Map<string, Scheme>()
  for (const name of [...LOOPBACK, ...names.map((one) => one.toLowerCase())]) {
    if (name.startsWith(BEHIND_PROXY)) allowed.set(name.slice(BEHIND_PROXY.length), 'https')
    else if (hasPort(name)) allowed.set(name, scheme)
    else {
      allowed.set(`${name}:${port}`, scheme)
      if (port === DEFAULT_PORT[scheme]) allowed.set(name, scheme)
    }
  }
  return allowed
}

/** The refusal of a request by its Host headers and its target, or null. Exactly one Host, exactly as allowed. */
export function hostRefusal(
  request: { hosts: readonly string[]; target: string },
  allowed: ReadonlyMap<string, Scheme>,
): Fault | null {
  const [host, second] = request.hosts
  const shown = second === undefined ? (host ?? '(none)') : '(several)'
  // An absolute target would override Host (RFC 9112, 3.2.2); only a proxy sends one.
  const addressed = request.target.startsWith('/') ? shown : request.target
  if (addressed === host && second === undefined && allowed.has(host.toLowerCase())) return null
  return fault('request.host-refused', { host: addressed, expected: [...allowed.keys()].join(' or ') })
}

const hasPort = (name: string): boolean => /^(?:\[[^\]]*\]|[^:]*):\d+$/.test(name)
