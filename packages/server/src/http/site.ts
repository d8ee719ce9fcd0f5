// Which page may call: only our own, judged by what a browser cannot be made to lie about.
import { fault, type Fault } from '@tutti/core'

export interface Caller {
  method: string
  path: string
  /** Our own origin as the caller addressed us, such as http://localhost:4747. */
  self: string
  origin: string | undefined
  site: string | undefined
  mode: string | undefined
  dest: string | undefined
}

/** The refusal of a request by Fetch Metadata and Origin, or null. Programs that send neither pass: they need a token. */
export function siteRefusal(caller: Caller): Fault | null {
  const { site, origin } = caller
  const own = site === undefined || site === 'same-origin' || site === 'none'
  if (!own && !opensPage(caller)) return fault('request.cross-site', { site })
  if (origin !== undefined && origin !== caller.self) return fault('request.origin-refused', { origin })
  return null
}

/** A link on another site may open the dashboard in a tab of its own; that answer carries no data and sets no cookie. */
function opensPage({ method, path, mode, dest }: Caller): boolean {
  return method === 'GET' && mode === 'navigate' && dest === 'document' && !isApiPath(path)
}

// The roots of the API and of the aliases under which AMP's clients know it.
const API_ROOTS = [
  '/v1',
  '/api',
  '/auth',
  '/oauth',
  '/agent_registrations',
  '/attachments',
  '/messages/pending',
  '/.well-known',
  '/mcp',
]
// Identities ask below the name of a tenant.
const OF_TENANT = /^\/[^/]+\/(?:oauth|agent_registrations|\.well-known)\//

export const isApiPath = (path: string): boolean =>
  API_ROOTS.some((root) => path === root || path.startsWith(`${root}/`)) || OF_TENANT.test(`${path}/`)
