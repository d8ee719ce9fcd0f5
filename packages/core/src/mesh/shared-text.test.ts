// Texts that several edit at once: every word counts, whatever is forgotten and whoever is hostile.
import type { JsonValue, NodeId } from '@tutti/protocol'
import { toBase64 } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { draftEntry } from './authoring.ts'
import { compact } from './compaction.ts'
import { cover, cut, emptyLog, haveOf, partsFor, take, type OpLog } from './op-log.ts'
import { judgeUpdate, openText, restoredValue, sharedText, textHistory, textValue } from './shared-text.ts'
import { TEXT_LIMITS } from './text-value.ts'

const node = (i: number): NodeId => `did:key:z6Mk${'n'.repeat(43)}${i + 1}`
const may = () => true
const sign = () => new Uint8Array(64)
const ref = { kind: 'card', id: 'c1', field: 'text' }

type Replica = ReturnType<typeof replica>

/** `lateMs`: how far its clock is behind. */
function replica(i: number, lateMs = 0) {
  const log = emptyLog()
  let [nowMs, client] = [1_700_000_000_000 - lateMs, (i + 1) * 10_000]
  const write = (value: JsonValue) => {
    const sets = [{ ...ref, value }]
    take(log, draftEntry(log, { stream: `${node(i)}/1`, by: `p${i}`, sets }, { nowMs: nowMs++, sign }), may)
  }
  return {
    log,
    write,
    edit(text: string) {
      const value = textValue(log, ref, { text, client: client++ })
      if (value !== null) write(value)
    },
    text: () => sharedText(log, ref),
  }
}

function sync(from: OpLog, to: OpLog): void {
  for (const part of partsFor(from, haveOf(to), Infinity)) cover(to, part, may)
}

function meet(sides: readonly Replica[]): void {
  for (const from of sides) for (const to of sides) if (from !== to) sync(from.log, to.log)
}

const stableIn = (sides: readonly Replica[]) => {
  const haves = sides.map(({ log }) => haveOf(log))
  const streams = Object.keys(haves[0]!) as (keyof (typeof haves)[0])[]
  return Object.fromEntries(
    streams.map((stream) => [stream, Math.min(...haves.map((one) => one[stream] ?? 0))]),
  )
}

const forget = (side: Replica, all: readonly Replica[]) =>
  compact(side.log, { stable: stableIn(all), beforeMs: 0 })

const acts = fc.array(
  fc.record({
    at: fc.nat(2),
    does: fc.constantFrom('put', 'put', 'put', 'cut', 'meet', 'forget'),
    where: fc.nat(1000),
  }),
  { maxLength: 60 },
)

