// Tables that fit the terminal: the last columns give way first, and nothing is cut in a pipe.
import { displayWidth, fitted, padded } from './display-width.ts'
import type { Ink, Page } from './page.ts'

export interface Cell {
  text: string
  ink?: Ink
}

export interface Column<R> {
  title: string
  cell(row: R): Cell | string
  /** Cells that it keeps when space is short; without it the column is never cut. */
  least?: number | undefined
}

const GAP = 2

/** Lines of a table with a heading. No row gives the heading alone, so say something better then. */
export function table<R>(page: Page, columns: readonly Column<R>[], rows: readonly R[]): string {
  const grid = rows.map((row) => columns.map((column) => asCell(column.cell(row))))
  const widths = fit(
    columns.map((column, i) => ({
      natural: Math.max(
        displayWidth(column.title),
        ...grid.map((cells) => displayWidth(cells[i]?.text ?? '')),
      ),
      least: column.least,
    })),
    page.columns,
  )
  const heading = columns.map(({ title }): Cell => ({ text: title, ink: 'dim' }))
  return [heading, ...grid].map((cells) => line(page, cells, widths)).join('\n')
}

function line(page: Page, cells: readonly Cell[], widths: readonly number[]): string {
  const parts = cells.map(({ text, ink }, i) => {
    const width = widths[i] ?? 0
    const shown = fitted(text, width)
    const filled = i === cells.length - 1 ? shown : padded(shown, width)
    return ink ? page.paint(ink, filled) : filled
  })
  return parts.join(' '.repeat(GAP)).trimEnd()
}

interface Width {
  natural: number
  least: number | undefined
}

/** Takes what is too much from the rightmost columns that may shrink. */
function fit(widths: readonly Width[], total: number): number[] {
  const result = widths.map(({ natural }) => natural)
  let excess = result.reduce((sum, one) => sum + one, 0) + GAP * (widths.length - 1) - total
  for (let i = widths.length - 1; i >= 0 && excess > 0; i--) {
    const { natural, least } = widths[i] ?? { natural: 0, least: undefined }
    if (least === undefined) continue
    const given = Math.min(excess, Math.max(0, natural - least))
    result[i] = natural - given
    excess -= given
  }
  return result
}

const asCell = (cell: Cell | string): Cell => (typeof cell === 'string' ? { text: cell } : cell)
