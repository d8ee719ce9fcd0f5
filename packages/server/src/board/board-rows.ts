// The board in the database: rows that follow from the log, written in the transaction of the step that changed them.
import { isDeepStrictEqual } from 'node:util'
import type { BoardCard, BoardColumn, NewEvent } from '@tutti/core'
import type { MeshChange, OpLog } from '@tutti/core/mesh'
import type { Operation } from '@tutti/protocol'
import type { Statement } from '../db/store.ts'
import { CARD, COLUMN } from './board-policy.ts'
import { boardIn, FIRST_COLUMNS, type Reads } from './board-table.ts'
import { cardIn, columnIn, thingsIn } from './board-view.ts'

export interface Also {
  statements: Statement[]
  events: NewEvent[]
}

/** What a step changes of the rows; `log` has the step's changes already. */
export function boardChanges(log: OpLog, changes: readonly MeshChange[]): Also {
  const touched = new Map<string, Pick<Operation, 'kind' | 'id'>>()
  for (const op of changes.flatMap(operationsOf))
    if (op.kind === CARD || op.kind === COLUMN) touched.set(`${op.kind}\n${op.id}`, op)
  const also = [...touched.values()].map(({ kind, id }) =>
    kind === CARD ? cardWritten(id, cardIn(log, id)) : columnWritten(log, id),
  )
  return joined(also)
}

function operationsOf(change: MeshChange): readonly Operation[] {
  if (change.table === 'entry') return change.entry.ops
  if (change.table === 'part') return change.part.entries.flatMap(({ ops }) => ops)
  // What was forgotten may have been an edit that lost.
  return change.table === 'dropped' ? change.entries.flatMap(({ ops }) => ops) : []
}

const joined = (all: readonly Also[]): Also => ({
  statements: all.flatMap(({ statements }) => statements),
  events: all.flatMap(({ events }) => events),
})

function cardWritten(id: string, card: BoardCard | null): Also {
  if (!card)
    return {
      statements: [{ sql: 'DELETE FROM board_cards WHERE id = ?', values: [id] }],
      events: [{ type: 'card.removed', subject: id, data: { id } }],
    }
  return {
    statements: [
      {
        sql: `INSERT INTO board_cards (id, column_id, place, value) VALUES (?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET column_id = excluded.column_id, place = excluded.place, value = excluded.value`,
        values: [id, card.column, card.place, JSON.stringify(card)],
      },
    ],
    events: [{ type: 'card.changed', subject: id, data: card }],
  }
}

/** With the first edit of any column the rows hold all of them: an empty table stands for those that nobody has touched. */
function columnWritten(log: OpLog, id: string): Also {
  const others = FIRST_COLUMNS.flatMap((one) => (one.id === id ? [] : (columnIn(log, one.id) ?? [])))
  const column = columnIn(log, id)
  const gone: Statement[] = column ? [] : [{ sql: 'DELETE FROM board_columns WHERE id = ?', values: [id] }]
  return {
    statements: [...[...others, ...(column ? [column] : [])].map(columnStatement), ...gone],
    events: [
      column
        ? { type: 'column.changed', subject: id, data: column }
        : { type: 'column.removed', subject: id, data: { id } },
    ],
  }
}

const columnStatement = ({ id, title, place }: BoardColumn): Statement => ({
  sql: `INSERT INTO board_columns (id, title, place) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET title = excluded.title, place = excluded.place`,
  values: [id, title, place],
})

/** What differs between rows and log, after a revocation or a restored backup; nothing in the usual case. */
export function boardRepairs(store: Reads, log: OpLog): Also {
  const things = thingsIn(log)
  const rows = boardIn(store)
  const ids = new Set([...things.cards, ...rows.cards.map(({ id }) => id)])
  const cards = [...ids].flatMap((id) => {
    const card = cardIn(log, id)
    const row = rows.cards.find((one) => one.id === id) ?? null
    return isDeepStrictEqual(card, row) ? [] : [cardWritten(id, card)]
  })
  const columns = things.columns.flatMap((id) => {
    const row = rows.columns.find((one) => one.id === id) ?? null
    return isDeepStrictEqual(columnIn(log, id), row) ? [] : [columnWritten(log, id)]
  })
  return joined([...cards, ...columns])
}
