// What a message says: type, text, context and attachments, with the limits of the protocol (rules P1-P6).
import type { Attachment } from './attachment.ts'
import { attachmentsTotal, parseAttachment } from './attachment.ts'
import { AmpError, wrongField } from './amp-error.ts'
import { utf8Bytes } from './bytes.ts'
import { writeJson } from './canonical-json.ts'
import { fieldsOf, matching } from './json-fields.ts'
import type { JsonNode, JsonObject } from './json-tree.ts'
import { LIMITS } from './limits.ts'

/** The types of AMP 04; others are allowed as `word` or `namespace:name` (P2). */
export const MESSAGE_TYPES = [
  'request',
  'response',
  'notification',
  'alert',
  'task',
  'status',
  'handoff',
  'ack',
  'update',
  'system',
] as const

/** A checked payload. `node` is all of it as it came, unknown members and `context: null` included: the signature covers that (P1). */
export interface Payload {
  readonly type: string
  readonly message: string
  readonly context: JsonObject | null
  readonly attachments: readonly Attachment[]
  readonly node: JsonObject
  /** The RFC 8785 text of `node`, over which we sign. */
  readonly canonical: string
}

/**
 * Tree -> payload (AMP 04 "Payload Fields"). Throws AmpError: `missing_field`, `invalid_field`, `payload_too_large`,
 * `attachment_pending`, `attachment_rejected`. Nothing is changed, completed or dropped.
 */
export function parsePayload(node: JsonNode): Payload {
  if (node.kind !== 'object') throw wrongField('payload', 'an object')
  const fields = fieldsOf(node, 'payload')
  const type = fields.text('type', TYPE)
  const message = fields.text('message', { wanted: 'a text', is: () => true })
  const context = fields.optionalObject('context')
  refuseLonger('payload.message', message, LIMITS.messageBytes)
  const canonical = writeJson(node, 'jcs')
  // The context stands in the whole: where that is short enough, so is its part.
  if (context && canonical.length * MOST_BYTES > LIMITS.contextBytes) {
    refuseLonger('payload.context', writeJson(context, 'jcs'), LIMITS.contextBytes)
  }
  refuseLonger('payload', canonical, LIMITS.payloadBytes)
  const attachments = fields.optionalList('attachments', LIMITS.attachments).map(parseAttachment)
  if (attachmentsTotal(attachments) > LIMITS.attachmentsBytes) {
    throw tooLarge('payload.attachments', LIMITS.attachmentsBytes)
  }
  return { type, message, context, attachments, node, canonical }
}

const TYPE = matching(
  'a type like `request` or `namespace:name`',
  /^[a-z][a-zA-Z0-9_-]*(?::[\w.-]+)?$/,
  LIMITS.typeChars,
)

// Of one UTF-16 unit in UTF-8.
const MOST_BYTES = 3

function refuseLonger(field: string, text: string, limitBytes: number): void {
  if (text.length * MOST_BYTES <= limitBytes) return
  if (text.length > limitBytes || utf8Bytes(text).length > limitBytes) throw tooLarge(field, limitBytes)
}

const tooLarge = (field: string, limitBytes: number): AmpError =>
  new AmpError('payload_too_large', `Expected \`${field}\` to be at most ${limitBytes} bytes`, field)
