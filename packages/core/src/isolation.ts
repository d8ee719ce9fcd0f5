// What an agent's program is kept away from, and which hosts it may reach from inside: the words, and the rule that decides.

/**
 * `none` is level L0 of the threat model: the program runs as the user who started Tutti and reaches what that user reaches.
 * `sandbox` is L2: namespaces of its own, its folder, its own socket, and the hosts it was given. L1 (a user for each agent) and
 * L3 (a machine for each agent) would be further words of this list.
 */
export const ISOLATIONS = ['none', 'sandbox'] as const
export type IsolationLevel = (typeof ISOLATIONS)[number]

/** Ports on a sandbox's own loopback: the door to its hub socket, and the proxy for everything else. */
export const HUB_PORT = 27_470
export const PROXY_PORT = 27_471

const HOST = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?$/
const PORTED = /^(.*?)(?::(\d{1,5}))?$/
const LARGEST_PORT = 65_535
// Machines of clouds hand out credentials there; no rule opens that.
const METADATA = /^169\.254\.|^\[?(?:fe80|fd00:ec2):/

/** A host that a sandboxed program may reach: `api.example.com`, `*.example.com`, or either with `:PORT`. */
export interface HostRule {
  /** Lower case; `*.` at its beginning stands for every name below. IPv6 in brackets. */
  host: string
  /** Null for the usual ports of the web. */
  port: number | null
}

const WEB_PORTS: ReadonlySet<number> = new Set([443, 80])

/** Takes a rule apart; null where it is none. */
export function hostRule(text: string): HostRule | null {
  const [, host = '', digits] = PORTED.exec(text.toLowerCase()) ?? []
  const port = digits === undefined ? null : Number(digits)
  if (port !== null && (port < 1 || port > LARGEST_PORT)) return null
  const isAddress = /^\[[0-9a-f:.]+\]$/.test(host)
  if (!(isAddress || HOST.test(host)) || METADATA.test(host)) return null
  return { host, port }
}

/**
 * Whether one of the rules lets a program reach host and port. `exact` means that a rule names that very address of this machine
 * or network with its port, so that it may lie in a range that is closed otherwise; `open` means the open internet alone.
 */
export function mayReach(rules: readonly string[], { host, port }: { host: string; port: number }) {
  const name = host.toLowerCase().replace(/\.$/, '')
  const fitting = rules
    .map(hostRule)
    .filter((rule): rule is HostRule => rule !== null)
    .filter((rule) => fitsName(rule.host, name) && (rule.port ?? port) === port)
    .filter((rule) => rule.port !== null || WEB_PORTS.has(port))
  if (fitting.some((rule) => rule.port !== null && isLocalName(rule.host))) return 'exact' as const
  return fitting.length > 0 ? ('open' as const) : ('no' as const)
}

const fitsName = (rule: string, name: string): boolean =>
  rule.startsWith('*.') ? name.endsWith(rule.slice(1)) && name.length > rule.length - 1 : name === rule

const isLocalName = (host: string): boolean =>
  host === 'localhost' || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.startsWith('[')

/** The rules that name a port of this machine itself, which a sandbox's own loopback must lead to. */
export const loopbackPorts = (rules: readonly string[]): number[] => [
  ...new Set(
    rules.flatMap((text) => {
      const rule = hostRule(text)
      return rule?.port && /^(?:localhost|127\.0\.0\.1)$/.test(rule.host) ? [rule.port] : []
    }),
  ),
]
