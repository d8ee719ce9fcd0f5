// The four primitives of the protocol by Node's own crypto, without a promise for each.
import { createHash, createHmac, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { privateKeyDer, type AmpCrypto, type Sign } from '@tutti/protocol'

export const ampCrypto: AmpCrypto = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  verifyEd25519(publicRaw, signature, data) {
    try {
      const x = Buffer.from(publicRaw).toString('base64url')
      const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
      return verify(null, data, key, signature)
    } catch {
      return false // a key that the library refuses has signed nothing
    }
  },
}

/** Signs with a 32-byte seed; the key is parsed once. */
export function ampSigner(seed: Uint8Array): Sign {
  const key = createPrivateKey({ key: Buffer.from(privateKeyDer(seed)), format: 'der', type: 'pkcs8' })
  return (data) => new Uint8Array(sign(null, data, key))
}
