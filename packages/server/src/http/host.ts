// Which host names this server answers to, so that a page that rebinds its own name to this machine reaches nothing.
import { fault, type Fault } from '@tutti/core'

export interface Reach {
  scheme: 'http' | 'https'
  port: number
  /** Names beyond the loopback ones, with or without a port of their own. */
  names: readonly string[]
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
const DEFAULT_PORT = { http: 80, https: 443 } as const

/** Every Host header that is answered, in lower case; a port may be left out only where the scheme implies it. */
export function allowedHosts({ scheme, port, names }: Reach): ReadonlySet<string> {
  const allowed = new Set<string>()
  for (const name of [...LOOPBACK, ...names.map((one) => one.toLowerCase())]) {
    if (hasPort(name)) {
      allowed.add(name)
      continue
    }
    allowed.add(`${name}:${port}`)
    if (port === DEFAULT_PORT[scheme]) allowed.add(name)
  }
  return allowed
}

/** The refusal of a request by its Host headers and its target, or null. Exactly one Host, exactly as allowed. */
export function hostRefusal(
  request: { hosts: readonly string[]; target: string },
  allowed: ReadonlySet<string>,
): Fault | null {
  const [host, second] = request.hosts
  const shown = second === undefined ? (host ?? '(none)') : '(several)'
  // An absolute target would override Host (RFC 9112, 3.2.2); only a proxy sends one.
  const addressed = request.target.startsWith('/') ? shown : request.target
  if (addressed === host && second === undefined && allowed.has(host.toLowerCase())) return null
  return fault('request.host-refused', { host: addressed, expected: [...allowed].join(' or ') })
}

const hasPort = (name: string): boolean => /^(?:\[[^\]]*\]|[^:]*):\d+$/.test(name)
