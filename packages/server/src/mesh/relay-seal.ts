// What two machines say over others, closed to those: a key for each direction from an exchange of their own (rule H9).
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'

export interface Exchange {
  /** What the other side is told, 32 bytes. */
  readonly publicRaw: Uint8Array
  readonly privateKey: KeyObject
}

export interface Seal {
  /** The same at both ends, and at no machine between them that put in keys of its own: the proof of the link covers it. */
  readonly binding: string
  close(plain: Uint8Array): Uint8Array
  /** Null for what was not closed by the other end, or was changed. */
  open(sealed: Uint8Array): Uint8Array | null
}

export function newExchange(): Exchange {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return { publicRaw: rawOf(publicKey), privateKey }
}

const ALGORITHM = 'aes-256-gcm'
const COUNTER_BYTES = 8
const TAG_BYTES = 16
const KEY_BYTES = 32
// SubjectPublicKeyInfo of X25519 (RFC 8410) before the 32 bytes of the key.
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex')

/** The seal of one end. Throws for a key that is none. */
export function sealOf(own: Exchange, theirs: Uint8Array, { dialled }: { dialled: boolean }): Seal {
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_HEAD, theirs]),
    format: 'der',
    type: 'spki',
  })
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey })
  const both = dialled ? [own.publicRaw, theirs] : [theirs, own.publicRaw]
  const binding = createHash('sha256').update('tutti-relay/1').update(Buffer.concat(both)).digest()
  const [there, back] = ['there', 'back'].map(
    (way) => new Uint8Array(hkdfSync('sha256', shared, binding, `tutti-relay/1 ${way}`, KEY_BYTES)),
  )
  const [mine = shared, other = shared] = dialled ? [there, back] : [back, there]
  let count = 0n
  return {
    binding: binding.toString('base64url'),
    close(plain) {
      const counter = Buffer.alloc(COUNTER_BYTES)
      counter.writeBigUInt64BE(++count)
      const cipher = createCipheriv(ALGORITHM, mine, nonceOf(counter))
      return Buffer.concat([counter, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed) {
      const end = sealed.byteLength - TAG_BYTES
      if (end < COUNTER_BYTES) return null
      const decipher = createDecipheriv(ALGORITHM, other, nonceOf(sealed.subarray(0, COUNTER_BYTES)))
      decipher.setAuthTag(sealed.subarray(end))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(COUNTER_BYTES, end)), decipher.final()])
      } catch {
        return null
      }
    },
  }
}

/** Each key closes each number once, so the number is nonce enough. */
const nonceOf = (counter: Uint8Array): Uint8Array => Buffer.concat([Buffer.alloc(4), counter])

const rawOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
