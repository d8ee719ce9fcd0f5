// The shared board as people see it: columns, cards, and what became of each edit.
import { z } from 'zod'
import { idSchema } from './id.ts'

export const CardTitle = z.string().trim().min(1).max(200)
/** 64 KiB is what one edit of the log holds. */
export const CardText = z.string().max(15_000)
export const ColumnId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a word such as in-review')

export const BoardColumn = z.strictObject({
  id: ColumnId,
  title: z.string(),
  /** Columns and cards are in the order of these texts; equal ones by id. */
  place: z.string(),
})
export type BoardColumn = z.infer<typeof BoardColumn>

export const BoardCard = z.strictObject({
  id: idSchema('card'),
  column: ColumnId,
  place: z.string(),
  title: z.string(),
  text: z.string(),
  /** Whoever works on it, by name or address; empty for nobody. */
  assignee: z.string(),
  createdBy: z.string(),
  createdAt: z.int(),
  /** The author of the newest edit that stands, and its machine. */
  changedBy: z.string(),
  changedOn: z.string(),
  changedAt: z.int(),
  /** Edits that crossed with another one and lost; `getCardHistory` shows them. */
  lostEdits: z.int(),
})
export type BoardCard = z.infer<typeof BoardCard>

export const Board = z.strictObject({ columns: z.array(BoardColumn), cards: z.array(BoardCard) })

/** The text of a card for an editor: Yjs goes on from `state` and sends what changes, which names `on`. */
export const CardTextState = z.strictObject({ on: z.string(), text: z.string(), state: z.string() })
export type CardTextState = z.infer<typeof CardTextState>

/** A Yjs update (version 1) as base64. */
export const TextUpdate = z
  .string()
  .max(60_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected base64')

/** One edit of one field. `lost`: its author did not know of the edit that won, and nobody saw this one replaced. */
export const CardEdit = z.strictObject({
  field: z.string(),
  value: z.string(),
  /** Null where `value` is all of the field; otherwise it was put into a text, and so many characters were taken out. */
  removed: z.int().nullable(),
  by: z.string(),
  /** The machine where it was made. */
  node: z.string(),
  at: z.int(),
  fate: z.enum(['stands', 'replaced', 'lost']),
})
export type CardEdit = z.infer<typeof CardEdit>
