// Writes many rows of one table with few statements: each run of a statement costs as much as a row does.
import type { Prepared } from './edges.ts'

type Value = string | number | null

/** Rows of one statement; the rest of a list goes by the next smaller number. */
const SIZES = [32, 8, 2, 1]

interface Insert {
  table: string
  /** The same in all rows that are written at once. */
  fixed: readonly string[]
  columns: readonly string[]
}

/** Takes the fixed values, the rows, and what gives a row's values in the order of the columns. */
type InsertRows = <Row>(
  fixed: readonly Value[],
  rows: readonly Row[],
  valuesOf: (row: Row, at: number) => readonly Value[],
) => void

export function createInsert({ on }: Pick<Prepared, 'on'>, { table, fixed, columns }: Insert): InsertRows {
  const row = `(${[...fixed.map((_, at) => `?${at + 1}`), ...columns.map(() => '?')].join(',')})`
  const head = `insert into ${table} (${[...fixed, ...columns].join(', ')}) values `
  const texts = SIZES.map((size) => head + Array.from({ length: size }, () => row).join(','))
  return (given, rows, valuesOf) => {
    let at = 0
    for (const [which, size] of SIZES.entries())
      while (rows.length - at >= size) {
        const values = [...given]
        for (const one of rows.slice(at, at + size)) values.push(...valuesOf(one, at++))
        on(texts[which] ?? '').run(...values)
      }
  }
}
