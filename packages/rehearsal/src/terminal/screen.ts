// Draws a transcript that scrolls into the terminal's own history, with a live region below it that is redrawn in place.
import { wrap, type Line } from './line.ts'

export type Size = { columns: number; rows: number }

/** What stands below the transcript: rows already laid out, and where the cursor is shown, if it is. */
export type Live = { rows: string[]; cursor?: { row: number; column: number } }

export type Screen = {
  /** Adds lines to the transcript and redraws the live region below them, in one write. */
  draw(added: Line[], live: Live): void
  /** Lays everything out anew for a size; the live region follows with the next draw(). */
  resize(size: Size, live: Live): void
  /** Leaves the cursor below the last row and the terminal as it was found. */
  close(): void
}

type Deps = { write: (text: string) => void; size: Size; alternate: boolean }

// What a resize can bring back; older lines are in the terminal's own history.
const KEPT_LINES = 400
const HIDE = '\u001B[?25l'
const SHOW = '\u001B[?25h'
// A terminal that knows synchronized output shows a whole frame at once; others ignore it.
const BEGIN = '\u001B[?2026h'
const END = '\u001B[?2026l'
const CLEAR_ROW_END = '\u001B[K'
const CLEAR_BELOW = '\u001B[J'

/** A screen on a terminal of the given size; `alternate` keeps the shell's own screen untouched. */
export function createScreen({ write, size: first, alternate }: Deps): Screen {
  let size = first
  let kept: Line[] = []
  let shown: string[] = []
  let cursorRow = 0
  if (alternate) write('\u001B[?1049h\u001B[H')

  function cropped(live: Live): Live {
    const over = Math.max(0, live.rows.length - (size.rows - 1))
    const cursor = live.cursor && { ...live.cursor, row: Math.max(0, live.cursor.row - over) }
    return { rows: live.rows.slice(over), ...(cursor && { cursor }) }
  }

  function placed({ rows, cursor }: Live): string {
    const row = cursor?.row ?? rows.length - 1
    const up = rows.length - 1 - row
    cursorRow = Math.max(0, row)
    shown = rows
    return moveUp(up) + toColumn(cursor?.column ?? 0) + (cursor ? SHOW : HIDE)
  }

  // Only rows that changed: a spinner costs one short row.
  function patched(live: Live): string {
    let text = moveUp(cursorRow)
    for (const [index, row] of live.rows.entries()) {
      if (row !== shown[index]) text += `\r${row}${CLEAR_ROW_END}`
      if (index < live.rows.length - 1) text += '\u001B[B'
    }
    return `${text}\r`
  }

  function rewritten(added: string[], live: Live): string {
    const rows = [...added, ...live.rows].map((row) => row + CLEAR_ROW_END)
    return `${moveUp(cursorRow)}\r${rows.join('\r\n')}${CLEAR_BELOW}\r`
  }

  return {
    draw(added, wanted) {
      const live = cropped(wanted)
      kept = [...kept, ...added].slice(-KEPT_LINES)
      const isPatch = added.length === 0 && live.rows.length === shown.length
      const rows = added.flatMap((one) => wrap(one, size.columns - 1))
      write(BEGIN + HIDE + (isPatch ? patched(live) : rewritten(rows, live)) + placed(live) + END)
    },
    resize(next, wanted) {
      size = next
      const live = cropped(wanted)
      const above = kept.flatMap((one) => wrap(one, size.columns - 1))
      const rows = [...above, ...live.rows].slice(-size.rows)
      cursorRow = 0
      const text = rows.map((row) => row + CLEAR_ROW_END).join('\r\n')
      write(`${BEGIN}${HIDE}\u001B[H${text}${CLEAR_BELOW}\r${placed(live)}${END}`)
    },
    close() {
      const down = Math.max(0, shown.length - 1 - cursorRow)
      write(`${down > 0 ? `\u001B[${down}B` : ''}\r${SHOW}${alternate ? '\u001B[?1049l' : '\r\n'}`)
    },
  }
}

function moveUp(rows: number): string {
  return rows > 0 ? `\u001B[${rows}A` : ''
}

function toColumn(column: number): string {
  return `\u001B[${column + 1}G`
}
