// Entries of the log: what is signed, what is refused, and that nothing else passes for it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonTree, parseJson } from '../json-tree.ts'
import { isNodeId, nodeIdOf, nodeKeyOf } from './node-key.ts'
import { entryText, isEntrySigned, parseEntry, signEntry, type Entry } from './operation.ts'
import { isSignedBy, signText, signedText } from './signed-text.ts'
import { nodeCrypto, testNode } from './test/node-keys.ts'

const ada = testNode(0)
const eve = testNode(1)

const anEntry = (extra: Partial<Entry> = {}): Omit<Entry, 'sig'> => ({
  stream: `${ada.id}/1`,
  seq: 7,
  at: '0192f3c4a5b6-00000003',
  by: 'usr_0000000000000000000000',
  ops: [{ kind: 'task', id: 't1', field: 'title', value: 'Ship it', over: `${ada.id}/1#6` }],
  ...extra,
})

test('N1 a node is its key in one spelling', () => {
  expect(isNodeId(ada.id)).toBe(true)
  expect(nodeIdOf(nodeKeyOf(ada.id))).toBe(ada.id)
  for (const text of ['did:key:z', `${ada.id} `, 'did:key:z6MkO', ada.id.replace('key', 'web')])
    expect(isNodeId(text)).toBe(false)
})

test('N2 a text that was signed for one purpose by one machine is nothing for another', () => {
  const text = signedText('tutti-record/1', ['a', 1])
  const sig = signText(text, ada.sign)
  expect(isSignedBy(text, { by: ada.id, sig }, nodeCrypto)).toBe(true)
  expect(isSignedBy(signedText('tutti-link/1', ['a', 1]), { by: ada.id, sig }, nodeCrypto)).toBe(false)
  expect(isSignedBy(text, { by: eve.id, sig }, nodeCrypto)).toBe(false)
  for (const broken of ['', sig.slice(1), `${sig} `, sig.replace('==', '=A')])
    expect(isSignedBy(text, { by: ada.id, sig: broken }, nodeCrypto)).toBe(false)
  expect(isSignedBy(text, { by: 'did:key:z1', sig }, nodeCrypto)).toBe(false)
})

test('O1 O3 O6 a signature covers every field of an entry', () => {
  const entry = signEntry(anEntry(), ada.sign)
  expect(isEntrySigned(entry, nodeCrypto)).toBe(true)
  const [op] = entry.ops
  const others: Partial<Entry>[] = [
    { stream: `${ada.id}/2` },
    { seq: 8 },
    { at: '0192f3c4a5b6-00000004' },
    { by: 'eve' },
    { ops: [] },
    { ops: [{ ...op!, over: null }] },
    { ops: [{ ...op!, value: 'Sink it' }] },
    { ops: [{ ...op!, field: '@deleted' }] },
    { stream: `${eve.id}/1` },
  ]
  for (const other of others) expect(isEntrySigned({ ...entry, ...other }, nodeCrypto)).toBe(false)
  expect(entryText(entry)).toBe(
    `["tutti-operation/1","${ada.id}/1",7,"0192f3c4a5b6-00000003","usr_0000000000000000000000",` +
      `[["task","t1","title","Ship it","${ada.id}/1#6"]]]`,
  )
})

test('O1 O5 what was signed reads back as it was, whatever the value', () => {
  const values = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'))
  fc.assert(
    fc.property(values, fc.constantFrom('title', '@deleted'), (value, field) => {
      const op = {
        kind: 'task',
        id: 't',
        field,
        value: JSON.parse(JSON.stringify(value)) as never,
        over: null,
      }
      const entry = signEntry(anEntry({ ops: [op] }), ada.sign)
      const read = parseEntry(parseJson(JSON.stringify(entry)))
      expect(read).toEqual(entry)
      expect(isEntrySigned(read, nodeCrypto)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('O2-O4 C19 entries beyond the limits, of wrong moments, names and numbers are refused', () => {
  const entry = signEntry(anEntry(), ada.sign)
  const [op] = entry.ops
  const wrong: unknown[] = [
    { ...entry, at: '8000000000000-00000000' },
    { ...entry, at: 'ffffffffffff-00000000' },
    { ...entry, at: '0192F3C4A5B6-00000003' },
    { ...entry, stream: `${ada.id}/01` },
    { ...entry, stream: 'x/1' },
    { ...entry, seq: -1 },
    { ...entry, ops: Array.from({ length: 65 }, (_, i) => ({ ...op, id: `t${i}` })) },
    { ...entry, ops: [op, op] },
    { ...entry, ops: [{ ...op, value: 'x'.repeat(70_000) }] },
    { ...entry, ops: [{ ...op, field: '../x' }] },
    { ...entry, ops: [{ ...op, over: 'x#1' }] },
    { ...entry, sig: 'x' },
    [],
  ]
  expect(parseEntry(jsonTree(entry))).toEqual(entry)
  for (const each of wrong) expect(() => parseEntry(jsonTree(each))).toThrow(/Expected/)
  expect(() => parseEntry(jsonTree({ ...entry, seq: 0 }))).toThrow(/Expected/)
})
