// The shared board: people's acts become edits of the log, and the log becomes rows and events.
import { fault, must, newId, type BoardCard, type Clock, type RandomBytes } from '@tutti/core'
import {
  judgeUpdate,
  openText,
  orderBetween,
  TEXT_LIMITS,
  textValue,
  type MeshChange,
  type MeshInput,
  type OpLog,
} from '@tutti/core/mesh'
import { DELETED, type JsonValue } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Context, Handlers } from '../handler.ts'
import { repeat } from '../repeat.ts'
import { CARD, COLUMN } from './board-policy.ts'
import { boardChanges, boardRepairs, type Also } from './board-rows.ts'
import { boardIn, cardRow } from './board-table.ts'
import { historyIn, isColumnId } from './board-view.ts'

export type BoardHandlers = Pick<
  Handlers,
  | 'createCard'
  | 'moveCard'
  | 'editCard'
  | 'getCardText'
  | 'mergeCardText'
  | 'deleteCard'
  | 'getCardHistory'
  | 'setColumn'
  | 'deleteColumn'
>

export interface Board {
  handlers: BoardHandlers
  /** What goes into the transaction of a step of the mesh. */
  also(changes: readonly MeshChange[]): Also
  /** Puts right what does not follow from the log, and looks after its length until the answer is called. */
  run(): Promise<() => Promise<void>>
}

export interface BoardDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  log(): OpLog
  /** Resolves when the step is on disk; rejects with store.full where the disk refuses it. */
  write(input: MeshInput): Promise<void>
}

/** Often enough that a log of a busy week stays small. */
const COMPACT_MS = 6 * 3600 * 1000
const REPAIRING: By = { actor: 'system', address: '', act: 'board.repair', audited: false }

type Set = { kind: string; id: string; field: string; value: JsonValue }

export function createBoard(deps: BoardDeps): Board {
  const { store, clock, random, write } = deps

  const found = (id: string): BoardCard => {
    const card = cardRow(store, id)
    if (!card) throw fault('card.unknown', { id })
    return card
  }

  const written = (sets: readonly Set[], { actor }: Pick<Context, 'actor'>): Promise<void> =>
    write({ type: 'write', by: actor.name.slice(0, 64) || actor.id, sets })

  const columnNamed = (wanted: string | undefined): string => {
    const { columns } = boardIn(store)
    const column = wanted === undefined ? columns[0] : columns.find(({ id }) => id === wanted)
    if (!column)
      throw fault('board.column-unknown', {
        column: wanted ?? '',
        known: columns.map(({ id }) => id).join(', '),
      })
    return column.id
  }

  /** A place in a column behind another card; the card itself is not in the way. */
  const placeIn = (column: string, after: string | null | undefined, self?: string): string => {
    const cards = boardIn(store).cards.filter((card) => card.column === column && card.id !== self)
    return between(cards, after, chanceOf(random))
  }

  return {
    handlers: {
      async createCard({ after, ...input }, context) {
        const id = newId('card', clock.now(), random)
        const column = columnNamed(input.column)
        const { title, text, assignee } = input
        const place = placeIn(column, after)
        await written(setsOf(CARD, id, { made: true, title, text, column, place, assignee }), context)
        return found(id)
      },
      async moveCard({ id, column, after }, context) {
        const to = column === undefined ? found(id).column : columnNamed(column)
        const place = placeIn(to, after, id)
        const isSame = found(id).column === to
        await written(setsOf(CARD, id, { column: isSame ? undefined : to, place }), context)
        return found(id)
      },
      async editCard({ id, text, ...fields }, context) {
        const card = found(id)
        const others = setsOf(CARD, id, fields).filter(
          ({ field, value }) => Reflect.get(card, field) !== value,
        )
        const sets = [...others, ...(text === undefined ? [] : textSets(deps, id, text))]
        if (sets.length > 0) await written(sets, context)
        return found(id)
      },
      ...textHandlers(deps, { found, written }),
      async deleteCard({ id }, context) {
        found(id)
        await written([{ kind: CARD, id, field: DELETED, value: true }], context)
        return {}
      },
      getCardHistory({ id }) {
        found(id)
        return historyIn(deps.log(), id)
      },
      ...columnHandlers(deps, written),
    },
    also: (changes) => boardChanges(deps.log(), changes),
    async run() {
      const { statements, events } = boardRepairs(store, deps.log())
      if (events.length > 0) await store.commit({ by: REPAIRING, subject: 'board', statements, events })
      const timing = { firstMs: COMPACT_MS, everyMs: COMPACT_MS, failed: () => undefined }
      return repeat(clock, timing, () => write({ type: 'compact' }))
    },
  }
}

