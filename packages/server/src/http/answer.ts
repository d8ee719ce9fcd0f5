// How outputs and faults travel back.
import { Fault, fault, type Bytes } from '@tutti/core'
import type { Log } from '../handler.ts'
import type { Call } from './call.ts'

// How a full or failing disk refuses a file (errno); the database says the same in its own words.
const DISK = new Set(['ENOSPC', 'EDQUOT', 'EIO'])

/** The fault that a caller sees for anything thrown; a bug becomes server.bug and its cause is logged, not told. */
export function asFault(error: unknown, deps: { call: Call; log: Log }): Fault {
  if (error instanceof Fault) {
    if (error.status >= 500) deps.log.error('request.failed', { id: deps.call.id, fault: error.code, error })
    return error
  }
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (typeof code === 'string' && DISK.has(code)) {
    deps.log.error('request.failed', { id: deps.call.id, fault: 'store.full', error })
    return fault('store.full', { problem: code }, error)
  }
  deps.log.error('request.bug', { id: deps.call.id, operation: deps.call.operation, error })
  return fault('server.bug', { reference: deps.call.id }, error)
}

export const faultBody = (refusal: Fault): string =>
  JSON.stringify({ error: { code: refusal.code, message: refusal.message, details: refusal.details } })

/** Headers that a fault brings beside its body. */
export function faultHeaders(refusal: Fault): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json; charset=utf-8' }
  const { seconds, allowed } = refusal.details
  if (refusal.status === 429 && seconds !== undefined) headers['Retry-After'] = String(seconds)
  if (refusal.status === 405 && allowed !== undefined) headers['Allow'] = String(allowed)
  if (refusal.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  return headers
}

export const faultResponse = (refusal: Fault): Response =>
  new Response(faultBody(refusal), { status: refusal.status, headers: faultHeaders(refusal) })

/** Names and values that a handler adds; a name may come twice. */
export type ExtraHeaders = [name: string, value: string][]

/** JSON with the version as ETag where the output has one. */
export function jsonResponse(output: unknown, extra: ExtraHeaders): Response {
  const headers: Record<string, string> = { 'Content-Type': 'application/json; charset=utf-8' }
  const version = versionOf(output)
  if (version !== null) headers['ETag'] = `"${version}"`
  return new Response(jsonOf(output), { headers: withExtra(headers, extra) })
}

const texts = new WeakMap<object, string>()

/** What is frozen never changes, so its JSON is made once, however many ask and however often. */
function jsonOf(output: unknown): string {
  if (typeof output !== 'object' || output === null || !Object.isFrozen(output)) return JSON.stringify(output)
  const known = texts.get(output)
  if (known !== undefined) return known
  const text = Array.isArray(output) ? `[${output.map(jsonOf).join(',')}]` : JSON.stringify(output)
  texts.set(output, text)
  return text
}

/** A file for saving; never shown as a page. */
export function bytesResponse(output: Bytes, type: string, extra: ExtraHeaders): Response {
  const name = output.name.replaceAll(/[^\w.-]/g, '_')
  const headers = {
    'Content-Type': output.type ?? type,
    'Content-Disposition': `attachment; filename="${name}"`,
  }
  // The cast is sound: a Uint8Array over any buffer is a body; the type of Response is narrower than its contract.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const body = output.body as ConstructorParameters<typeof Response>[0]
  return new Response(body, { headers: withExtra(headers, extra) })
}

/** A plain record where nothing is added: the adapter writes that without building Headers. */
export function withExtra(
  headers: Record<string, string>,
  extra: ExtraHeaders,
): Record<string, string> | Headers {
  if (extra.length === 0) return headers
  const all = new Headers(headers)
  for (const [name, value] of extra) all.append(name, value)
  return all
}

function versionOf(output: unknown): number | null {
  if (typeof output !== 'object' || output === null || !('version' in output)) return null
  return typeof output.version === 'number' ? output.version : null
}
