// What the guard judges of a request, taken once from Node's message; the same for HTTP and for an upgrade.
import type { IncomingMessage } from 'node:http'
import type { AgentId } from '@tutti/core'
import type { Scheme } from './host.ts'

export interface Facts {
  method: string
  /** As sent. */
  target: string
  /** As the router reads it, without the query: what is judged must be what is performed. */
  path: string
  /** Every Host header, as sent. */
  hosts: readonly string[]
  /** Our own origin as the caller addressed us, which behind a proxy that ends TLS is https. */
  self: string
  address: string
  agent: string
  /** The agent whose own socket it came by; null for everything that came by the network. */
  ownSocketOf: AgentId | null
  headers: IncomingMessage['headers']
}

const AGENT_LENGTH = 200

export interface Origin {
  /** The scheme by which a browser reaches this Host, in lower case. */
  schemeOf: (host: string) => Scheme
  ownSocketOf: AgentId | null
}

export function factsOf(message: IncomingMessage, { schemeOf, ownSocketOf }: Origin): Facts {
  const target = message.url ?? ''
  const hosts = valuesOf(message.rawHeaders, 'host')
  const host = hosts[0]?.toLowerCase() ?? ''
  return {
    method: message.method ?? '',
    target,
    path: routedPath(target.split('?', 1)[0] ?? ''),
    hosts,
    self: `${schemeOf(host)}://${host}`,
    address: ownSocketOf ?? (message.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, ''),
    ownSocketOf,
    agent: (message.headers['user-agent'] ?? '').slice(0, AGENT_LENGTH),
    headers: message.headers,
  }
}

/** Dots resolved and escapes undone, as the adapter and the router do; what they cannot read stays as it is. */
function routedPath(path: string): string {
  if (!/[%\\]|\/\./.test(path)) return path
  try {
    return decodeURI(new URL(`http://localhost${path}`).pathname)
  } catch {
    return path
  }
}

/** The header when it is one text; Node joins the doubled ones that matter here, and a joined one fits nothing. */
export function headerOf(facts: Pick<Facts, 'headers'>, name: string): string | undefined {
  const value = facts.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}
