// Who we are to a push service: a P-256 key of this machine, and the signed word that it goes by (RFC 8292).
import { createPrivateKey, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto'

export interface Vapid {
  /** Uncompressed point, base64url, as a browser subscribes with it. */
  publicKey: string
  /** The Authorization header for the push service at this origin. */
  authorization(origin: string, nowMs: number): string
}

// The longest that services take is a day.
const LIFE_S = 12 * 3600
// Whom a service would write to about our messages; it asks for an address, and we run on machines without one.
const CONTACT = 'mailto:push@tutti.invalid'

/** A new private key as JSON, for keeping sealed. */
export const newVapidKey = (): string =>
  JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }))

export function openVapid(json: string): Vapid {
  // Written by newVapidKey, and sealed since.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const jwk = JSON.parse(json) as JsonWebKey
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const point = [jwk.x ?? '', jwk.y ?? ''].map((half) => Buffer.from(half, 'base64url'))
  const publicKey = Buffer.concat([Buffer.from([4]), ...point]).toString('base64url')
  return {
    publicKey,
    authorization: (origin, nowMs) =>
      `vapid t=${jwt(key, { aud: origin, exp: Math.floor(nowMs / 1000) + LIFE_S, sub: CONTACT })}, k=${publicKey}`,
  }
}

function jwt(key: KeyObject, claims: Record<string, string | number>): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
