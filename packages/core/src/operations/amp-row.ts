// A row of the operation table in AMP's own words and refusals, under every base that clients put before its path.
import { z } from 'zod'
import { op, type Method, type Operation } from '../operation.ts'

/** What an AMP operation answers: a status and JSON as text, because a payload must travel exactly as it was signed. */
export const AmpReply = z.strictObject({ status: z.int().min(200).max(599), json: z.string() })
export type AmpReply = z.infer<typeof AmpReply>

// The protocol's own limit for a body (LIMITS.bodyBytes); the bodies themselves are read by the protocol package.
const BODY_BYTES = 1024 * 1024

/** Clients append `/v1/...` to bases with and without a prefix of their own; some do it twice. */
export const prefixed = (path: string): string[] => [`/api${path}`, `/api/v1${path}`]

/** A path of ours with its prefixed forms; any other as it is. */
const spellings = (path: string): string[] =>
  path.startsWith('/v1/') ? [path].concat(prefixed(path)) : [path]

const takesNoBody = (method: Method) => method === 'GET' || method === 'DELETE'

interface Row<M extends Method, P extends string, I extends z.ZodObject, W extends Operation['may']> {
  method: M
  path: P
  may: W
  input: I | (() => I)
  says: string
  aliases?: readonly string[]
  audited?: boolean
  bytes?: number
}

export const amp = <M extends Method, P extends string, I extends z.ZodObject, W extends Operation['may']>(
  row: Row<M, P, I, W>,
) =>
  op({
    method: row.method,
    path: row.path,
    may: row.may,
    input: row.input,
    output: AmpReply,
    says: row.says,
    wire: 'amp' as const,
    aliases: [row.path, ...(row.aliases ?? [])].flatMap(spellings).filter((path) => path !== row.path),
    audited: row.audited ?? false,
    ...(takesNoBody(row.method) ? {} : { raw: { limitBytes: row.bytes ?? BODY_BYTES } }),
  })
