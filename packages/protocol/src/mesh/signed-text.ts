// What the mesh signs is one shape: a tag that says what it is for, and quoted values behind it (rule N2).
import { fromBase64, toBase64, utf8Bytes } from '../bytes.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { NodeCrypto, NodeId, SignNow } from './node-key.ts'
import { nodeKeyOf } from './node-key.ts'

/**
 * The RFC 8785 text of `[tag, ...values]`. Tags differ for all that is signed, so nothing that was signed for one purpose
 * passes for another; the values are quoted, so none can run into its neighbour.
 */
export const signedText = (tag: SignedTag, values: readonly unknown[]): string =>
  canonicalJson([tag, ...values])

export type SignedTag =
  | 'tutti-operation/1'
  | 'tutti-record/1'
  | 'tutti-link/1'
  | 'tutti-pairing/1'
  | 'tutti-sas/1'
  | 'tutti-commitment/1'
  | 'tutti-parcel/1'
  | 'tutti-release/1'

/** Signs a text: base64 of 64 bytes. */
export const signText = (text: string, sign: SignNow): string => toBase64(sign(utf8Bytes(text)))

/** Whether this node signed this text; false, never an error, for anything that is malformed. */
export function isSignedBy(text: string, signed: { by: NodeId; sig: string }, crypto: NodeCrypto): boolean {
  const signature = signed.sig.length === 88 ? fromBase64(signed.sig) : null
  const key = signature === null ? null : keyOrNull(signed.by)
  if (signature === null || key === null) return false
  return crypto.verifyEd25519(key, signature, utf8Bytes(text))
}

function keyOrNull(id: NodeId): Uint8Array | null {
  try {
    return nodeKeyOf(id).raw
  } catch {
    // Foreign text that is no key has signed nothing.
    return null
  }
}
