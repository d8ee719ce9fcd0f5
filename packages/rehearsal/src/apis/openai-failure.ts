// Errors as OpenAI's two APIs give them.
import type { JsonObject } from '../json.ts'
import { retryHeaders, type Failure } from './api.ts'

// https://platform.openai.com/docs/guides/error-codes
const ERRORS: Record<number, [type: string, code: string | null]> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['permission_error', null],
  404: ['invalid_request_error', 'model_not_found'],
  413: ['invalid_request_error', 'request_too_large'],
  429: ['rate_limit_error', 'rate_limit_exceeded'],
}

/** The body and headers of a failed request to Responses or Chat Completions. */
export function openaiFailure(failed: Failure): { body: JsonObject; headers: Record<string, string> } {
  const [type, code] = ERRORS[failed.code] ?? ['server_error', null]
  const limits: Record<string, string> =
    failed.code === 429
      ? {
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': `${failed.retryAfterS}s`,
        }
      : {}
  return {
    body: { error: { message: failed.message, type, param: null, code } },
    headers: { 'x-request-id': failed.requestId, ...limits, ...retryHeaders(failed) },
  }
}