test('what was written on all sides of a partition is in the text of all of them, whatever was forgotten when', () => {
  fc.assert(
    fc.property(acts, (steps) => {
      const sides = [replica(0), replica(1, 3_600_000), replica(2)]
      sides[0]!.write('One two three.')
      meet(sides)
      const words: string[] = []
      for (const { at, does, where } of steps) {
        const side = sides[at]!
        const parts = side.text()!.split(' ')
        if (does === 'meet') sync(side.log, sides[(at + 1) % 3]!.log)
        else if (does === 'forget') forget(side, sides)
        // Only words that were there from the beginning: those that are added have to stay.
        else if (does === 'cut') side.edit(side.text()!.replace(/\b(?:One|two|three)\b/, ''))
        else {
          words.push(`w${words.length}x`)
          side.edit(parts.toSpliced(where % (parts.length + 1), 0, words.at(-1)!).join(' '))
        }
      }
      meet(sides)
      for (const side of sides) expect(side.text()).toBe(sides[0]!.text())
      expect(words.filter((word) => !sides[0]!.text()!.includes(word))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('many edits are summed up now and then, and what everybody has in the sum is forgotten', () => {
  const [ada, bob] = [replica(0), replica(1)]
  ada.write('')
  for (let n = 0; n < 70; n++) {
    ;(n % 2 ? ada : bob).edit(`${ada.text()}${n} `)
    meet([ada, bob])
  }
  const before = ada.text()
  expect(before).toContain('68 69 ')
  expect(forget(ada, [ada, bob]).length).toBeGreaterThan(30)
  expect(ada.text()).toBe(before)

  // Somebody new is given what was kept, and somebody who was away while it was forgotten loses nothing.
  const late = replica(2)
  sync(ada.log, late.log)
  expect(late.text()).toBe(before)
  late.edit(`${before}late`)
  bob.edit(`early ${before}`)
  meet([ada, bob, late])
  expect(ada.text()).toBe(`early ${before}late`)
  expect(bob.text()).toBe(ada.text())
  expect(late.text()).toBe(ada.text())
})

test('a text whose history outweighs it is written anew, and an edit that crossed with that is shown as lost', () => {
  const [ada, bob] = [replica(0), replica(1)]
  ada.write('word '.repeat(400))
  meet([ada, bob])
  ada.edit(ada.text()!.replaceAll('d w', 'd, w'))
  ada.edit(ada.text()!.replaceAll('word', 'words'))
  bob.edit(`${bob.text()} and Bob`)
  const text = ada.text()!
  // The first of them outweighed the text already, so that it was written anew with it.
  expect(textHistory(ada.log, ref).map(({ fate }) => fate)).toEqual(['stands', 'stands', 'replaced'])
  meet([ada, bob])

  expect(ada.text()).toBe(text)
  expect(bob.text()).toBe(text)
  const lost = textHistory(ada.log, ref).filter(({ fate }) => fate === 'lost')
  expect(lost.map(({ by, change }) => [by, change?.inserted, change?.removed])).toEqual([
    ['p1', ' and Bob', 0],
  ])
})

test('after a revocation all show the text that was written anew, whatever each had forgotten', () => {
  const [ada, bob, eve] = [replica(0), replica(1), replica(2)]
  ada.write('Roof')
  meet([ada, bob, eve])
  for (let n = 0; n < 40; n++) eve.edit(`${eve.text()} ${n}`)
  meet([ada, bob, eve])
  bob.edit(`${bob.text()} of Bob`)
  meet([ada, bob, eve])
  forget(ada, [ada, bob, eve])
  for (const { log } of [ada, bob]) cut(log, { stream: `${node(2)}/1`, last: 3 }, may)
  ada.write(restoredValue(ada.log, ref))
  meet([ada, bob])
  expect(bob.text()).toBe(ada.text())
})

test('an update of a browser is taken when it is a plain edit of this text, and refused with a reason when not', () => {
  const ada = replica(0)
  ada.write('Mend the roof')
  const { on, state } = openText(ada.log, ref)!
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Uint8Array.from(Buffer.from(state, 'base64')))
  const judged = (change: (text: Y.Text) => void, name = 'text') => {
    const before = Y.encodeStateVector(doc)
    change(doc.getText(name))
    return judgeUpdate(ada.log, ref, { on, update: toBase64(Y.encodeStateAsUpdate(doc, before)) })
  }
  const fine = judged((text) => text.insert(13, ' today'))
  if (fine.is !== 'fine') throw new Error(fine.is)
  ada.write(fine.value)
  expect(ada.text()).toBe('Mend the roof today')
  expect(judgeUpdate(ada.log, ref, { on, update: state }).is).toBe('known')
  expect(judgeUpdate(ada.log, ref, { on: 'x', update: state }).is).toBe('moved')
  expect(judgeUpdate(ada.log, ref, { on, update: 'AAECAw==' }).is).toBe('malformed')
  expect(judged((text) => text.insert(0, 'x'.repeat(TEXT_LIMITS.chars))).is).toBe('too-long')
  expect(judged((text) => text.insert(0, 'x'), 'other').is).toBe('malformed')
  expect(judged((text) => text.insertEmbed(0, { a: 1 })).is).toBe('malformed')
})

test('C19 whatever bytes stand for an update, the text of the others stays and nothing breaks', () => {
  const doc = new Y.Doc()
  doc.clientID = 77
  doc.getText('text').insert(0, 'hostile words')
  doc.getText('text').delete(3, 4)
  const real = Y.encodeStateAsUpdate(doc)
  const mutated = fc
    .array(fc.record({ at: fc.nat(real.length - 1), byte: fc.nat(255) }), { maxLength: 6 })
    .map((changes) => changes.reduce((bytes, { at, byte }) => bytes.with(at, byte), real))
  const bytes = fc.oneof({ weight: 4, arbitrary: mutated }, fc.uint8Array({ maxLength: 60 }))
  fc.assert(
    fc.property(bytes, bytes, (y, sums) => {
      const [ada, eve] = [replica(0), replica(1)]
      ada.write('Mend the roof')
      meet([ada, eve])
      const { on } = openText(ada.log, ref)!
      eve.write({ on, y: toBase64(y) })
      eve.write({ on, y: toBase64(y), sums: toBase64(sums) })
      ada.edit('Mend our roof')
      meet([ada, eve])
      expect(ada.text()).toBe(eve.text())
      expect(ada.text()).toContain('our')
      expect(textHistory(ada.log, ref)).toHaveLength(4)
      ada.edit('Mend our roof today')
      forget(ada, [ada, eve])
      expect(ada.text()).toContain('today')
    }),
    { numRuns: 120 },
  )
})

const number = (value: number): number[] =>
  value < 128 ? [value] : [128 | (value % 128), ...number(Math.floor(value / 128))]

/** An update by many clients that all write at one place: what costs Yjs the most. */
function crowd(clients: readonly number[]): string {
  const name = [4, ...Buffer.from('text')]
  const writes = clients.flatMap((client) => [1, ...number(client), 0, 4, 1, ...name, 1, 120])
  return toBase64(Uint8Array.from([...number(clients.length), ...writes, 0]))
}

test('C19 updates that are made to be slow to place are left out beyond a bound, and the others count', () => {
  const ada = replica(0)
  ada.write('Mend the roof')
  const { on } = openText(ada.log, ref)!
  for (let piece = 0; piece < 6; piece++) {
    const clients = Array.from({ length: 700 }, (_, n) => 1000 + ((piece * 700 + n * 7919) % 100_000))
    ada.write({ on, y: crowd(clients) })
  }
  const text = ada.text()!
  expect(text).toContain('Mend the roof')
  expect(text.length).toBeGreaterThan(1400)
  expect(text.length).toBeLessThan(TEXT_LIMITS.runs + 100)
  const fates = textHistory(ada.log, ref).map(({ fate }) => fate)
  expect(fates).toContain('lost')
})
