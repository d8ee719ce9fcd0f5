// What a keyboard sends for the keys that can be pressed by name.
import type { ParsedOf } from '@tutti/core'

type KeyName = ParsedOf<'sendKeys'>['keys'][number]

// ECMA-48 and xterm's control sequences, in the modes that a terminal starts with.
const BYTES: Record<KeyName, string> = {
  Enter: '\r',
  Escape: '\u001b',
  Tab: '\t',
  Space: ' ',
  BSpace: '\u007f',
  Up: '\u001b[A',
  Down: '\u001b[B',
  Right: '\u001b[C',
  Left: '\u001b[D',
  Home: '\u001b[H',
  End: '\u001b[F',
  'C-c': '\u0003',
  'C-d': '\u0004',
  'C-z': '\u001a',
  'C-l': '\u000c',
}

export const isKeyName = (key: string): key is KeyName => Object.hasOwn(BYTES, key)

/** The text as typed, then the keys. */
export const keyBytes = (text: string, keys: readonly KeyName[]): Uint8Array =>
  new TextEncoder().encode(text + keys.map((key) => BYTES[key]).join(''))
