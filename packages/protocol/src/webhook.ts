// Mail handed to an address on the web: signed as AMP 08 says and as Standard Webhooks says, in one request (rules W1-W3).
import type { AmpCrypto } from './amp-crypto.ts'
import { fromBase64, sameBytes, toBase64, toHex, utf8Bytes } from './bytes.ts'
import { LIMITS } from './limits.ts'

export interface WebhookCall {
  /** As the recipient gave it; `whsec_` and base64 is decoded for Standard Webhooks and used as it stands for AMP. */
  readonly secret: string
  readonly messageId: string
  readonly timestampS: number
  readonly body: string
  /** From 1. */
  readonly attempt: number
}

/** The headers of one attempt, lower case: AMP's own three, the attempt, and those of Standard Webhooks 1 (W1, W2). */
export async function webhookHeaders(call: WebhookCall, crypto: AmpCrypto): Promise<Record<string, string>> {
  const { messageId, timestampS, body } = call
  return {
    'x-amp-signature': await ampSignature(call, crypto),
    'x-amp-timestamp': String(timestampS),
    'x-amp-message-id': messageId,
    'x-amp-delivery-attempt': String(call.attempt),
    'webhook-id': messageId,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': await standardSignature({ ...call, body }, crypto),
  }
}

/** Whether a received call is by the holder of the secret and at most five minutes old or ahead (W3). */
export async function isWebhookValid(
  call: Omit<WebhookCall, 'messageId' | 'attempt'> & { signature: string; nowMs: number },
  crypto: AmpCrypto,
): Promise<boolean> {
  const inTime = Math.abs(call.nowMs - call.timestampS * 1000) <= LIMITS.staleMs
  const wanted = await ampSignature(call, crypto)
  return sameBytes(utf8Bytes(wanted), utf8Bytes(call.signature)) && inTime
}

type Timed = Pick<WebhookCall, 'secret' | 'timestampS' | 'body'>

async function ampSignature({ secret, timestampS, body }: Timed, crypto: AmpCrypto): Promise<string> {
  const mac = await crypto.hmacSha256(utf8Bytes(secret), utf8Bytes(`${timestampS}.${body}`))
  return `sha256=${toHex(mac)}`
}

async function standardSignature(call: WebhookCall, crypto: AmpCrypto): Promise<string> {
  const { secret, messageId, timestampS, body } = call
  const encoded = secret.startsWith('whsec_') ? fromBase64(secret.slice('whsec_'.length)) : null
  const mac = await crypto.hmacSha256(
    encoded ?? utf8Bytes(secret),
    utf8Bytes(`${messageId}.${timestampS}.${body}`),
  )
  return `v1,${toBase64(mac)}`
}
