// How many columns a character takes, so that boxes close and the cursor stands where it is shown.

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u{FE00}-\u{FE0F}]$/u
// East Asian wide and full-width blocks, and the emoji that terminals draw in two columns (Unicode 11, as xterm.js and tmux do).
const WIDE: [number, number][] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

/** Columns of one character: 0, 1 or 2. */
export function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0
  if (code >= 0x20 && code < 0x7f) return 1
  if (ZERO.test(char)) return 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/** Columns of a text without control characters. */
export function textWidth(text: string): number {
  let columns = 0
  for (const char of text) columns += charWidth(char)
  return columns
}

/** The longest start of a text that fits into `columns`; where something is cut an ellipsis says so. */
export function fit(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let kept = ''
  let used = 0
  for (const char of text) {
    used += charWidth(char)
    if (used > columns - 1) break
    kept += char
  }
  return columns > 0 ? `${kept}…` : ''
}
