// The identity of a machine is its key: names, addresses and network cards may change, this does not (rule N1).
import type { PublicKey } from '../key.ts'
import { didOf, parsePublicKey } from '../key.ts'

/** did:key of the machine's Ed25519 key, in its one spelling. */
export type NodeId = `did:key:z${string}`

/** The primitives of the mesh, synchronous: a reducer decides within one step. Signatures are RFC 8032 over raw bytes. */
export interface NodeCrypto {
  sha256(data: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array
  /** False for a wrong signature; never throws for one. */
  verifyEd25519(publicRaw: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean
}

/** Whatever holds the machine's private key: 64 bytes over the data, and never the key. */
export type SignNow = (data: Uint8Array) => Uint8Array

const PREFIX = 'did:key:z'

export function nodeIdOf(key: PublicKey): NodeId {
  return `${PREFIX}${didOf(key).slice(PREFIX.length)}`
}

// Base58 is slow, and the machines of a room are few: each id is read once.
const read = new Map<NodeId, PublicKey>()
const READ_MOST = 1000

/** The key of a node. Throws AmpError `invalid_field` for what is no node id, also for a second spelling of one. */
export function nodeKeyOf(id: NodeId): PublicKey {
  const known = read.get(id)
  if (known) return known
  const key = parsePublicKey(id)
  // Base58 has one text for each byte string, but the parser also takes hex and PEM.
  if (id !== nodeIdOf(key)) parsePublicKey('')
  if (read.size >= READ_MOST) read.clear()
  read.set(id, key)
  return key
}

/** Whether a text is a node id by its looks; whether it is a key is found out when something is signed by it. */
export const isNodeId = (text: string): text is NodeId => /^did:key:z[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(text)
