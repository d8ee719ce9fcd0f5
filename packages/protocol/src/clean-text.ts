// Foreign text without what a reader cannot see: escape sequences, control and direction marks, zero-width letters (F3, F8).
import { utf8Bytes } from './bytes.ts'

/**
 * Text as it may be shown: line feeds and tabs stay, every other line end becomes a line feed, ANSI sequences, control
 * characters, bidirectional and zero-width marks, tag characters and variation selectors go. What is visible is not changed.
 */
export const cleanText = (text: string): string =>
  isPlainAscii(text)
    ? text
    : text.toWellFormed().replaceAll(LINE_END, '\n').replaceAll(ANSI, '').replaceAll(INVISIBLE, '')

/**
 * What a lenient eye makes of a text: letters and digits only, lower case, without accents, look-alikes of other alphabets as
 * the Latin letters that they resemble. To compare with, never to show.
 */
export function skeleton(text: string): string {
  if (isPlainAscii(text)) return plainSkeleton(text)
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll(LOOK_ALIKE, (letter) => LOOK_ALIKES.get(letter) ?? letter)
}

/** Most text is: nothing of it can be invisible, composed or a look-alike of another alphabet. */
export const isPlainAscii = (text: string): boolean => /^[\t\n -~]*$/.test(text)

const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g
// CSI sequences, terminated strings (OSC, DCS, SOS, PM, APC), then any other escape.
const ANSI =
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what must be found
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\n]{0,4096}(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]?/g
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- each of these alone is meant
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu

// The letters of `external-content` and of hex digits as other alphabets draw them (Unicode TR 39, the common ones).
const LOOK_ALIKES = new Map(
  Object.entries({
    a: 'аαɑᴀ4',
    b: 'ьбβƅᖯ8',
    c: 'сϲᴄↄ',
    d: 'ԁժɗ',
    e: 'еєҽɛεᴇ3',
    f: 'ƒꬵϝ',
    l: 'ӏɩιǀן1iіı',
    n: 'пոռηɴ',
    o: 'оοօᴏσ0',
    r: 'гᴦꭇʀ',
    t: 'тτᴛƭ7',
    x: 'хχᕁ',
  }).flatMap(([latin, others]) => Array.from(others, (other): [string, string] => [other, latin])),
)
const LOOK_ALIKE = new RegExp(`[${[...LOOK_ALIKES.keys()].join('')}]`, 'gu')
// What each plain character is in a skeleton: the code of its letter, 0 for what is none.
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code).toLowerCase()
  return /[a-z0-9]/.test(letter) ? (LOOK_ALIKES.get(letter) ?? letter).charCodeAt(0) : 0
})
const ASCII = new TextDecoder()

// Byte by byte: a pattern with a replacement for each letter took ten times as long, and lists are fenced whole.
function plainSkeleton(text: string): string {
  const bytes = utf8Bytes(text)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const letter = PLAIN[bytes[i] ?? 0] ?? 0
    if (letter !== 0) bytes[length++] = letter
  }
  return ASCII.decode(bytes.subarray(0, length))
}
