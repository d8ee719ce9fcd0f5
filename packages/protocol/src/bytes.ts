// Text codecs for bytes, strict: two texts never mean the same bytes, so no text can pass for another (K2).

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const encoder = new TextEncoder()

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, so callers refuse those before. */
export const utf8Bytes = (text: string): Uint8Array => encoder.encode(text)

/** Bytes -> standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const a = byteAt(bytes, i)
    const b = byteAt(bytes, i + 1)
    const c = byteAt(bytes, i + 2)
    out += BASE64.charAt(a >> 2) + BASE64.charAt(((a & 3) << 4) | (b >> 4))
    out += i + 1 < bytes.length ? BASE64.charAt(((b & 15) << 2) | (c >> 6)) : '='
    out += i + 2 < bytes.length ? BASE64.charAt(c & 63) : '='
  }
  return out
}

/** Standard base64 with padding -> bytes; null for any other text, also for one whose unused bits are not zero. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const body = text.replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4))
  let [held, bits, at] = [0, 0, 0]
  for (const char of body) {
    held = ((held << 6) | BASE64.indexOf(char)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return toBase64(bytes) === text ? bytes : null
}

/** Bytes -> base64url without padding (RFC 4648 section 5), as in a JWK. */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** Base64url without padding -> bytes; null for any other text. */
export function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(standard + '='.repeat((4 - (standard.length % 4)) % 4))
}

/** Bytes -> lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) out += HEX[byte] ?? ''
  return out
}

/** Hex of either case -> bytes; null for any other text. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(i * 2, i * 2 + 2), 16),
  )
}

/** Bytes -> base58 of the Bitcoin alphabet, as multibase `z` uses it. */
export function toBase58(bytes: Uint8Array): string {
  let value = BigInt(`0x0${toHex(bytes)}`)
  let out = ''
  for (; value > 0n; value /= 58n) out = (BASE58[Number(value % 58n)] ?? '') + out
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + out
}

/** Base58 -> bytes; null for any other text or one of more than 128 characters (the work grows with the square). */
export function fromBase58(text: string): Uint8Array | null {
  if (text.length > 128) return null
  let value = 0n
  for (const char of text) {
    const digit = BASE58.indexOf(char)
    if (digit === -1) return null
    value = value * 58n + BigInt(digit)
  }
  const hex = value === 0n ? '' : value.toString(16)
  const body = fromHex(hex.padStart(hex.length + (hex.length % 2), '0')) ?? new Uint8Array()
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  return Uint8Array.of(...new Uint8Array(zeros), ...body)
}

/** Whether two byte strings are equal, in a time that depends on their lengths only. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < Math.min(a.length, b.length); i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/** Several byte strings after one another. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
