// The key pair that makes an agent a person: its public half may travel, the private one is sealed before it is stored.
import { generateKeyPairSync } from 'node:crypto'

export interface KeyPair {
  /** Raw 32 bytes (RFC 8032), base64url. */
  publicKey: string
  /** The 32-byte seed (RFC 8032), base64url. */
  privateKey: string
}

/** A new Ed25519 pair. */
export function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x, d } = privateKey.export({ format: 'jwk' })
  if (!x || !d || publicKey.asymmetricKeyType !== 'ed25519') throw new Error('missing: the halves of a key')
  return { publicKey: x, privateKey: d }
}
