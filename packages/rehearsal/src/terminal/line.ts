// Lines of styled text, wrapped here and not by the terminal, so that a resize can lay them out anew.
import { charWidth } from './width.ts'

/** A run of text in one style; the style is the parameters of SGR, such as "1" or "38;5;208". */
export type Span = { text: string; style?: string }

/** A line before wrapping. Rows after the first begin with `hang` blanks. */
export type Line = { spans: Span[]; hang?: number }

/** The styles in use: 16 and 256 colours only, which every terminal knows and every theme may map. */
export const STYLES = {
  plain: '',
  bold: '1',
  dim: '2',
  italic: '2;3',
  accent: '38;5;173',
  good: '32',
  bad: '31',
  warn: '33',
  info: '36',
  added: '38;5;114;48;5;22',
  removed: '38;5;210;48;5;52',
  inverse: '7',
} as const

export type StyleName = keyof typeof STYLES

/** A line in one style. */
export function line(text: string, style: StyleName = 'plain', hang = 0): Line {
  return { spans: [span(text, style)], hang }
}

/** A span in a named style. */
export function span(text: string, style: StyleName = 'plain'): Span {
  return { text, style: STYLES[style] }
}

/** The rows of a line at a width, as text with SGR sequences; breaks at blanks where there are any. */
export function wrap({ spans, hang = 0 }: Line, columns: number): string[] {
  const width = Math.max(1, columns)
  const indent = Math.min(hang, Math.floor(width / 2))
  const rows: Cell[][] = []
  let row: Cell[] = []
  for (const cell of cellsOf(spans)) {
    if (row.length === 0 || widthOf(row) + cell.width <= width) {
      row.push(cell)
      continue
    }
    const [kept, carried] = breakBefore(cell, row, width - indent)
    rows.push(kept)
    row = [...blanks(indent), ...carried]
  }
  rows.push(row)
  return rows.map(painted)
}

type Cell = { char: string; style: string; width: number }

function cellsOf(spans: Span[]): Cell[] {
  return spans.flatMap(({ text, style = '' }) =>
    // A control character in a text must not reach the terminal.
    Array.from(text.replaceAll('\t', '    ').replaceAll(/\p{Cc}/gu, '')).map((char) => {
      return { char, style, width: charWidth(char) }
    }),
  )
}

/** What stays in a row that is full, and what begins the next one. */
function breakBefore(next: Cell, row: Cell[], room: number): [kept: Cell[], carried: Cell[]] {
  if (next.char === ' ') return [row, []]
  const blank = row.findLastIndex((cell) => cell.char === ' ')
  const word = [...row.slice(blank + 1), next]
  const kept = row.slice(0, Math.max(0, blank))
  // A word that fills a row by itself is cut where the row ends.
  const isCut = kept.every((cell) => cell.char === ' ') || widthOf(word) > room
  return isCut ? [row, [next]] : [kept, word]
}

function blanks(count: number): Cell[] {
  return Array.from({ length: count }, () => ({ char: ' ', style: '', width: 1 }))
}

function widthOf(row: Cell[]): number {
  return row.reduce((sum, cell) => sum + cell.width, 0)
}

function painted(row: Cell[]): string {
  let text = ''
  let style = ''
  for (const cell of row) {
    if (cell.style !== style) {
      text += (style === '' ? '' : '\u001B[0m') + (cell.style === '' ? '' : `\u001B[${cell.style}m`)
      style = cell.style
    }
    text += cell.char
  }
  return style === '' ? text : `${text}\u001B[0m`
}
