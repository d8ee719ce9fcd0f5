// Real keys for the tests of the mesh: Ed25519 by Node's own crypto, from seeds that do not change.
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as nodeSign,
  verify as nodeVerify,
} from 'node:crypto'
import { privateKeyDer, publicKey } from '../../key.ts'
import type { NodeCrypto, NodeId, SignNow } from '../node-key.ts'
import { nodeIdOf } from '../node-key.ts'

export const nodeCrypto: NodeCrypto = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  verifyEd25519(publicRaw, signature, data) {
    const x = Buffer.from(publicRaw).toString('base64url')
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
    return nodeVerify(null, data, key, signature)
  },
}

export function testNode(i: number): { id: NodeId; sign: SignNow } {
  const der = Buffer.from(privateKeyDer(new Uint8Array(32).fill(i + 1)))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { id: nodeIdOf(publicKey(new Uint8Array(raw))), sign: (data) => nodeSign(null, data, key) }
}
