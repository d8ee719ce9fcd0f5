// The one door through which foreign text may be typed into a terminal (threat T10).

/**
 * What becomes of line ends: `return` sends what the Enter key sends (only for a paste that a person asked for),
 * `space` keeps the text on one line, so that it can never be entered.
 */
export type NewlinePolicy = 'return' | 'space'

// Everything that a terminal, a line editor or an eye could take for more than text: C0 but tab and line ends, DEL, C1,
// line and paragraph separators, bidirectional controls, the byte order mark and lone surrogates.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these characters are the point
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu

/** Text that types as text and does nothing else. */
export function toPtyText(text: string, newlines: NewlinePolicy): string {
  const lineEnd = newlines === 'return' ? '\r' : ' '
  // Separators that no keyboard has never become Enter: the eye does not see them.
  const lines = text.replaceAll(/\r\n|[\n\r]/g, lineEnd).replaceAll(/[\u2028\u2029]/g, ' ')
  return lines.replaceAll(UNSAFE, '')
}
