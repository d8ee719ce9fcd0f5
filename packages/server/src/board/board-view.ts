// The board that a log shows: a pure view of its winners. What another machine wrote is believed as far as it has the right form.
import type { BoardCard, BoardColumn, CardEdit, Id } from '@tutti/core'
import {
  hasEnded,
  sharedText,
  stampMs,
  textHistory,
  valueOf,
  winnerOf,
  type Edit,
  type OpLog,
  type PastText,
} from '@tutti/core/mesh'
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
const MOST: Readonly<Record<Exclude<CardField, 'text'>, number>> = {
  title: 200,
  column: 40,
  place: 200,
  assignee: 200,
}
const COLUMN_ID = /^[a-z0-9][a-z0-9-]{0,39}$/
const PLACE = /^[0-9a-z]*[1-9a-z]$/
const CARD_ID = /^crd_[0-9a-hjkmnp-tv-z]{22}$/

export const isCardId = (id: string): id is Id<'card'> => CARD_ID.test(id)
export const isColumnId = (id: string): boolean => COLUMN_ID.test(id)

function fieldOf(log: OpLog, id: string, field: Exclude<CardField, 'text'>): string {
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
    column: fieldOf(log, id, 'column'),
    place: fieldOf(log, id, 'place'),
    title: fieldOf(log, id, 'title'),
    text: sharedText(log, { ...thing, field: 'text' }) ?? DEFAULTS.text,
    assignee: fieldOf(log, id, 'assignee'),
    createdBy: made.by,
    createdAt: stampMs(made.at),
    changedBy: newest.by,
    changedOn: nodeOf(newest),
    changedAt: stampMs(newest.at),
    lostEdits: CARD_FIELDS.reduce(
      (sum, field) => sum + pastOf(log, id, field).filter(({ fate }) => fate === 'lost').length,
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

/** Every edit of a card, the newest first, with what became of it. What somebody wrote in one go is one edit of the text. */
export function historyIn(log: OpLog, id: string): CardEdit[] {
  const edits = CARD_FIELDS.flatMap((field) =>
    inOneGo(pastOf(log, id, field)).map((past) => ({ at: past.at, edit: editOf(field, past) })),
  )
  return edits.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).map(({ edit }) => edit)
}

const pastOf = (log: OpLog, id: string, field: CardField): PastText[] =>
  textHistory(log, { kind: CARD, id, field })

const editOf = (field: CardField, { value, change, by, at, stream, fate }: PastText): CardEdit => ({
  field,
  value: change?.inserted ?? wordsOf(value),
  removed: change?.removed ?? null,
  by,
  node: nodeOf({ stream }),
  at: stampMs(at),
  fate,
})

/** A text over others is written with what its author knew of them. */
function wordsOf(value: JsonValue): string {
  if (typeof value === 'string') return value
  const text: unknown = value !== null && typeof value === 'object' && 'text' in value ? value['text'] : null
  return typeof text === 'string' ? text : JSON.stringify(value)
}

/** An editor sends what was typed every second; a pause as long as this begins a new edit. */
const GO_MS = 5 * 60_000
const GO_CHARS = 2000

function inOneGo(past: readonly PastText[]): PastText[] {
  const goes: PastText[] = []
  for (const edit of past) {
    const later = goes.at(-1)
    const change = later && isOneGo(later, edit) ? bothChanges(edit, later) : null
    if (later && change) goes[goes.length - 1] = { ...later, change }
    else goes.push(edit)
  }
  return goes
}

const isOneGo = (later: PastText, edit: PastText): boolean =>
  later.by === edit.by &&
  later.stream === edit.stream &&
  later.fate === edit.fate &&
  stampMs(later.at) - stampMs(edit.at) < GO_MS

function bothChanges({ change: first }: PastText, { change: second }: PastText): PastText['change'] {
  if (!first || !second || first.inserted.length + second.inserted.length > GO_CHARS) return null
  const editor = first.editor ?? second.editor
  if (second.editor !== null && second.editor !== editor) return null
  return { inserted: first.inserted + second.inserted, removed: first.removed + second.removed, editor }
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
