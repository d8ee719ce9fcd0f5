// The board that all machines of the room share.
import { z } from 'zod'
import {
  Board,
  BoardCard,
  BoardColumn,
  CardEdit,
  CardText,
  CardTextState,
  CardTitle,
  ColumnId,
  TextUpdate,
} from '../board.ts'
import { idSchema } from '../id.ts'
import { op } from '../operation.ts'

const OneCard = z.strictObject({ id: idSchema('card') })
/** The one that it comes behind; null for the first place, and left out for the last. */
const After = idSchema('card').nullable().optional()
const Assignee = z.string().max(200)

export const boardOperations = {
  getBoard: op({
    method: 'GET',
    path: '/v1/board',
    may: 'board:read',
    input: () => z.strictObject({}),
    output: Board,
    says: 'Show the board of the room: columns and cards in their order',
  }),
  createCard: op({
    method: 'POST',
    path: '/v1/board/cards',
    may: 'board:write',
    input: () =>
      z.strictObject({
        title: CardTitle,
        text: CardText.default(''),
        column: ColumnId.optional(),
        assignee: Assignee.default(''),
        after: After,
      }),
    output: BoardCard,
    says: 'Put a card on the board',
    cli: { words: 'board add', args: ['title'] },
    audited: true,
  }),
  moveCard: op({
    method: 'POST',
    path: '/v1/board/cards/{id}/move',
    may: 'board:write',
    input: () => z.strictObject({ ...OneCard.shape, column: ColumnId.optional(), after: After }),
    output: BoardCard,
    says: 'Move a card to another column or place',
    cli: { words: 'board move', args: ['id', 'column'] },
    audited: true,
  }),
  editCard: op({
    method: 'PATCH',
    path: '/v1/board/cards/{id}',
    may: 'board:write',
    input: () =>
      z.strictObject({
        ...OneCard.shape,
        title: CardTitle.optional(),
        text: CardText.optional(),
        assignee: Assignee.optional(),
      }),
    output: BoardCard,
    says: 'Change what a card says or who works on it; fields that are left out stay',
    cli: { words: 'board edit', args: ['id'] },
    audited: true,
  }),
  getCardText: op({
    method: 'GET',
    path: '/v1/board/cards/{id}/text',
    may: 'board:read',
    input: OneCard,
    output: CardTextState,
    says: 'Get the text of a card as an editor takes it up that merges what several write',
  }),
  mergeCardText: op({
    method: 'POST',
    path: '/v1/board/cards/{id}/text',
    may: 'board:write',
    input: () => z.strictObject({ ...OneCard.shape, on: z.string().min(1).max(300), update: TextUpdate }),
    /** Not merged: the text was written anew meanwhile, and has to be taken up once more. */
    output: () => z.strictObject({ merged: z.boolean() }),
    says: 'Merge what an editor has changed into the text of a card',
    audited: true,
  }),
  deleteCard: op({
    method: 'DELETE',
    path: '/v1/board/cards/{id}',
    may: 'board:write',
    input: OneCard,
    output: () => z.strictObject({}),
    says: 'Take a card off the board, everywhere and for good',
    cli: { words: 'board remove', args: ['id'] },
    audited: true,
  }),
  getCardHistory: op({
    method: 'GET',
    path: '/v1/board/cards/{id}/history',
    may: 'board:read',
    input: OneCard,
    output: () => z.array(CardEdit),
    says: 'Show every edit of a card, the newest first, with those that lost against another one',
    cli: { words: 'board history', args: ['id'] },
  }),
  setColumn: op({
    method: 'PUT',
    path: '/v1/board/columns/{column}',
    may: 'board:write',
    input: () =>
      z.strictObject({
        column: ColumnId,
        title: z.string().trim().min(1).max(80),
        /** The one that it comes behind; null for the first place; left out, it stays or becomes the last. */
        after: ColumnId.nullable().optional(),
      }),
    output: BoardColumn,
    says: 'Add a column to the board, or give it another name or place',
    cli: { words: 'board column', args: ['column', 'title'] },
    audited: true,
  }),
  deleteColumn: op({
    method: 'DELETE',
    path: '/v1/board/columns/{column}',
    may: 'board:write',
    input: () => z.strictObject({ column: ColumnId }),
    output: () => z.strictObject({}),
    says: 'Take an empty column off the board, for good',
    cli: { words: 'board column-remove', args: ['column'] },
    audited: true,
  }),
} as const
