// Who a message is for: `name@scope.provider`, its short forms, and where its provider begins (rules A1-A8).
import { AmpError, quoted } from './amp-error.ts'
import { LIMITS } from './limits.ts'

/** An address in full, in lower case. `scope` is dotted and ends with the tenant; `provider` is a domain of at least two labels. */
export interface Address {
  readonly name: string
  readonly scope: string
  readonly tenant: string
  readonly provider: string
  /** False where nobody knows the provider and the last two labels were taken for it (A5). */
  readonly certain: boolean
}

/** What short addresses are completed with, and which provider domains are known (peers, own aliases). */
export interface Naming {
  readonly tenant: string
  readonly provider: string
  readonly known?: readonly string[]
}

const NAME = /^[a-z0-9_-]{1,63}$/
const LABEL = /^[a-z0-9-]{1,63}$/
const RESERVED = new Set(['local', 'internal', 'localhost'])

/**
 * Any form -> address (AMP 02): `name`, `name@tenant`, `name@scope.tenant.provider`. Throws AmpError `invalid_field`.
 * @example parseAddress('bob', {tenant: 'acme', provider: 'tutti.local'}) // bob@acme.tutti.local
 */
export function parseAddress(text: string, naming: Naming): Address {
  if (text.length > LIMITS.addressChars) throw wrongAddress(text)
  const [name = '', domain, ...more] = text.toLowerCase().split('@')
  // Lower-casing folds U+212A to k: only what was ASCII before may pass.
  if (!NAME.test(name) || more.length > 0 || !isAscii(text)) throw wrongAddress(text)
  if (domain === undefined) return complete(text, { name, scope: naming.tenant, provider: naming.provider })
  const labels = domain.split('.')
  if (!labels.every((label) => LABEL.test(label))) throw wrongAddress(text)
  if (labels.length === 1) return complete(text, { name, scope: domain, provider: naming.provider })
  return complete(text, { name, ...division(text, labels, naming) })
}

/** The address in full: at most 254 characters, lower case. */
export const formatAddress = (address: Address): string =>
  `${address.name}@${address.scope}.${address.provider}`

/** The shortest form that means the same in this place: `name`, `name@tenant`, or the full one (A3). */
export function shortAddress(address: Address, naming: Naming): string {
  const near = address.provider === naming.provider.toLowerCase()
  if (near && address.scope === naming.tenant.toLowerCase()) return address.name
  return near && !address.scope.includes('.') ? `${address.name}@${address.scope}` : formatAddress(address)
}

/** Whether two addresses name the same agent; how each was written does not matter. */
export const sameAddress = (a: Address, b: Address): boolean => formatAddress(a) === formatAddress(b)

/** Whether the senders of two addresses live under one tenant of one provider: equal, never a suffix of one another (T3). */
export const sameTenant = (a: Address, b: Address): boolean =>
  a.tenant === b.tenant && a.provider === b.provider

/** Whether a provider is for local networks only (`*.local`, `*.internal`, `*.localhost`; AMP 06a, A6). */
export const isLocalProvider = (provider: string): boolean =>
  RESERVED.has(provider.slice(provider.lastIndexOf('.') + 1))

/** Whether a text has the shape of an address, short or in full, in either case; what it means needs a Naming (A8). */
export const isAddressText = (text: string): boolean =>
  text.length <= LIMITS.addressChars &&
  /^[A-Za-z0-9_-]{1,63}(?:@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*)?$/.test(text)

/** Domains that may be the provider of an unknown address, longest first, for a discovery that probes them in this order (A5). */
export function providerCandidates(text: string): readonly string[] {
  const labels = text
    .toLowerCase()
    .slice(text.indexOf('@') + 1)
    .split('.')
  return labels.slice(1, -1).map((_, i) => labels.slice(i + 1).join('.'))
}

/** Whether a text may become the name of a new agent: letters, digits, `-` and `_`, beginning and ending with a letter or digit (A7). */
export const isNewName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(text)

interface Division {
  scope: string
  provider: string
  certain?: boolean
}

function division(text: string, labels: readonly string[], naming: Naming): Division {
  const known = new Set([naming.provider, ...(naming.known ?? [])].map((domain) => domain.toLowerCase()))
  for (let at = 1; at < labels.length - 1; at++) {
    const provider = labels.slice(at).join('.')
    if (known.has(provider)) return { scope: labels.slice(0, at).join('.'), provider }
  }
  if (labels.length < 3) throw wrongAddress(text)
  const provider = labels.slice(-2).join('.')
  return { scope: labels.slice(0, -2).join('.'), provider, certain: isLocalProvider(provider) }
}

function complete(text: string, parts: Division & { name: string }): Address {
  const scope = parts.scope.toLowerCase()
  const provider = parts.provider.toLowerCase()
  const tenant = scope.slice(scope.lastIndexOf('.') + 1)
  const address = { name: parts.name, scope, tenant, provider, certain: parts.certain ?? true }
  if (formatAddress(address).length > LIMITS.addressChars) throw wrongAddress(text)
  return address
}

const isAscii = (text: string): boolean => /^[\u0021-\u007e]*$/.test(text)

const wrongAddress = (text: string): AmpError =>
  new AmpError(
    'invalid_field',
    `Expected an address like name@tenant.provider, got ${quoted(text)}`,
    'address',
  )
