// A nonce inside the payload: the one place that every AMP server carries on unchanged, so it protects old routes too (R5).
import { AmpError } from './amp-error.ts'
import type { Envelope } from './envelope.ts'
import { parseInstant } from './instant.ts'
import { fieldsOf, matching } from './json-fields.ts'
import type { JsonValue } from './json-tree.ts'
import { LIMITS } from './limits.ts'
import { isMessageId } from './message-id.ts'
import type { Payload } from './payload.ts'

/** What `payload.context._amp` holds: a nonce of 32 hex digits, RFC 3339 times, and the thread. All of it is signed. */
export interface Binding {
  readonly nonce: string
  readonly created: string
  readonly expires: string | null
  readonly threadId: string | null
}

/** The context with the binding in it; every other member as it was. */
export const boundContext = (
  context: Readonly<Record<string, JsonValue>> | null,
  binding: Binding,
): Record<string, JsonValue> => ({
  ...context,
  _amp: {
    nonce: binding.nonce,
    created: binding.created,
    expires: binding.expires,
    thread_id: binding.threadId,
  },
})

/** The binding of a payload; null where there is none or it cannot be read, as in mail from other senders. */
export function readBinding(payload: Payload): Binding | null {
  const node = payload.context?.members.get('_amp')
  if (node?.kind !== 'object') return null
  const fields = fieldsOf(node, 'payload.context._amp')
  try {
    return {
      nonce: fields.text('nonce', matching('32 hex digits', /^[0-9a-f]{32}$/)),
      created: fields.text('created', INSTANT),
      expires: fields.optionalText('expires', INSTANT),
      threadId: fields.optionalText('thread_id', { wanted: 'a message id', is: isMessageId }),
    }
  } catch (error) {
    if (error instanceof AmpError) return null
    throw error
  }
}

/**
 * Throws AmpError `invalid_signature` where the envelope tells another story than the signed binding (R5): another expiry,
 * another thread, or a timestamp more than five minutes from the signed one. A new thread's id is not known to its sender.
 */
export function checkBinding(binding: Binding, envelope: Envelope): void {
  const apart = Math.abs((parseInstant(envelope.timestamp) ?? NaN) - (parseInstant(binding.created) ?? NaN))
  const sameThread =
    binding.threadId === null ? envelope.threadId === envelope.id : binding.threadId === envelope.threadId
  const sameExpiry =
    (binding.expires && parseInstant(binding.expires)) ===
    (envelope.expiresAt && parseInstant(envelope.expiresAt))
  if (apart <= LIMITS.staleMs && sameThread && sameExpiry) return
  throw new AmpError(
    'invalid_signature',
    'The envelope differs from what the sender signed inside the payload.',
  )
}

const INSTANT = { wanted: 'an RFC 3339 time', is: (text: string) => parseInstant(text) !== null }
