// The short authentication string: six digits that two people compare, and what makes six digits enough (rules V2-V4).
import { sameBytes, toHex, utf8Bytes } from '../bytes.ts'
import type { NodeCrypto, NodeId } from './node-key.ts'
import { signedText } from './signed-text.ts'

/** What both sides have put into a pairing; nonces are base64url of 16 bytes or more. */
export interface Pairing {
  readonly inviter: NodeId
  readonly joiner: NodeId
  readonly inviterNonce: string
  readonly joinerNonce: string
}

/**
 * The joiner's commitment to its nonce, as hex: sent before it sees the inviter's. So nobody between the two can look for a
 * nonce that makes both texts alike; there is one try, and it is right once in a million.
 */
export const commitmentTo = (joiner: NodeId, nonce: string, crypto: NodeCrypto): string =>
  toHex(crypto.sha256(utf8Bytes(signedText('tutti-commitment/1', [joiner, nonce]))))

/** `123 456`: the first 48 bits of the hash, modulo a million. */
export function shortText(pairing: Pairing, crypto: NodeCrypto): string {
  const { inviter, joiner, inviterNonce, joinerNonce } = pairing
  const text = signedText('tutti-sas/1', [inviter, joiner, inviterNonce, joinerNonce])
  const number = Number.parseInt(toHex(crypto.sha256(utf8Bytes(text)).subarray(0, 6)), 16) % 1_000_000
  const digits = String(number).padStart(6, '0')
  return `${digits.slice(0, 3)} ${digits.slice(3)}`
}

/** What a side signs when its user has said that the two texts are alike. */
export const pairingText = (pairing: Pairing, signer: NodeId): string =>
  signedText('tutti-pairing/1', [
    signer,
    pairing.inviter,
    pairing.joiner,
    pairing.inviterNonce,
    pairing.joinerNonce,
  ])

/** Proof of knowing the code's secret, as hex, for this joiner and this commitment only. */
export const secretProof = (
  secret: Uint8Array,
  by: { inviter: NodeId; joiner: NodeId; commitment: string },
  crypto: NodeCrypto,
): string =>
  toHex(
    crypto.hmacSha256(
      secret,
      utf8Bytes(signedText('tutti-commitment/1', [by.inviter, by.joiner, by.commitment])),
    ),
  )

/** Compares in a time that tells nothing. */
export const sameText = (a: string, b: string): boolean => sameBytes(utf8Bytes(a), utf8Bytes(b))
