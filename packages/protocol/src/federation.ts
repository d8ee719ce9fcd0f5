// What one provider says to another about a request as a whole, and how providers find each other (rules G1-G3).
import type { AmpCrypto, Sign } from './amp-crypto.ts'
import { AmpError } from './amp-error.ts'
import { joined, toBase64, utf8Bytes } from './bytes.ts'
import { pythonJson } from './canonical-json.ts'
import { parseInstant } from './instant.ts'
import { parseJson } from './json-tree.ts'
import { LIMITS } from './limits.ts'
import type { PublicKey } from './key.ts'
import { signatureBytes } from './signature.ts'

/** The headers of a delivery between providers. `timestamp` is sent as it is signed: unix seconds or RFC 3339. */
export interface ProviderHeaders {
  readonly provider: string
  readonly timestamp: string
  readonly signature: string
}

/** Headers for a body, lower case: base64 Ed25519 over `timestamp.body`, the body byte for byte (AMP 06, G1). */
export async function providerHeaders(
  request: { provider: string; timestamp: string; body: Uint8Array },
  sign: Sign,
): Promise<Record<string, string>> {
  const signature = toBase64(await sign(dotted(request.timestamp, request.body)))
  return {
    'x-amp-provider': request.provider,
    'x-amp-timestamp': request.timestamp,
    'x-amp-signature': signature,
  }
}

/**
 * Checks a delivery with the pinned key of the provider that the header names (G2): over the raw body, or over the text that
 * Python's json.dumps makes of it, as the specification's sample does. Throws AmpError `provider_not_trusted`,
 * `timestamp_expired` or `timestamp_future`.
 */
export async function checkProvider(
  request: { headers: ProviderHeaders; body: Uint8Array; nowMs: number },
  providerKey: PublicKey,
  crypto: AmpCrypto,
): Promise<'raw' | 'python'> {
  const { timestamp, signature } = request.headers
  const atMs = /^[0-9]{9,11}$/.test(timestamp) ? Number(timestamp) * 1000 : parseInstant(timestamp)
  if (atMs === null || atMs < request.nowMs - LIMITS.staleMs) throw new AmpError('timestamp_expired')
  if (atMs > request.nowMs + LIMITS.futureMs) throw new AmpError('timestamp_future')
  const bytes = signatureBytes(signature)
  const signs = async (body: Uint8Array): Promise<boolean> =>
    bytes !== null && crypto.verifyEd25519(providerKey.raw, bytes, dotted(timestamp, body))
  if (await signs(request.body)) return 'raw'
  if (await signs(utf8Bytes(pythonJson(parseJson(request.body))))) return 'python'
  throw new AmpError('provider_not_trusted', 'The signature of the provider does not match the request.')
}

/** What a provider says of itself in DNS: `v=AMP1; endpoint=...; pubkey=SHA256:...; capabilities=a,b` (AMP 06, G3). */
export interface ProviderRecord {
  readonly endpoint: string
  readonly fingerprint: string | null
  readonly capabilities: readonly string[]
}

/** DNS TXT -> record, null for text of another kind. Spellings `AMP1`, `AMP01.3` and the like all count (G3). */
export function parseProviderRecord(txt: string): ProviderRecord | null {
  if (txt.length > LIMITS.urlChars) return null
  const parts = txt.split(';').map((part) => part.trim())
  const field = (name: string): string | null =>
    parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
  const endpoint = field('endpoint')
  if (!/^AMP[0-9]/.test(field('v') ?? '') || !/^https:\/\/[\u0021-\u007e]+$/.test(endpoint ?? '')) return null
  return {
    endpoint: endpoint ?? '',
    fingerprint: /^SHA256:[A-Za-z0-9+/]{43}=$/.exec(field('pubkey') ?? '')?.[0] ?? null,
    capabilities: (field('capabilities') ?? '').split(',').filter((name) => /^[\w:.-]{1,64}$/.test(name)),
  }
}

const dotted = (timestamp: string, body: Uint8Array): Uint8Array => joined(utf8Bytes(`${timestamp}.`), body)
