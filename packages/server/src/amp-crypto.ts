// The four primitives of the protocol by Node's own crypto. Hashes are made here and now; signatures, which cost as much as a
// whole request, on the threads that Node has for such work, so that the loop goes on meanwhile.
import { createHmac, createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import { privateKeyDer, type AmpCrypto, type Sign } from '@tutti/protocol'

export const ampCrypto: AmpCrypto = {
  sha256: (data) => hash('sha256', data, 'buffer'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  verifyEd25519(publicRaw, signature, data) {
    try {
      const x = Buffer.from(publicRaw).toString('base64url')
      const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
      return new Promise((resolve) =>
        verify(null, data, key, signature, (error, fits) => resolve(!error && fits)),
      )
    } catch {
      return false // a key that the library refuses has signed nothing
    }
  },
}

// The way to another thread and back takes longer than one signature: the first in a turn of the loop is made at once.
let isFirst = true

function takeTurn(): boolean {
  if (!isFirst) return false
  isFirst = false
  setImmediate(() => {
    isFirst = true
  })
  return true
}

/** Signs with a 32-byte seed; the key is parsed once. */
export function ampSigner(seed: Uint8Array): Sign {
  const key = createPrivateKey({ key: Buffer.from(privateKeyDer(seed)), format: 'der', type: 'pkcs8' })
  return (data) => {
    if (takeTurn()) return sign(null, data, key)
    return new Promise((resolve, reject) =>
      sign(null, data, key, (error, signature) => (error ? reject(error) : resolve(signature))),
    )
  }
}
