// Codes of an authenticator app (RFC 6238): six digits, 30 s, one step of clock error either way.
import { Secret, TOTP } from 'otpauth'

const PERIOD_S = 30

export interface NewTotp {
  /** Base 32, for typing. */
  secret: string
  /** otpauth://, for a QR code. */
  uri: string
}

export function newTotp(secret: Uint8Array, who: { machine: string; name: string }): NewTotp {
  const key = new Secret({ buffer: Uint8Array.from(secret).buffer })
  const totp = new TOTP({ issuer: `Tutti on ${who.machine}`, label: who.name, secret: key, period: PERIOD_S })
  return { secret: key.base32, uri: totp.toString() }
}

/** The time step that the code belongs to, or null when it fits none near now. */
export function stepOfCode(secret: string, code: string, nowMs: number): number | null {
  const key = Secret.fromBase32(secret)
  const delta = TOTP.validate({ token: code, secret: key, period: PERIOD_S, timestamp: nowMs, window: 1 })
  return delta === null ? null : TOTP.counter({ period: PERIOD_S, timestamp: nowMs }) + delta
}
