// What one does to the board: shown at once, put back with a sentence where it is refused.
import type { BoardCard, BoardColumn, InputOf } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import type { ChangeOf } from '../data/use-live.ts'
import { t } from '../words/words.ts'
import {
  cardsIn,
  columnIdFor,
  withMoved,
  withoutRow,
  withRow,
  type Board,
  type Target,
} from './board-state.ts'

export type Change = ChangeOf<Board>

export async function addCard(change: Change, input: InputOf<'createCard'>): Promise<BoardCard | null> {
  const card = await attempt(() => api.createCard(input))
  if (card) change((board) => ({ ...board, cards: withRow(board.cards, card) }))
  return card
}

/** By card its last move, which the next one waits for: two requests may overtake each other. */
const moves = new Map<string, Promise<BoardCard | null>>()

export async function moveCard(change: Change, card: BoardCard, target: Target): Promise<void> {
  change((board) => withMoved(board, card.id, target))
  const before = moves.get(card.id)
  const moving = attempt(
    async () => {
      await before
      return api.moveCard({ id: card.id, ...target })
    },
    putBack(change, card),
  )
  moves.set(card.id, moving)
  const moved = await moving
  // Where it went meanwhile is what is shown.
  if (moves.get(card.id) !== moving) return
  moves.delete(card.id)
  if (moved) change((board) => ({ ...board, cards: withRow(board.cards, moved) }))
}

type Fields = Omit<InputOf<'editCard'>, 'id'>

export async function editCard(change: Change, card: BoardCard, fields: Fields): Promise<boolean> {
  change((board) => ({ ...board, cards: withRow(board.cards, { ...card, ...given(fields) }) }))
  const edited = await attempt(() => api.editCard({ id: card.id, ...fields }), putBack(change, card))
  if (edited) change((board) => ({ ...board, cards: withRow(board.cards, edited) }))
  return edited !== null
}

const given = ({ title, text, assignee }: Fields) => ({
  ...(title === undefined ? {} : { title }),
  ...(text === undefined ? {} : { text }),
  ...(assignee === undefined ? {} : { assignee }),
})

const putBack = (change: Change, card: BoardCard) => () =>
  change((board) => ({ ...board, cards: withRow(board.cards, card) }))

/** A card that was taken off has ended everywhere; bringing it back makes another one that says the same. */
export async function removeCard(change: Change, board: Board, card: BoardCard): Promise<void> {
  const { id, title, text, assignee, column } = card
  const cards = cardsIn(board, column)
  const after = cards[cards.findIndex((one) => one.id === id) - 1]?.id ?? null
  change((now) => ({ ...now, cards: withoutRow(now.cards, id) }))
  const gone = await attempt(() => api.deleteCard({ id }), putBack(change, card))
  if (!gone) return
  toast(t('board.deleted', { title }), {
    undo: () => void addCard(change, { title, text, assignee, column, after }),
  })
}

/** Behind another one, null for the first place; left out, it is the last. */
export const addColumn = (change: Change, title: string, after?: string | null): Promise<boolean> =>
  putColumn(change, {
    column: columnIdFor(title, Math.random),
    title,
    ...(after === undefined ? {} : { after }),
  })

/** Gives it another name or place. */
export async function putColumn(change: Change, input: InputOf<'setColumn'>): Promise<boolean> {
  const made = await attempt(() => api.setColumn(input))
  if (made) change((board) => ({ ...board, columns: withRow(board.columns, made) }))
  return made !== null
}

export async function removeColumn(
  change: Change,
  column: BoardColumn,
  before: string | null,
): Promise<void> {
  const gone = await attempt(() => api.deleteColumn({ column: column.id }))
  if (!gone) return
  change((board) => ({ ...board, columns: withoutRow(board.columns, column.id) }))
  // Its id has ended for good: what comes back is another column with its name.
  toast(t('board.column-deleted', { column: column.title }), {
    undo: () => void addColumn(change, column.title, before),
  })
}