/** Only what differs is edited, so that others who edit the same text keep what they wrote. */
function textSets({ log, random }: BoardDeps, id: string, text: string): Set[] {
  const ref = { kind: CARD, id, field: 'text' }
  const client = Buffer.from(random(4)).readUInt32BE()
  const value = textValue(log(), ref, { text, client })
  return value === null ? [] : [{ ...ref, value }]
}

interface TextParts {
  found(id: string): BoardCard
  written(sets: readonly Set[], context: Pick<Context, 'actor'>): Promise<void>
}

/** For editors that merge what several write at once. */
function textHandlers(
  { log }: BoardDeps,
  { found, written }: TextParts,
): Pick<BoardHandlers, 'getCardText' | 'mergeCardText'> {
  const refOf = (id: string) => ({ kind: CARD, id, field: 'text' })
  return {
    async getCardText({ id }, context) {
      found(id)
      const open = openText(log(), refOf(id))
      if (open) return open
      // Another program has made the card without one.
      await written([{ ...refOf(id), value: '' }], context)
      return must(openText(log(), refOf(id)), 'a text that was just written')
    },
    async mergeCardText({ id, ...update }, context) {
      found(id)
      const judged = judgeUpdate(log(), refOf(id), update)
      if (judged.is === 'malformed') throw unfit('update: expected one that follows from the text')
      if (judged.is === 'too-long')
        throw unfit(`update: expected a text of at most ${TEXT_LIMITS.chars} characters`)
      if (judged.is === 'fine') await written([{ ...refOf(id), value: judged.value }], context)
      return { merged: judged.is !== 'moved' }
    },
  }
}

const unfit = (problems: string) => fault('input.invalid', { operation: 'mergeCardText', problems })

/** What the board is made of. */
function columnHandlers(
  deps: BoardDeps,
  written: (sets: readonly Set[], context: Pick<Context, 'actor'>) => Promise<void>,
): Pick<BoardHandlers, 'setColumn' | 'deleteColumn'> {
  const { store, random } = deps
  return {
    async setColumn({ column, title, after }, context) {
      const { columns } = boardIn(store)
      const known = columns.find(({ id }) => id === column)
      const others = columns.filter(({ id }) => id !== column)
      const place = known && after === undefined ? undefined : between(others, after, chanceOf(random))
      await written(setsOf(COLUMN, column, { title, place }), context)
      return columnOf(deps, column)
    },
    async deleteColumn({ column }, context) {
      const { cards, columns } = boardIn(store)
      columnOf(deps, column)
      if (cards.some((card) => card.column === column) || columns.length === 1)
        throw fault('board.column-used', { column })
      await written([{ kind: COLUMN, id: column, field: DELETED, value: true }], context)
      return {}
    },
  }
}

const chanceOf = (random: RandomBytes) => () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32

const setsOf = (kind: string, id: string, fields: Readonly<Record<string, JsonValue | undefined>>): Set[] =>
  Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [{ kind, id, field, value }],
  )

function columnOf({ store }: Pick<BoardDeps, 'store'>, column: string) {
  const { columns } = boardIn(store)
  const found = isColumnId(column) ? columns.find(({ id }) => id === column) : undefined
  if (!found) throw fault('board.column-unknown', { column, known: columns.map(({ id }) => id).join(', ') })
  return found
}

/** A place behind one of these, which are in their order; the first for null, the last where none is named or it is not there. */
function between(
  things: readonly { id: string; place: string }[],
  after: string | null | undefined,
  chance: () => number,
): string {
  if (after === null) return orderBetween(null, things[0]?.place ?? null, chance)
  const at = after === undefined ? -1 : things.findIndex(({ id }) => id === after)
  if (at < 0) return orderBetween(things.at(-1)?.place ?? null, null, chance)
  return orderBetween(things[at]?.place ?? null, things[at + 1]?.place ?? null, chance)
}
