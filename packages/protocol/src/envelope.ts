// How a message travels: the envelope, and the two shapes in which senders hand it in (rules E1-E8).
import { isAddressText } from './address.ts'
import { AmpError, wrongField } from './amp-error.ts'
import { utf8Bytes } from './bytes.ts'
import { parseInstant } from './instant.ts'
import type { Fields } from './json-fields.ts'
import { atMost, fieldsOf, matching } from './json-fields.ts'
import type { JsonNode, JsonObject } from './json-tree.ts'
import { parseJson } from './json-tree.ts'
import { LIMITS } from './limits.ts'
import { isMessageId } from './message-id.ts'
import type { Payload } from './payload.ts'
import { parsePayload } from './payload.ts'
import type { Seal } from './seal.ts'
import { parseSeal } from './seal.ts'
import type { Priority, SignedFields } from './signature.ts'
import { PRIORITIES } from './signature.ts'

export const AMP_VERSION = 'amp/0.1'

/** A whole envelope (AMP 04). Addresses and times are the texts of the wire, because they are what was signed. */
export interface Envelope extends SignedFields {
  readonly id: string
  /** RFC 3339, assigned by the first server. */
  readonly timestamp: string
  readonly expiresAt: string | null
  readonly threadId: string
  readonly replyTo: string | null
  /** base64 of 64 bytes as far as it was checked here: not at all. */
  readonly signature: string | null
}

/** A message as a sender hands it in (POST /v1/route). `claimed` is what a sender of the full shape says about itself (E2). */
export interface RouteRequest {
  readonly to: string
  readonly subject: string
  readonly priority: Priority
  readonly inReplyTo: string | null
  readonly threadId: string | null
  readonly replyTo: string | null
  readonly expiresAt: string | null
  readonly signature: string | null
  readonly payload: Payload
  readonly idempotencyKey: string | null
  readonly wantsReceipt: boolean
  readonly claimed: { readonly id: string; readonly from: string; readonly timestamp: string } | null
}

/** A message as another provider or node hands it in. A key that came along is not here: it proves nothing (K5, C39). */
export interface Delivery {
  readonly envelope: Envelope
  readonly payload: Payload
  readonly seal: Seal | null
}

/** Body of POST /v1/route, flat or `{envelope, payload}`, at most 1 MiB -> request (E1-E4). Throws AmpError. */
export function parseRoute(body: string | Uint8Array): RouteRequest {
  const root = bodyObject(body)
  const top = fieldsOf(root)
  const whole = top.optionalObject('envelope')
  const envelope = whole && parseEnvelope(whole)
  const options = top.optionalObject('options')
  return {
    ...(envelope ?? flatFields(top)),
    payload: parsePayload(needed(top, 'payload')),
    idempotencyKey: top.optionalText('idempotency_key', atMost(LIMITS.idempotencyKeyChars)),
    wantsReceipt: options !== null && fieldsOf(options, 'options').flag('receipt'),
    claimed: envelope && { id: envelope.id, from: envelope.from, timestamp: envelope.timestamp },
  }
}

/** Body of POST /v1/federation/deliver or of a message between nodes, at most 1 MiB -> delivery (E1-E4). Throws AmpError. */
export function parseDelivery(body: string | Uint8Array): Delivery {
  const top = fieldsOf(bodyObject(body))
  const whole = top.object('envelope')
  return {
    envelope: parseEnvelope(whole),
    payload: parsePayload(needed(top, 'payload')),
    seal: parseSeal(whole.members.get('seal')),
  }
}

/** Tree -> envelope (E1-E5). Unknown members are ignored. Throws AmpError. */
export function parseEnvelope(node: JsonObject): Envelope {
  const fields = fieldsOf(node, 'envelope')
  fields.text('version', VERSION)
  const id = fields.text('id', ID)
  const sent = flatFields(fields)
  return {
    ...sent,
    id,
    from: fields.text('from', ADDRESS),
    timestamp: fields.text('timestamp', INSTANT),
    // The first message of a thread may leave it out: it is its own thread.
    threadId: sent.threadId ?? id,
  }
}

/** Envelope -> the object of the wire: snake_case, `null` for what is absent (E6). */
export const envelopeWire = (envelope: Envelope, seal: Seal | null = null): Record<string, unknown> => ({
  version: AMP_VERSION,
  id: envelope.id,
  from: envelope.from,
  to: envelope.to,
  subject: envelope.subject,
  priority: envelope.priority,
  timestamp: envelope.timestamp,
  expires_at: envelope.expiresAt,
  in_reply_to: envelope.inReplyTo,
  thread_id: envelope.threadId,
  signature: envelope.signature,
  ...(envelope.replyTo === null ? {} : { reply_to: envelope.replyTo }),
  ...(seal === null ? {} : { seal }),
})

type Sent = Omit<Envelope, 'id' | 'from' | 'timestamp' | 'threadId'> & { threadId: string | null }

const flatFields = (fields: Fields): Sent => ({
  to: fields.text('to', ADDRESS),
  subject: fields.text('subject', atMost(LIMITS.subjectChars)),
  priority: priority(fields),
  inReplyTo: fields.optionalText('in_reply_to', ID),
  threadId: fields.optionalText('thread_id', ID),
  replyTo: fields.optionalText('reply_to', ADDRESS),
  expiresAt: fields.optionalText('expires_at', INSTANT),
  signature: fields.optionalText('signature', SIGNATURE),
})

function priority(fields: Fields): Priority {
  const text = fields.optionalText('priority', atMost(16)) ?? 'normal'
  const known = PRIORITIES.find((one) => one === text)
  if (known) return known
  throw wrongField('priority', `one of ${PRIORITIES.join(', ')}`)
}

function bodyObject(body: string | Uint8Array): JsonObject {
  const size =
    typeof body === 'string' && body.length <= LIMITS.bodyBytes ? utf8Bytes(body).length : body.length
  if (size > LIMITS.bodyBytes) throw new AmpError('payload_too_large')
  const node = parseJson(body)
  if (node.kind !== 'object') throw new AmpError('invalid_request', 'Expected a JSON object')
  return node
}

function needed(fields: Fields, name: string): JsonNode {
  const node = fields.node(name)
  if (node) return node
  throw new AmpError('missing_field', `Expected a field \`${name}\``, name)
}

const VERSION = matching(`a version like ${AMP_VERSION}`, /^amp\/0\.[0-9]{1,3}(?:\.[0-9]{1,3})?$/)
const ID = { wanted: 'a message id like msg_1706648400_abc123', is: isMessageId }
const ADDRESS = { wanted: 'an address like name@tenant.provider', is: isAddressText }
const INSTANT = { wanted: 'an RFC 3339 time', is: (text: string) => parseInstant(text) !== null }
const SIGNATURE = matching('base64', /^[A-Za-z0-9+/]+={0,2}$/, 1024)
