// Writes a captured pane as a terminal sequence: a freshly reset terminal that reads it shows the same and behaves the same.
import type { Capture, Flag } from './capture.ts'
import type { StyledLine } from './styled-lines.ts'
import { fills, styledLines } from './styled-lines.ts'

const ESC = '\u001b'
// G1 draws lines, as tmux's captures expect of shift-out.
const PRELUDE = `${ESC})0`
const TAB_WIDTH = 8

/** What a capture cannot tell: `pen` continues colours and character sets, `partial` the bytes of a character that has begun. */
export interface Unfinished {
  pen: string
  partial: Uint8Array
}

/** The sequence for a reset terminal of the capture's size. */
export function snapshotBytes(capture: Capture, unfinished: Unfinished): Buffer {
  const { cols } = capture
  const lines = styledLines(capture.lines, capture.joined, cols)
  const historyLength = Math.max(0, lines.length - capture.rows)
  const screens = capture.flags.has('alternate_on')
    ? alternate(capture, lines, historyLength)
    : sequential(lines)
  const cursorLine = lines[historyLength + capture.cursor.y]?.text ?? ''
  const text = [PRELUDE, screens, tabStops(capture), region(capture), cursor(capture, cursorLine)].join('')
  return Buffer.concat([
    Buffer.from(text + modes(capture.flags) + unfinished.pen),
    capture.pending,
    unfinished.partial,
  ])
}

// One after the other, so that history scrolls up and away like it did when it was written.
function sequential(lines: readonly StyledLine[]): string {
  const last = lines.length - 1
  return lines.map(({ text, wraps }, index) => (wraps || index === last ? text : `${text}\r\n`)).join('')
}

function alternate(capture: Capture, lines: readonly StyledLine[], historyLength: number): string {
  const normal = styledLines(capture.saved, [], capture.cols)
  const missing = Math.max(0, capture.rows - normal.length)
  const blank = Array.from({ length: missing }, () => ({ text: '', wraps: false }))
  const beneath = sequential([...lines.slice(0, historyLength), ...normal, ...blank])
  const { x, y } = capture.savedCursor ?? { x: 0, y: 0 }
  const shown = lines.slice(historyLength).map(({ text }, row) => (text === '' ? '' : moveTo(row, 0) + text))
  return `${beneath}${moveTo(y, x)}${ESC}[?1049h${shown.join('')}`
}

function tabStops({ tabs, cols }: Capture): string {
  const usual = Array.from({ length: Math.ceil(cols / TAB_WIDTH) - 1 }, (_, index) => (index + 1) * TAB_WIDTH)
  if (tabs.join(',') === usual.join(',')) return ''
  return `${ESC}[3g${tabs.map((col) => `${moveTo(0, col)}${ESC}H`).join('')}`
}

const region = ({ region: { top, bottom }, rows }: Capture): string =>
  top === 0 && bottom === rows - 1 ? '' : `${ESC}[${top + 1};${bottom + 1}r`

// tmux counts one column too many while the next character will wrap. Only writing the last column again brings that about.
function cursor({ cursor: at, cols, flags, region: { top } }: Capture, line: string): string {
  const originMode = flags.has('origin_flag')
  const origin = originMode ? `${ESC}[?6h` : ''
  const row = at.y - (originMode ? top : 0)
  if (at.x < cols) return origin + moveTo(row, at.x)
  return origin + (fills(line, cols) ? moveTo(row, 0) + line : moveTo(row, cols - 1))
}

const moveTo = (row: number, col: number): string => `${ESC}[${row + 1};${col + 1}H`

const SET: readonly (readonly [Flag, string])[] = [
  ['insert_flag', `${ESC}[4h`],
  ['keypad_flag', `${ESC}=`],
  ['keypad_cursor_flag', `${ESC}[?1h`],
  ['mouse_standard_flag', `${ESC}[?1000h`],
  ['mouse_button_flag', `${ESC}[?1002h`],
  ['mouse_all_flag', `${ESC}[?1003h`],
  ['mouse_utf8_flag', `${ESC}[?1005h`],
  ['mouse_sgr_flag', `${ESC}[?1006h`],
]
const UNSET: readonly (readonly [Flag, string])[] = [
  ['cursor_flag', `${ESC}[?25l`],
  ['wrap_flag', `${ESC}[?7l`],
]

const modes = (flags: ReadonlySet<Flag>): string =>
  [...SET.filter(([flag]) => flags.has(flag)), ...UNSET.filter(([flag]) => !flags.has(flag))]
    .map(([, sequence]) => sequence)
    .join('')
