// Where another provider is and which key it names, by DNS or by its discovery document. Only a proposal: mail is exchanged with a
// provider whose key a person has compared and pinned.
import { fault } from '@tutti/core'
import {
  AmpError,
  fieldsOf,
  fingerprints,
  isFingerprintOf,
  LIMITS,
  matching,
  parseJson,
  parseProviderRecord,
  parsePublicKey,
  publicKeyPem,
  type ProviderRecord,
  type PublicKey,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { Handlers } from '../handler.ts'
import { OutboundRefusal, type FetchOutbound } from '../outbound.ts'

/** TXT records of a name, each in the pieces in which it came; rejects where there are none. */
export type ResolveTxt = (name: string) => Promise<readonly (readonly string[])[]>

export interface LookupDeps {
  resolveTxt: ResolveTxt
  fetchOutbound: FetchOutbound
}

/** Throws message.provider-unknown with what was missing or did not fit. */
export const lookupHandlers = (deps: LookupDeps): Pick<Handlers, 'findMailPeer'> => ({
  async findMailPeer({ provider }) {
    const record = await recordOf(deps.resolveTxt, provider)
    const url = record
      ? `${record.endpoint.replace(/\/+$/, '')}/info`
      : `https://${provider}/.well-known/agent-messaging.json`
    const { key, endpoint } = await documentAt(deps.fetchOutbound, { url, provider })
    const prints = await fingerprints(key, ampCrypto)
    if (record?.fingerprint && !isFingerprintOf(record.fingerprint, prints))
      throw unknown(provider, 'DNS names another key than its server')
    return {
      provider,
      endpoint: record?.endpoint ?? endpoint,
      publicKey: publicKeyPem(key),
      fingerprint: prints.spki,
      source: record ? ('dns' as const) : ('well-known' as const),
    }
  },
})

/** What DNS says of a provider (G3); null where it says nothing of AMP. */
async function recordOf(resolveTxt: ResolveTxt, provider: string): Promise<ProviderRecord | null> {
  // Rejects for a name without records, which is the normal case; the discovery document is asked then.
  const texts = await resolveTxt(`_amp._tcp.${provider}`).catch(() => [])
  for (const pieces of texts) {
    const record = parseProviderRecord(pieces.join(''))
    if (record) return record
  }
  return null
}

async function documentAt(
  fetchOutbound: FetchOutbound,
  { url, provider }: { url: string; provider: string },
): Promise<{ key: PublicKey; endpoint: string }> {
  try {
    const answer = await fetchOutbound({ url, method: 'GET', redirects: 2 })
    if (answer.status !== 200) throw unknown(provider, `${url} answered ${answer.status}`)
    const node = parseJson(answer.body)
    const fields = fieldsOf(node.kind === 'object' ? node : { kind: 'object', members: new Map() })
    const named = fields.optionalText('provider', { wanted: 'a domain', is: () => true })
    if (named !== null && named !== provider) throw unknown(provider, `its server calls itself ${named}`)
    const key = parsePublicKey(
      fields.text('public_key', { wanted: 'a key', is: (text) => text.length < 1024 }),
    )
    return { key, endpoint: fields.text('endpoint', ENDPOINT) }
  } catch (error) {
    if (error instanceof AmpError || error instanceof OutboundRefusal || isNetworkError(error))
      throw unknown(provider, error.message, error)
    throw error
  }
}

const ENDPOINT = matching('an https address', /^https:\/\/[!-~]+$/, LIMITS.urlChars)

/** Node's own errors of sockets and TLS carry a code. */
const isNetworkError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && !('status' in error)

const unknown = (provider: string, problem: string, cause?: unknown) =>
  fault('message.provider-silent', { provider, problem: problem.slice(0, 200) }, cause)
