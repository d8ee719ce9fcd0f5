// The board as its rows have it: light, as it is read also on a machine whose mesh is not open.
import type { BoardCard, BoardColumn } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'

export interface Reads {
  all: Store['all']
  get: Store['get']
}

/** The board as committed; needs nothing of the mesh. */
export function boardIn(store: Reads): { columns: BoardColumn[]; cards: BoardCard[] } {
  const columns = store.all<BoardColumn>('SELECT id, title, place FROM board_columns')
  const rows = store.all<{ value: string }>('SELECT value FROM board_cards ORDER BY column_id, place, id')
  return {
    columns: (columns.length > 0 ? columns : FIRST_COLUMNS)
      .map(({ id, title, place }) => ({ id, title, place }))
      .sort(byPlace),
    cards: rows.map(({ value }) => parsed(value)),
  }
}

export function cardRow(store: Reads, id: string): BoardCard | null {
  const row = store.get<{ value: string }>('SELECT value FROM board_cards WHERE id = ?', id)
  return row ? parsed(row.value) : null
}

// The text was written by JSON.stringify of a card, below.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const parsed = (value: string): BoardCard => JSON.parse(value) as BoardCard

/** What is there before anybody has said otherwise; in the order of their places. */
export const FIRST_COLUMNS: readonly BoardColumn[] = [
  { id: 'todo', title: 'To do', place: 'h' },
  { id: 'doing', title: 'Doing', place: 'p' },
  { id: 'done', title: 'Done', place: 'x' },
]

export const byPlace = (a: { place: string; id: string }, b: { place: string; id: string }): number =>
  a.place === b.place ? (a.id < b.id ? -1 : 1) : a.place < b.place ? -1 : 1

export const boardReading = (store: Reads): Pick<Handlers, 'getBoard'> => ({
  getBoard: () => boardIn(store),
})
