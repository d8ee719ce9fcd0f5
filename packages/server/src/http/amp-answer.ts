// How answers and refusals travel to a client of AMP: its statuses, and `error` as one word.
import type { AmpReply, Fault } from '@tutti/core'
import { AmpError, type AmpCode } from '@tutti/protocol'
import { faultHeaders, withExtra, type ExtraHeaders } from './answer.ts'

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }

/** An answer of another protocol than ours; no body where it has none. */
export const ampResponse = ({ status, json }: AmpReply, extra: ExtraHeaders): Response =>
  new Response(json === '' ? null : json, { status, headers: withExtra({ ...JSON_TYPE }, extra) })

/** `cause` is the fault behind it: its headers (Retry-After) go out, and a status that AMP has no word for. */
export function ampRefusal(refusal: AmpError, cause?: Fault, extra: ExtraHeaders = []): Response {
  const status = cause !== undefined && !hasWord(cause) ? cause.status : refusal.status
  const headers = cause === undefined ? { ...JSON_TYPE } : faultHeaders(cause)
  return new Response(JSON.stringify(refusal.body()), { status, headers: withExtra(headers, extra) })
}

// By code where AMP has a word of its own; all others by their status.
const WORDS: Readonly<Record<string, AmpCode>> = {
  'message.repeated': 'duplicate_idempotency_key',
  'message.id-taken': 'duplicate_message',
  'message.expired': 'message_expired',
  'message.provider-unknown': 'external_provider',
  'attachment.used': 'attachment_already_used',
  'attachment.refused': 'attachment_rejected',
  'mailbox.suspended': 'agent_suspended',
}
const BY_STATUS: Readonly<Record<number, AmpCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  410: 'message_expired',
  413: 'payload_too_large',
  429: 'rate_limited',
}

const hasWord = ({ code, status }: Fault): boolean => code in WORDS || status in BY_STATUS

export function ampErrorOf(refusal: Fault): AmpError {
  const otherwise = refusal.status >= 500 ? 'internal_error' : 'invalid_request'
  return new AmpError(WORDS[refusal.code] ?? BY_STATUS[refusal.status] ?? otherwise, refusal.message)
}
