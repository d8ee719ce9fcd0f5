// Records of the directory: signed whole, of known kinds, within limits.
import { expect, test } from 'vitest'
import { jsonTree } from '../json-tree.ts'
import { isRecordSigned, parseRecord, signRecord, type SignedRecord } from './record.ts'
import { nodeCrypto, testNode } from './test/node-keys.ts'

const [ada, bob] = [testNode(0), testNode(1)]
const common = { by: ada.id, serial: 3, atMs: 10, untilMs: 20 }
const records: SignedRecord[] = [
  signRecord(
    {
      ...common,
      kind: 'node',
      subject: ada.id,
      body: { name: 'desk', urls: ['wss://desk:7575'], relay: true, version: '0.1.0' },
    },
    ada.sign,
  ),
  signRecord({ ...common, kind: 'agent', subject: 'agt_1', body: { name: 'shop', token: 4 } }, ada.sign),
  signRecord({ ...common, kind: 'introduction', subject: bob.id, body: { role: 'full' } }, ada.sign),
  signRecord(
    {
      ...common,
      kind: 'revocation',
      subject: bob.id,
      body: { keeps: [ada.id], cuts: { [`${bob.id}/1`]: 7 } },
    },
    ada.sign,
  ),
]

test('Y1 records of every kind read back and verify; a changed one does not', () => {
  for (const record of records) {
    const read = parseRecord(jsonTree(record))
    expect(read).toEqual(record)
    expect(isRecordSigned(read, nodeCrypto)).toBe(true)
    for (const change of [{ serial: 4 }, { untilMs: 99 }, { subject: 'other' }, { by: bob.id }, { atMs: 0 }])
      expect(isRecordSigned({ ...record, ...change }, nodeCrypto)).toBe(false)
  }
})

test('Y2-Y4 C19 unknown kinds and fields, machines that speak for others and bodies beyond their limits are refused', () => {
  const [node, agent, introduction, revocation] = records
  const wrong: unknown[] = [
    { ...node, kind: 'other' },
    { ...node, subject: bob.id },
    { ...node, body: { name: 'x', urls: Array.from({ length: 17 }, () => 'x'), relay: true, version: '1' } },
    { ...agent, body: { name: 'shop', token: 4, more: 1 } },
    { ...agent, body: { name: 'shop', token: -1 } },
    { ...introduction, body: { role: 'owner' } },
    { ...introduction, subject: 'bob' },
    { ...revocation, body: { keeps: ['x'], cuts: {} } },
    { ...revocation, body: { keeps: [], cuts: { x: 1 } } },
    { ...revocation, by: 'x' },
    { ...revocation, sig: 'x' },
    null,
  ]
  for (const each of wrong) expect(() => parseRecord(jsonTree(each))).toThrow(/Expected/)
})
