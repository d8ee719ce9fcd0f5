// Who this machine is in the room: its Ed25519 key, and the primitives by which it signs and checks.
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import {
  nodeIdOf,
  privateKeyDer,
  publicKey,
  type NodeCrypto,
  type NodeId,
  type SignNow,
} from '@tutti/protocol'

export interface Identity {
  id: NodeId
  /** The raw public key, 32 bytes. */
  raw: Uint8Array
  sign: SignNow
  privateKey: KeyObject
}

/** The identity of a seed of 32 bytes. */
export function identityOf(seed: Uint8Array): Identity {
  const privateKey = createPrivateKey({ key: Buffer.from(privateKeyDer(seed)), format: 'der', type: 'pkcs8' })
  const raw = rawOf(createPublicKey(privateKey))
  return {
    id: nodeIdOf(publicKey(raw)),
    raw,
    sign: (data) => new Uint8Array(sign(null, data, privateKey)),
    privateKey,
  }
}

/** The 32 bytes of an Ed25519 key; empty for a key of another kind. */
export function rawOf(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType !== 'ed25519') return new Uint8Array()
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
}

// A room has few machines: each key is parsed once.
const KEPT = 500

export function createNodeCrypto(): NodeCrypto {
  const kept = new Map<string, KeyObject>()
  const keyOf = (raw: Uint8Array): KeyObject => {
    const x = Buffer.from(raw).toString('base64url')
    const known = kept.get(x)
    if (known) return known
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
    if (kept.size >= KEPT) kept.clear()
    kept.set(x, key)
    return key
  }
  return {
    sha256: (data) => createHash('sha256').update(data).digest(),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
    verifyEd25519(raw, signature, data) {
      try {
        return verify(null, data, keyOf(raw), signature)
      } catch {
        return false // a key that the library refuses has signed nothing
      }
    },
  }
}
