// Seals a notification for one browser: RFC 8291 (message encryption for web push) over RFC 8188 (aes128gcm).
import { createCipheriv, createECDH, hkdfSync, type ECDH } from 'node:crypto'

export interface BrowserKeys {
  /** Uncompressed P-256 point, base64url. */
  p256dh: string
  /** 16 bytes, base64url. */
  auth: string
}

export interface Chance {
  /** Our key of this one message. */
  own: ECDH
  /** 16 bytes. */
  salt: Uint8Array
}

const RECORD_BYTES = 4096
// Header and tag leave so much of one record (RFC 8291, section 4).
export const MAX_PLAINTEXT_BYTES = 3993
const LAST_RECORD = 2

/** The body of the request to the push service. Throws where the browser's key is no point of the curve. */
export function sealed(plaintext: Uint8Array, keys: BrowserKeys, { own, salt }: Chance): Buffer {
  const theirs = Buffer.from(keys.p256dh, 'base64url')
  const ours = own.getPublicKey()
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours])
  const secret = hkdf(own.computeSecret(theirs), Buffer.from(keys.auth, 'base64url'), { info, bytes: 32 })
  const key = hkdf(secret, salt, { info: Buffer.from('Content-Encoding: aes128gcm\0'), bytes: 16 })
  const nonce = hkdf(secret, salt, { info: Buffer.from('Content-Encoding: nonce\0'), bytes: 12 })
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const body = [cipher.update(plaintext), cipher.update(Buffer.from([LAST_RECORD])), cipher.final()]
  return Buffer.concat([header(salt, ours), ...body, cipher.getAuthTag()])
}

export function newChance(salt: Uint8Array): Chance {
  const own = createECDH('prime256v1')
  own.generateKeys()
  return { own, salt }
}

const hkdf = (
  ikm: Uint8Array,
  salt: Uint8Array,
  { info, bytes }: { info: Uint8Array; bytes: number },
): Buffer => Buffer.from(hkdfSync('sha256', ikm, salt, info, bytes))

function header(salt: Uint8Array, key: Uint8Array): Buffer {
  const sizes = Buffer.alloc(5)
  sizes.writeUInt32BE(RECORD_BYTES, 0)
  sizes.writeUInt8(key.byteLength, 4)
  return Buffer.concat([salt, sizes, key])
}
