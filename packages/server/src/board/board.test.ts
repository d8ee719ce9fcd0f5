// The board over the log: what each machine shows after any order of exchange, and that no edit is lost unseen.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cover,
  draftEntry,
  emptyLog,
  haveOf,
  mayEdit,
  orderBetween,
  partsFor,
  sharedText,
  take,
  textValue,
  visible,
  type MayEdit,
  type OpLog,
} from '@tutti/core/mesh'
import type { Entry, JsonValue } from '@tutti/protocol'
import { DELETED } from '@tutti/protocol'
import { identityOf } from '../mesh/identity.ts'
import { BOARD_POLICY, CARD, COLUMN } from './board-policy.ts'
import { byPlace } from './board-table.ts'
import { CARD_FIELDS, cardIn, columnIn, historyIn, thingsIn } from './board-view.ts'

const ids = [0, 1].map((n) => `crd_${`${n}`.repeat(22)}`)
const members = [1, 2, 3].map((n) => identityOf(new Uint8Array(32).fill(n)))
const [, , guest] = members
const may: MayEdit = mayEdit(BOARD_POLICY, (node) => (node === guest?.id ? 'guest' : 'full'))

interface Replica {
  log: OpLog
  i: number
  written: Entry[]
  nowMs: number
  typed: { id: string; words: string }[]
}

const replica = (i: number): Replica => ({
  log: emptyLog(),
  i,
  written: [],
  nowMs: 1_700_000_000_000 + i * 3_600_000,
  typed: [],
})

function write(at: Replica, id: string, fields: Readonly<Record<string, JsonValue>>): void {
  const { id: node, sign } = members[at.i]!
  const sets = Object.entries(fields).map(([field, value]) => ({ kind: CARD, id, field, value }))
  const entry = draftEntry(at.log, { stream: `${node}/1`, by: `p${at.i}`, sets }, { nowMs: at.nowMs++, sign })
  take(at.log, entry, may)
  at.written.push(entry)
}

const exchange = (from: Replica, to: Replica): void => {
  for (const part of partsFor(from.log, haveOf(to.log), 64)) cover(to.log, part, may)
}

const boardOf = ({ log }: Replica) => {
  const { cards, columns } = thingsIn(log)
  return {
    cards: cards.flatMap((id) => cardIn(log, id) ?? []).sort(byPlace),
    columns: columns.flatMap((id) => columnIn(log, id) ?? []).sort(byPlace),
  }
}

const act = fc.record({
  at: fc.nat(2),
  card: fc.nat(1),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('title', 'assignee') },
    { weight: 4, arbitrary: fc.constant('text') },
    { weight: 3, arbitrary: fc.constant('move') },
    { weight: 1, arbitrary: fc.constantFrom('remove', 'meet') },
  ),
  value: fc.string({ maxLength: 5 }),
})

type Act = { at: number; card: number; what: string; value: string }

function perform(sides: Replica[], { at, card, what, value }: Act): void {
  const side = sides[at]!
  const id = ids[card]!
  if (what === 'meet') exchange(side, sides[(at + 1) % 3]!)
  else if (what === 'remove') write(side, id, { [DELETED]: true })
  else if (what === 'move') write(side, id, { column: 'doing', place: orderBetween(null, 'i', () => 0.5) })
  else if (what === 'text') type(side, id, value)
  else write(side, id, { [what]: value })
}

/** Words of its own in the middle of the text, as an editor or `tutti board edit --text` puts them there. */
function type(side: Replica, id: string, value: string): void {
  const ref = { kind: CARD, id, field: 'text' }
  const text = sharedText(side.log, ref)
  if (text === undefined) return
  const words = `<${side.i}.${side.typed.length}:${value.toWellFormed()}>`
  const middle = text.indexOf('>') + 1
  const given = { text: text.slice(0, middle) + words + text.slice(middle), client: side.nowMs % 2 ** 32 }
  const edit = textValue(side.log, ref, given)
  if (edit === null) return
  side.typed.push({ id, words: `<${side.i}.${side.typed.length}:` })
  write(side, id, { text: edit })
}

function meetAll(sides: Replica[]): void {
  for (const [from, to] of sides.flatMap((a) => sides.map((b) => [a, b] as const)))
    if (from !== to) exchange(from, to)
}

