// Keys and signatures of a simulated world: forgery is noticed, and a hundred thousand of them cost nothing. Never for real use.
import type { NodeCrypto, NodeId, SignNow } from '@tutti/protocol'
import { nodeIdOf, nodeKeyOf, publicKey } from '@tutti/protocol'

export interface PlayNode {
  readonly id: NodeId
  readonly sign: SignNow
}

export function playNode(i: number): PlayNode {
  const id = nodeIdOf(publicKey(new Uint8Array(32).fill(i + 3)))
  const { raw } = nodeKeyOf(id)
  return { id, sign: (data) => marked(raw, data, 64) }
}

export const playCrypto: NodeCrypto = {
  sha256: (data) => marked(new Uint8Array(), data, 32),
  hmacSha256: (key, data) => marked(key, data, 32),
  verifyEd25519: (publicRaw, signature, data) => {
    const right = marked(publicRaw, data, 64)
    return signature.length === 64 && signature.every((byte, i) => byte === right[i])
  },
}

function marked(key: Uint8Array, data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  const [a, b] = [hash(0x811c9dc5, key, data), hash(0x01000193, data, key)]
  for (let i = 0; i < length; i++) out[i] = ((i % 8 < 4 ? a : b) >>> ((i % 4) * 8)) & 0xff
  return out
}

function hash(start: number, ...parts: readonly Uint8Array[]): number {
  let state = start
  for (const part of parts) for (const byte of part) state = Math.imul(state ^ byte, 0x01000193)
  return state >>> 0
}
