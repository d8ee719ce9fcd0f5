// A table of rows that stays readable on a phone, where each row becomes a card.
import type { ReactNode } from 'react'
import css from './table.module.css'

export interface Column<T> {
  title: string
  cell: (row: T) => ReactNode
  /** Figures align at their end. */
  end?: boolean
}

interface TableProps<T> {
  label: string
  rows: readonly T[]
  columns: readonly Column<T>[]
  rowKey: (row: T) => string
}

export const Table = <T,>({ label, rows, columns, rowKey }: TableProps<T>) => (
  <table className={css.table} aria-label={label}>
    <thead>
      <tr>
        {columns.map((column, index) =>
          column.title === '' ? (
            <td key={index} aria-hidden="true" />
          ) : (
            <th key={index} scope="col" data-end={column.end || undefined}>
              {column.title}
            </th>
          ),
        )}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)}>
          {columns.map((column, index) => (
            <td key={index} data-title={column.title} data-end={column.end || undefined}>
              {column.cell(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
