// Long lists of whole numbers as short text: a map of fifty thousand symbols travels as JSON that nobody has to parse number
// by number. Seven bits a byte, small numbers first (zigzag), then base64.

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUES = new Uint8Array(128)
for (let at = 0; at < SIGNS.length; at++) VALUES[SIGNS.charCodeAt(at)] = at

/** Whole numbers from -2^30 to 2^30 - 1 as base64url without padding; small ones take least. */
export function packNumbers(numbers: readonly number[]): string {
  const bytes = new Uint8Array(numbers.length * MOST_BYTES)
  let count = 0
  for (const one of numbers) {
    let left = ((one << 1) ^ (one >> 31)) >>> 0
    while (left > 127) {
      bytes[count] = (left & 127) | 128
      count += 1
      left >>>= 7
    }
    bytes[count] = left
    count += 1
  }
  return textOf(bytes.subarray(0, count))
}

/** Thirty-two bits, seven a byte. */
const MOST_BYTES = 5

/** What `packNumbers` was given. Signs that are none of its own count as zeros; a number that was cut off is left out. */
export function unpackNumbers(text: string): Int32Array {
  const bytes = bytesOf(text)
  const numbers = new Int32Array(bytes.length)
  let count = 0
  let value = 0
  let shift = 0
  for (const byte of bytes) {
    value |= (byte & 127) << shift
    shift += 7
    if (byte > 127 && shift < 35) continue
    numbers[count] = (value >>> 1) ^ -(value & 1)
    count += 1
    value = 0
    shift = 0
  }
  return numbers.slice(0, count)
}

/** Texts of so many characters are put together at once. */
const PIECE = 4096

function textOf(bytes: Uint8Array): string {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    piece += sign(a >> 2) + sign(((a & 3) << 4) | ((b ?? 0) >> 4))
    if (b !== undefined) piece += sign(((b & 15) << 2) | ((c ?? 0) >> 6))
    if (c !== undefined) piece += sign(c & 63)
    if (piece.length > PIECE) {
      pieces.push(piece)
      piece = ''
    }
  }
  return [...pieces, piece].join('')
}

const sign = (value: number): string => SIGNS[value] ?? ''

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let held = 0
  let bits = 0
  let count = 0
  for (let at = 0; at < text.length; at++) {
    held = ((held << 6) | (VALUES[text.charCodeAt(at) & 127] ?? 0)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[count] = (held >> bits) & 255
    count += 1
  }
  return bytes
}
