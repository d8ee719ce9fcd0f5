// Every refusal of the Agent Messaging Protocol in one table, so that server, client and kit mean the same by a code.

interface Row {
  status: number
  says: string
  // What the specification's text calls it where deployed servers say something else; goes out as `details.code` (X2).
  alias?: string
}

const rows = {
  invalid_request: { status: 400, says: 'The request could not be read.' },
  missing_field: { status: 400, says: 'A required field is missing.' },
  invalid_field: { status: 400, says: 'A field has a value that the protocol does not allow.' },
  organization_not_set: { status: 400, says: 'This server has no organization yet.' },
  timestamp_expired: { status: 400, says: 'The timestamp is more than five minutes old.' },
  timestamp_future: { status: 400, says: 'The timestamp lies more than a minute in the future.' },
  unsupported_grant_type: { status: 400, says: 'Tokens are given for urn:aid:agent-identity only.' },
  invalid_grant: { status: 400, says: 'The identity is malformed, expired or not signed by its key.' },
  invalid_scope: { status: 400, says: 'The identity was not granted all of these scopes.' },
  unauthorized: { status: 401, says: 'No valid API key came with the request.' },
  invalid_seal: { status: 401, says: 'The seal does not match the envelope.' },
  invalid_proof: { status: 401, says: 'The proof was not made by the key in force.' },
  forbidden: { status: 403, says: 'This key may not do that.' },
  tenant_access_denied: { status: 403, says: 'This key has no access to that tenant.' },
  invalid_signature: {
    status: 403,
    says: 'The signature does not match the message.',
    alias: 'signature_invalid',
  },
  agent_not_registered: { status: 403, says: 'No identity with this key has been approved here.' },
  key_revoked: { status: 403, says: 'The key that signed this was revoked.' },
  agent_suspended: { status: 403, says: 'The sender is suspended.' },
  recipient_suspended: { status: 403, says: 'The recipient is suspended.' },
  provider_not_trusted: { status: 403, says: 'This server does not accept mail from that provider.' },
  not_found: { status: 404, says: 'There is no such thing here.' },
  recipient_not_found: { status: 404, says: 'No agent answers to the recipient address.' },
  name_taken: { status: 409, says: 'Another agent has this name.' },
  key_already_registered: { status: 409, says: 'This key belongs to another agent.' },
  address_already_registered: { status: 409, says: 'This address belongs to another agent.' },
  key_conflict: { status: 409, says: 'The sender is known here by another key.' },
  duplicate_message: { status: 409, says: 'A message with this id was accepted before.' },
  duplicate_idempotency_key: { status: 409, says: 'This idempotency key came before with another request.' },
  attachment_pending: { status: 409, says: 'An attachment has not been scanned yet.' },
  attachment_already_used: { status: 409, says: 'An attachment belongs to another message.' },
  message_expired: { status: 410, says: 'The message expired before it arrived.' },
  cursor_expired: { status: 410, says: 'The cursor is too old; start from the beginning.' },
  payload_too_large: { status: 413, says: 'The message is larger than the protocol allows.' },
  signature_missing: { status: 422, says: 'The message must be signed.' },
  external_provider: { status: 422, says: 'The recipient belongs to a provider that cannot be reached.' },
  attachment_rejected: { status: 422, says: 'An attachment was rejected by the scan.' },
  attachments_not_supported: { status: 422, says: 'The recipient takes no attachments.' },
  invalid_digest_algorithm: { status: 422, says: 'A digest must be sha256.' },
  rate_limited: { status: 429, says: 'Too many requests; wait for the time in Retry-After.' },
  internal_error: { status: 500, says: 'The server failed; the message was not accepted.' },
} as const satisfies Record<string, Row>

/** A code of the table; goes over the wire as the string `error` (rule X1). */
export type AmpCode = keyof typeof rows

/** Code -> HTTP status, sentence and, where the specification's text uses another word, alias. Source: AMP 03, 05-08 and appendix B. */
export const AMP_ERRORS: Readonly<Record<AmpCode, Row>> = rows

/** What a refusal says on the wire (X1): `error` is always a string, because the shell clients print it. */
export interface AmpErrorBody {
  error: string
  message: string
  field?: string
  /** Names that are free, where one was taken; stands in `details` as well, where deployed clients look for it. */
  suggestions?: readonly string[]
  details?: Record<string, unknown>
  /** What OAuth calls the message. */
  error_description?: string
  /** The refusal in the words of JSON:API. */
  errors?: readonly Record<string, unknown>[]
}

/**
 * Thrown by everything in this package that refuses foreign data. `field` is the wire name, dotted for inner fields
 * (`payload.context`). The message holds no secret and at most 80 characters of foreign text, none of it control characters.
 */
export class AmpError extends Error {
  readonly code: AmpCode
  readonly status: number
  readonly field: string | undefined
  suggestions: readonly string[] = []
  constructor(code: AmpCode, says?: string, field?: string) {
    super(says ?? AMP_ERRORS[code].says)
    this.name = 'AmpError'
    this.code = code
    this.status = AMP_ERRORS[code].status
    this.field = field
  }
  body(): AmpErrorBody {
    const alias = AMP_ERRORS[this.code].alias
    const suggested = this.suggestions.length === 0 ? {} : { suggestions: this.suggestions }
    const details = { ...(alias === undefined ? {} : { code: alias }), ...suggested }
    return {
      error: this.code,
      message: this.message,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...suggested,
      ...(Object.keys(details).length === 0 ? {} : { details }),
    }
  }
}

/** Foreign text as it may stand in a message of ours: short, and without anything that moves a cursor. */
export function quoted(text: string): string {
  const printable = text.slice(0, 80).replaceAll(/[^\u0020-\u007e\u00a0-\uffff]|[\u2028\u2029]/g, '?')
  return `\`${printable.toWellFormed()}\``
}

export const wrongField = (field: string, wanted: string): AmpError =>
  new AmpError('invalid_field', `Expected \`${field}\` to be ${wanted}`, field)
