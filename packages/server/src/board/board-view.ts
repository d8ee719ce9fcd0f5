// The board that a log shows: a pure view of its winners. What another machine wrote is believed as far as it has the right form.
import type { BoardCard, BoardColumn, CardEdit, Id } from '@tutti/core'
import { hasEnded, historyOf, stampMs, valueOf, winnerOf, type Edit, type OpLog } from '@tutti/core/mesh'
import { authorOf, type JsonValue, type NodeId } from '@tutti/protocol'
import { CARD, COLUMN } from './board-policy.ts'
import { FIRST_COLUMNS } from './board-table.ts'

export const CARD_FIELDS = ['title', 'text', 'column', 'place', 'assignee'] as const
type CardField = (typeof CARD_FIELDS)[number]

const DEFAULTS: Readonly<Record<CardField, string>> = {
  title: 'Untitled',
  text: '',
  column: 'todo',
  place: 'i',
  assignee: '',
}
/** As much as the schemas let anybody write here. */
const MOST: Readonly<Record<CardField, number>> = {
  title: 200,
  text: 15_000,
  column: 40,
  place: 200,
  assignee: 200,
}
const COLUMN_ID = /^[a-z0-9][a-z0-9-]{0,39}$/
const PLACE = /^[0-9a-z]*[1-9a-z]$/
const CARD_ID = /^crd_[0-9a-hjkmnp-tv-z]{22}$/

export const isCardId = (id: string): id is Id<'card'> => CARD_ID.test(id)
export const isColumnId = (id: string): boolean => COLUMN_ID.test(id)

function textOf(log: OpLog, id: string, field: CardField): string {
  const value = valueOf(log, { kind: CARD, id, field })
  if (typeof value !== 'string' || value.length > MOST[field]) return DEFAULTS[field]
  if (field === 'column' && !COLUMN_ID.test(value)) return DEFAULTS.column
  return field === 'place' && !PLACE.test(value) ? DEFAULTS.place : value
}

/** A card as it stands; null where it has ended, or was never made. */
export function cardIn(log: OpLog, id: string): BoardCard | null {
  const thing = { kind: CARD, id }
  const made = winnerOf(log, { ...thing, field: 'made' })
  if (!isCardId(id) || !made || hasEnded(log, thing)) return null
  const edits = CARD_FIELDS.flatMap((field) => winnerOf(log, { ...thing, field }) ?? [])
  const newest = edits.reduce((last, edit) => (edit.at > last.at ? edit : last), made)
  return {
    id,
    column: textOf(log, id, 'column'),
    place: textOf(log, id, 'place'),
    title: textOf(log, id, 'title'),
    text: textOf(log, id, 'text'),
    assignee: textOf(log, id, 'assignee'),
    createdBy: made.by,
    createdAt: stampMs(made.at),
    changedBy: newest.by,
    changedOn: nodeOf(newest),
    changedAt: stampMs(newest.at),
    lostEdits: CARD_FIELDS.reduce(
      (sum, field) => sum + historyOf(log, { ...thing, field }).filter(({ fate }) => fate === 'lost').length,
      0,
    ),
  }
}

const nodeOf = ({ stream }: Pick<Edit, 'stream'>): NodeId => authorOf(stream)

/** A column as it stands; null where it has ended, or nobody knows it. */
export function columnIn(log: OpLog, id: string): BoardColumn | null {
  const thing = { kind: COLUMN, id }
  const first = FIRST_COLUMNS.find((one) => one.id === id)
  if (hasEnded(log, thing) || !COLUMN_ID.test(id)) return null
  const title = valueOf(log, { ...thing, field: 'title' })
  if (title === undefined && !first) return null
  const place = valueOf(log, { ...thing, field: 'place' })
  const isTitle = typeof title === 'string' && title.length <= TITLE_MOST
  return {
    id,
    title: isTitle ? title : (first?.title ?? id),
    place: isPlace(place) ? place : (first?.place ?? LAST_PLACE),
  }
}

const TITLE_MOST = 80
const LAST_PLACE = 'z1'

const isPlace = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value.length <= MOST.place && PLACE.test(value)

/** Every edit of a card, the newest first, with what became of it. */
export function historyIn(log: OpLog, id: string): CardEdit[] {
  const edits = CARD_FIELDS.flatMap((field) =>
    historyOf(log, { kind: CARD, id, field }).map(({ value, by, at, stream, fate }) => ({
      at,
      edit: {
        field,
        value: typeof value === 'string' ? value : JSON.stringify(value),
        by,
        node: nodeOf({ stream }),
        at: stampMs(at),
        fate,
      },
    })),
  )
  return edits.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).map(({ edit }) => edit)
}

/** The ids of all cards and columns that a log knows of, ended ones too. */
export function thingsIn(log: OpLog): { cards: string[]; columns: string[] } {
  const ids = { [CARD]: new Set<string>(), [COLUMN]: new Set(FIRST_COLUMNS.map(({ id }) => id)) }
  for (const key of [...log.winners.keys(), ...log.ended]) {
    const [kind = '', id = ''] = key.split('\n')
    if (kind === CARD || kind === COLUMN) ids[kind].add(id)
  }
  return { cards: [...ids[CARD]], columns: [...ids[COLUMN]] }
}
