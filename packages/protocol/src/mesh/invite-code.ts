// The one-time code that lets a machine in: whom to dial, by which key it answers, and a secret that only the code holds (V1).
import { AmpError } from '../amp-error.ts'
import { joined, sameBytes, utf8Bytes } from '../bytes.ts'
import { publicKey } from '../key.ts'
import type { NodeCrypto, NodeId } from './node-key.ts'
import { nodeIdOf, nodeKeyOf } from './node-key.ts'

export interface InviteCode {
  readonly inviter: NodeId
  /** 16 random bytes, good for one joining. */
  readonly secret: Uint8Array
  /** Where the inviter may be reached, the likeliest first. */
  readonly urls: readonly string[]
}

const VERSION = 1
const SECRET_BYTES = 16
const KEY_BYTES = 32
const SUM_BYTES = 4
const HEAD_BYTES = 1 + SECRET_BYTES + KEY_BYTES
const MOST_URLS = 8
const MOST_CHARS = 2000
// Crockford's base 32: no i, l, o and u, so a code can be read aloud; none of it has to be quoted in a shell.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const PREFIX = 'tutti-'

export function formatInvite({ inviter, secret, urls }: InviteCode, crypto: NodeCrypto): string {
  if (secret.length !== SECRET_BYTES) throw new TypeError('the secret of an invitation has 16 bytes')
  const body = joined(Uint8Array.of(VERSION), secret, nodeKeyOf(inviter).raw, utf8Bytes(urls.join('\n')))
  return PREFIX + toBase32(joined(body, crypto.sha256(body).subarray(0, SUM_BYTES)))
}

/** Reads a code; blanks, hyphens and case do not matter. Throws AmpError `invalid_field` for one that is not whole. */
export function parseInvite(text: string, crypto: NodeCrypto): InviteCode {
  const plain = text.toLowerCase().replaceAll(/[\s-]/g, '')
  const bytes = text.length <= MOST_CHARS && plain.startsWith('tutti') ? fromBase32(plain.slice(5)) : null
  if (bytes === null || bytes.length < HEAD_BYTES + SUM_BYTES || bytes[0] !== VERSION) throw wrong()
  const body = bytes.subarray(0, -SUM_BYTES)
  if (!sameBytes(crypto.sha256(body).subarray(0, SUM_BYTES), bytes.subarray(-SUM_BYTES))) throw wrong()
  const urls = new TextDecoder().decode(body.subarray(HEAD_BYTES)).split('\n').filter(isUrl)
  return {
    inviter: nodeIdOf(publicKey(body.slice(1 + SECRET_BYTES, HEAD_BYTES))),
    secret: body.slice(1, 1 + SECRET_BYTES),
    urls: urls.slice(0, MOST_URLS),
  }
}

const isUrl = (text: string): boolean =>
  /^wss?:\/\/[A-Za-z0-9.:[\]_-]{1,255}(?:\/[A-Za-z0-9/_-]{0,200})?$/.test(text)

function toBase32(bytes: Uint8Array): string {
  let [text, held, bits] = ['', 0, 0]
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >> (bits - 5)) & 31)
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (5 - bits)) & 31)
}

function fromBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let [held, bits, at] = [0, 0, 0]
  for (const char of text) {
    const digit = ALPHABET.indexOf(char)
    if (digit === -1) return null
    held = ((held << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return toBase32(bytes) === text ? bytes : null
}

const wrong = (): AmpError =>
  new AmpError(
    'invalid_field',
    'Expected a whole invitation code; copy it again from the other machine',
    'code',
  )
