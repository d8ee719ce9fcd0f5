// The code of a one-time link, taken out of the address bar before anything else can read or remember it.
import type { LinkCode } from '../data/session-store.ts'

interface Page {
  location: { hash: string; pathname: string }
  history: { state: unknown; replaceState(state: unknown, unused: string, url: string): void }
}

/**
 * Reads `#setup=CODE`, `#invite=CODE` or `#pair=CODE` and removes it at once. Nothing else in an address is ever obeyed: a link can
 * not name another server, a token or an action.
 */
export function takeLinkCode(page: Page): LinkCode {
  const link = parseLinkCode(page.location.hash)
  if (link) page.history.replaceState(page.history.state, '', page.location.pathname)
  return link
}

export function parseLinkCode(hash: string): LinkCode {
  const [, kind, code] = /^#(setup|invite|pair)=([\w-]{16,128})$/.exec(hash) ?? []
  return isKind(kind) && code ? { kind, code } : null
}

type Kind = NonNullable<LinkCode>['kind']

const isKind = (kind: string | undefined): kind is Kind =>
  kind === 'setup' || kind === 'invite' || kind === 'pair'
