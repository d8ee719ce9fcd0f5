// The board as the screen has it: kept true by events, and changed at once by what one does oneself.
import type { BoardCard, BoardColumn, LoggedEvent, OutputOf } from '@tutti/core'

export type Board = OutputOf<'getBoard'>

export function heard(board: Board, event: LoggedEvent): Board {
  const { columns, cards } = board
  if (event.type === 'card.changed') return { columns, cards: withRow(cards, event.data) }
  if (event.type === 'card.removed') return { columns, cards: withoutRow(cards, event.data.id) }
  if (event.type === 'column.changed') return { columns: withRow(columns, event.data), cards }
  return event.type === 'column.removed' ? { columns: withoutRow(columns, event.data.id), cards } : board
}

const byPlace = (a: { place: string; id: string }, b: { place: string; id: string }): number =>
  a.place === b.place ? (a.id < b.id ? -1 : 1) : a.place < b.place ? -1 : 1

export const columnsOf = ({ columns }: Board): BoardColumn[] => columns.toSorted(byPlace)

/** The cards of a column in their order. A card whose column is gone is in the first one, or nobody would see it. */
export function cardsIn(board: Board, column: string): BoardCard[] {
  const columns = columnsOf(board)
  const isHome = (card: BoardCard) =>
    card.column === column || (columns[0]?.id === column && !columns.some(({ id }) => id === card.column))
  return board.cards.filter(isHome).sort(byPlace)
}

export const columnOf = (board: Board, card: BoardCard): string =>
  columnsOf(board).find(({ id }) => cardsIn(board, id).some((one) => one.id === card.id))?.id ?? card.column

/** Where a card goes: behind another one of the column, null for the first place. */
export interface Target {
  column: string
  after: BoardCard['id'] | null
}

/** Where a step leads; null at the edge. Beside the column it keeps its height as far as it can. */
export function stepFrom(board: Board, card: BoardCard, step: Step): Target | null {
  const columns = columnsOf(board)
  const column = columnOf(board, card)
  const cards = cardsIn(board, column)
  const at = cards.findIndex(({ id }) => id === card.id)
  if (step === 'up') return at > 0 ? { column, after: cards[at - 2]?.id ?? null } : null
  if (step === 'down') return at < cards.length - 1 ? { column, after: cards[at + 1]?.id ?? null } : null
  return beside(board, columns[columns.findIndex(({ id }) => id === column) + (step === 'left' ? -1 : 1)], at)
}

function beside(board: Board, column: BoardColumn | undefined, at: number): Target | null {
  if (!column) return null
  const there = cardsIn(board, column.id)
  return { column: column.id, after: there[Math.min(at, there.length) - 1]?.id ?? null }
}

export type Step = 'up' | 'down' | 'left' | 'right'

/** The board with the card there already; the daemon's own place for it comes with its event. */
export function withMoved(board: Board, id: string, { column, after }: Target): Board {
  // No place ends in 0: so this one is right behind the other and before all that follow it.
  const place = `${board.cards.find((card) => card.id === after)?.place ?? ''}000`
  const cards = board.cards.map((card) =>
    card.id === id ? Object.assign({}, card, { column, place }) : card,
  )
  return { ...board, cards }
}

export interface Filter {
  words: string
  /** A name, '' for nobody, null for anybody. */
  who: string | null
}

export function matches({ title, text, assignee }: BoardCard, { words, who }: Filter): boolean {
  if (who !== null && assignee !== who) return false
  const all = `${title}\n${text}\n${assignee}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** The list with the row in place of the one with its id, or at its end. */
export const withRow = <T extends { id: string }>(rows: readonly T[], row: T): T[] =>
  rows.some(({ id }) => id === row.id) ? rows.map((one) => (one.id === row.id ? row : one)) : [...rows, row]

export const withoutRow = <T extends { id: string }>(rows: readonly T[], gone: string): T[] =>
  rows.filter(({ id }) => id !== gone)

/** A column's id from its name, with some chance in it: the id of one that was deleted has ended for good. */
export function columnIdFor(title: string, chance: () => number): string {
  const word = title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 34)
  const tail = Math.floor(chance() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')
  return `${word === '' ? 'column' : word}-${tail}`
}