/** Whether an edit that counts is neither on the board nor in the history. */
function isMissing(log: OpLog, entry: Entry, op: Entry['ops'][number]): boolean {
  // Words of a text are looked for in the text itself.
  if (op.field === 'made' || op.field === 'text' || op.field === DELETED || !may(op, entry.stream))
    return false
  const seen = historyIn(log, op.id).filter(({ field, by }) => field === op.field && by === entry.by)
  return !seen.some(({ value }) => value === op.value)
}

test('a board edited on both sides of a partition merges, with every edit on it or in the history of its card', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 25 }), (acts) => {
      const sides = [0, 1, 2].map(replica)
      for (const id of ids)
        write(sides[0]!, id, {
          made: true,
          title: 'A card',
          column: 'todo',
          place: 'i',
          text: '',
          assignee: '',
        })
      for (const side of sides.slice(1)) exchange(sides[0]!, side)
      for (const one of acts) perform(sides, one)
      for (let round = 0; round < 2; round++) meetAll(sides)

      const [first] = sides
      for (const side of sides) {
        expect(visible(side.log)).toBe(visible(first!.log))
        expect(boardOf(side)).toEqual(boardOf(first!))
      }
      for (const entry of sides.flatMap(({ written }) => written))
        expect(entry.ops.filter((op) => isMissing(first!.log, entry, op))).toEqual([])
      for (const { id, words } of sides.flatMap(({ typed }) => typed)) {
        const texts = [cardIn(first!.log, id)?.text, ...historyIn(first!.log, id).map(({ value }) => value)]
        expect(texts.filter((text) => text?.includes(words))).not.toEqual([])
      }
    }),
    { numRuns: 60 },
  )
})

test('two edits of one title at once: one stands, the other is shown as lost; of different fields both stand', () => {
  const [ada, bob] = [replica(0), replica(1)]
  const [id] = ids
  write(ada, id!, { made: true, title: 'First', text: '', column: 'todo', place: 'i', assignee: '' })
  exchange(ada, bob)
  write(ada, id!, { title: 'Of Ada' })
  write(bob, id!, { title: 'Of Bob' })
  write(ada, id!, { text: 'Words' })
  write(bob, id!, { column: 'done' })
  exchange(ada, bob)
  exchange(bob, ada)

  expect(cardIn(ada.log, id!)).toEqual(cardIn(bob.log, id!))
  expect(cardIn(ada.log, id!)).toMatchObject({ title: 'Of Bob', text: 'Words', column: 'done', lostEdits: 1 })
  const titles = historyIn(ada.log, id!).filter(({ field }) => field === 'title')
  expect(titles.map(({ value, by, fate }) => [value, by, fate])).toEqual([
    ['Of Bob', 'p1', 'stands'],
    ['Of Ada', 'p0', 'lost'],
    ['First', 'p0', 'replaced'],
  ])
})

test('a guest works on cards, and neither ends one nor changes a column', () => {
  const { id: node, sign } = guest!
  const log = emptyLog()
  const by = { nowMs: 1_700_000_000_000, sign }
  const [id] = ids
  const set = (kind: string, thing: string, fields: Readonly<Record<string, JsonValue>>) => {
    const sets = Object.entries(fields).map(([field, value]) => ({ kind, id: thing, field, value }))
    take(log, draftEntry(log, { stream: `${node}/1`, by: 'guest', sets }, by), may)
  }
  set(CARD, id!, { made: true, title: 'Of a guest' })
  set(CARD, id!, { [DELETED]: true })
  set(COLUMN, 'todo', { title: 'Mine' })
  expect(cardIn(log, id!)?.title).toBe('Of a guest')
  expect(columnIn(log, 'todo')?.title).toBe('To do')
})

test('what another machine wrote in a wrong form shows as nothing worse than a plain card', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...CARD_FIELDS), fc.jsonValue({ maxDepth: 2 })), (fields) => {
      const side = replica(0)
      write(side, ids[0]!, { made: true })
      write(
        side,
        ids[0]!,
        JSON.parse(JSON.stringify({ assignee: '', ...fields })) as Record<string, JsonValue>,
      )
      const card = cardIn(side.log, ids[0]!)
      expect(card?.column).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/)
      expect(card?.place).toMatch(/^[0-9a-z]*[1-9a-z]$/)
      for (const field of CARD_FIELDS) expect(typeof card?.[field]).toBe('string')
    }),
    { numRuns: 60 },
  )
})
