// Answers of AMP as JSON text, and the bodies that came: read by the protocol's own reader, which keeps numbers as they are.
import type { AmpReply } from '@tutti/core'
import { AmpError, parseJson, type JsonObject } from '@tutti/protocol'

export const reply = (status: number, body: unknown): AmpReply => ({ status, json: JSON.stringify(body) })

/** The object of a body; an empty one is `{}`. Throws AmpError `invalid_request`. */
export function bodyOf(bytes: Uint8Array): JsonObject {
  if (bytes.byteLength === 0) return { kind: 'object', members: new Map() }
  const node = parseJson(bytes)
  if (node.kind === 'object') return node
  throw new AmpError('invalid_request', 'Expected a JSON object')
}
