// Makes captured lines stand alone: each carries the colours it begins with and ends without any.

import type { Sgr } from './sgr.ts'
import { PLAIN, sgrAfter, sgrSequence } from './sgr.ts'

export interface StyledLine {
  /** Text with SGR sequences; complete in itself. */
  text: string
  /** It runs on in the next line, and fills the width, so that writing both in a row wraps them the same way. */
  wraps: boolean
}

// oxlint-disable-next-line no-control-regex -- SGR sequences, and the shifts that draw lines
const STYLE = /\u001b\[([0-9;:]*)m|[\u000e\u000f]/g
// oxlint-disable-next-line no-control-regex -- everything that takes no cell
const INVISIBLE = /\u001b\[[0-9;:]*m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u000e\u000f]/g
// Characters that every terminal draws one cell wide.
const NARROW = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff]*$/

interface Style {
  sgr: Sgr
  lineDrawing: boolean
}

/** `joined` is the same text with wrapped lines joined; without it no line wraps. */
export function styledLines(lines: readonly string[], joined: readonly string[], cols: number): StyledLine[] {
  const wrapped = wrappedLines(lines, joined)
  let style: Style = { sgr: PLAIN, lineDrawing: false }
  return lines.map((line, index) => {
    const before = style
    style = styleAfter(line, before)
    const wraps = wrapped.has(index) && fills(line, cols)
    const kept = wraps || sgrSequence(style.sgr) !== '' ? line : line.replace(/ +$/, '')
    return { text: `${begin(before)}${kept}${finish(style)}`, wraps }
  })
}

/** True where the line surely covers all columns; false also where it holds characters of doubtful width. */
export function fills(line: string, cols: number): boolean {
  const visible = line.replaceAll(INVISIBLE, '')
  return visible.length === cols && NARROW.test(visible)
}

const begin = ({ sgr, lineDrawing }: Style): string => `${sgrSequence(sgr)}${lineDrawing ? '\u000e' : ''}`

const finish = ({ sgr, lineDrawing }: Style): string =>
  `${lineDrawing ? '\u000f' : ''}${sgrSequence(sgr) === '' ? '' : '\u001b[0m'}`

function styleAfter(line: string, before: Style): Style {
  let { sgr, lineDrawing } = before
  for (const [sequence, parameters] of line.matchAll(STYLE)) {
    if (parameters === undefined) lineDrawing = sequence === '\u000e'
    else sgr = sgrAfter(sgr, parameters)
  }
  return { sgr, lineDrawing }
}

function wrappedLines(lines: readonly string[], joined: readonly string[]): Set<number> {
  const wrapped = new Set<number>()
  let at = 0
  let length = 0
  for (const [index, line] of lines.entries()) {
    length += line.length
    if (length < (joined[at]?.length ?? 0)) wrapped.add(index)
    else {
      at++
      length = 0
    }
  }
  return wrapped
}
