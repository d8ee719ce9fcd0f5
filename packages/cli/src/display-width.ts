// How many cells a text takes in a terminal, so that columns line up with wide and combined characters.

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })
const EMOJI = /^\p{Emoji_Presentation}|\ufe0f/u
// East Asian Wide and Fullwidth (Unicode 16, EastAsianWidth.txt), in coarse blocks.
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u
const NARROW_ASCII = /^[\x20-\x7e]*$/

/** Cells of a text without control characters. */
export function displayWidth(text: string): number {
  if (NARROW_ASCII.test(text)) return text.length
  let cells = 0
  for (const { segment } of segments.segment(text)) cells += cellsOf(segment)
  return cells
}

function cellsOf(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1
}

/** The text cut to so many cells, with … where something is missing. */
export function fitted(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return text
  let kept = ''
  let used = 0
  for (const { segment } of segments.segment(text)) {
    const next = cellsOf(segment)
    if (used + next > cells - 1) break
    kept += segment
    used += next
  }
  return cells > 0 ? `${kept}…` : ''
}

/** The text in lines of at most so many cells, broken between words; a word that is longer has a line of its own. */
export function wrapped(text: string, cells: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || displayWidth(last) + 1 + displayWidth(word) > cells) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** The text with spaces up to so many cells. */
export const padded = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - displayWidth(text)))

/** Foreign text for a terminal: one line, and nothing in it that a terminal would obey or that turns the direction of writing. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/g, '')
