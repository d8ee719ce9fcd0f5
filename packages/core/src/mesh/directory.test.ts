// The directory and who is of the room: copies agree, nobody writes over another's word, and who is thrown out stays out.
import type { RecordBodies, RecordKind, SignedRecord, Unsigned } from '@tutti/protocol'
import { signRecord } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  agentsOf,
  directorySum,
  homeOfAgent,
  isNews,
  keysBehind,
  machinesOf,
  putRecord,
  recordsBeyond,
  serialsOf,
  type Directory,
} from './directory.ts'
import { membershipOf } from './membership.ts'
import { playNode } from './simulator/play-crypto.ts'

const nodes = Array.from({ length: 6 }, (_, i) => playNode(i))
const idOf = (i: number) => nodes[i]!.id

interface Given<K extends RecordKind> {
  by: number
  subject: string
  body: RecordBodies[K]
  serial?: number
  untilMs?: number
}

function aRecord<K extends RecordKind>(kind: K, { by, subject, body, serial = 1, untilMs = 100 }: Given<K>) {
  // The pair of kind and body is right by the signature of this function; the union cannot say so.
  const record = { kind, subject, by: idOf(by), serial, atMs: 0, untilMs, body } as Unsigned<SignedRecord>
  return signRecord(record, nodes[by]!.sign) as SignedRecord
}

const introduces = (by: number, whom: number, role: 'full' | 'guest' = 'full') =>
  aRecord('introduction', { by, subject: idOf(whom), body: { role } })
const revokes = (by: number, whom: number, keeps: number[] = []) =>
  aRecord('revocation', { by, subject: idOf(whom), body: { keeps: keeps.map(idOf), cuts: {} } })
const isMachine = (by: number, name: string, untilMs = 100) =>
  aRecord('node', { by, subject: idOf(by), body: { name, urls: [], relay: false, version: '1' }, untilMs })
const hasAgent = (by: number, id: string, token = 1) =>
  aRecord('agent', { by, subject: id, body: { name: 'shop-backend', token } })

const members = (records: SignedRecord[], root = 0) =>
  [...membershipOf(records, new Set([idOf(root)])).members.keys()]
    .map((id) => nodes.findIndex((n) => n.id === id))
    .sort()

const records = fc.array(
  fc.oneof(
    fc.tuple(fc.nat(5), fc.nat(5)).map(([a, b]) => introduces(a, b)),
    fc.tuple(fc.nat(5), fc.nat(5), fc.array(fc.nat(5))).map(([a, b, keeps]) => revokes(a, b, keeps)),
    fc.tuple(fc.nat(5), fc.nat(3)).map(([a, serial]) =>
      aRecord('node', {
        by: a,
        subject: idOf(a),
        body: { name: `n${serial}`, urls: [], relay: true, version: '1' },
        serial,
      }),
    ),
  ),
  { maxLength: 25 },
)

test('copies that exchange what they lack, in whatever portions, become equal and stay so', () => {
  fc.assert(
    fc.property(records, records, (mine, yours) => {
      const [a, b]: [Directory, Directory] = [new Map(), new Map()]
      for (const record of mine) if (isNews(a, record)) putRecord(a, record)
      for (const record of yours) if (isNews(b, record)) putRecord(b, record)
      const give = (from: Directory, to: Directory) => {
        for (const record of recordsBeyond(from, serialsOf(to)).toReversed())
          if (isNews(to, record)) putRecord(to, record)
      }
      give(a, b)
      expect(keysBehind(a, serialsOf(b)).length).toBe(recordsBeyond(b, serialsOf(a)).length)
      give(b, a)
      expect(serialsOf(a)).toEqual(serialsOf(b))
    }),
  )
})

test('C40 who was thrown out by a member is out for all, whatever else is known or comes later', () => {
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 5 }), (others, whom) => {
      const known = [...others, introduces(0, whom), revokes(0, whom)]
      expect(members(known)).not.toContain(whom)
      expect(members(known.toReversed())).toEqual(members(known))
    }),
  )
})

test('C16 T6 a stolen key lets nobody in once it is revoked; those whom its owner let in before stay', () => {
  const room = [introduces(0, 1), introduces(1, 2), introduces(1, 3), introduces(3, 4)]
  expect(members(room)).toEqual([0, 1, 2, 3, 4])
  const thrown = [...room, revokes(0, 1, [2, 3, 4])]
  expect(members(thrown)).toEqual([0, 2, 3, 4])
  expect(members([...thrown, introduces(1, 5)])).toEqual([0, 2, 3, 4])
  expect(members([...room, revokes(0, 1, [2])])).toEqual([0, 2])
})

test('a machine that nobody let in is nothing, and its word against others neither', () => {
  expect(members([introduces(5, 5), introduces(5, 4), revokes(5, 0), introduces(0, 1)])).toEqual([0, 1])
})

test('guests let nobody in and throw nobody out but themselves', () => {
  const room = [introduces(0, 1), introduces(0, 2, 'guest'), introduces(2, 3), revokes(2, 1)]
  expect(members(room)).toEqual([0, 1, 2])
  expect(members([...room, revokes(2, 2)])).toEqual([0, 1])
})

test('a machine that joined by another sees the same room as those before it', () => {
  const room = [introduces(0, 1), introduces(1, 0), introduces(1, 2), introduces(2, 1)]
  expect([0, 1, 2].map((root) => members(room, root))).toEqual([
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2],
  ])
  const thrown = [...room, revokes(0, 1, [2])]
  expect([members(thrown, 0), members(thrown, 2)]).toEqual([
    [0, 2],
    [0, 2],
  ])
})

test('one name on two machines is two addresses, and machines of one name are told apart', () => {
  const directory: Directory = new Map()
  const all = [
    introduces(0, 1),
    isMachine(0, 'laptop'),
    isMachine(1, 'laptop', 5),
    hasAgent(0, 'agt_a'),
    hasAgent(1, 'agt_b'),
  ]
  for (const record of all) putRecord(directory, record)
  const membership = membershipOf(all, new Set([idOf(0)]))
  const addresses = agentsOf(directory, membership, 10).map(({ address }) => address)
  expect(new Set(addresses).size).toBe(2)
  expect(addresses.every((address) => /^shop-backend@laptop-[a-z0-9]{6}$/.test(address))).toBe(true)
  expect(machinesOf(directory, membership, 10).map(({ awaySinceMs }) => awaySinceMs)).toEqual([null, 5])
})

test('two machines that claim one agent are both shown, the higher token has it, and neither record is lost', () => {
  const directory: Directory = new Map()
  const all = [introduces(0, 1), hasAgent(0, 'agt_a', 2), hasAgent(1, 'agt_a', 3)]
  for (const record of all) putRecord(directory, record)
  const membership = membershipOf(all, new Set([idOf(0)]))
  expect(agentsOf(directory, membership, 0)).toMatchObject([{ home: idOf(1), rivals: [idOf(0)] }])
  expect(directory.size).toBe(3)
})

test('the home of one agent is what the whole directory says', () => {
  const claims = fc.array(fc.tuple(fc.nat(5), fc.constantFrom('a', 'b', 'c'), fc.nat(3), fc.boolean()))
  fc.assert(
    fc.property(claims, (all) => {
      const directory: Directory = new Map()
      const room = [1, 2, 3].map((i) => introduces(0, i))
      const said = all.map(([by, subject, token, holds]) =>
        aRecord('agent', { by, subject, body: { name: 'x', token }, untilMs: holds ? 100 : 0 }),
      )
      for (const record of [...room, ...said]) putRecord(directory, record)
      const membership = membershipOf(room, new Set([idOf(0)]))
      const places = new Map(agentsOf(directory, membership, 0).map(({ id, home }) => [id, home]))
      for (const agent of ['a', 'b', 'c'])
        expect(homeOfAgent(directory, membership, agent)).toBe(places.get(agent) ?? null)
    }),
  )
})

test('the sum of a directory tells copies apart', () => {
  fc.assert(
    fc.property(records, (all) => {
      const directory: Directory = new Map()
      for (const record of all) putRecord(directory, record)
      const other: Directory = new Map([...directory].toReversed())
      expect(directorySum(other)).toBe(directorySum(directory))
      const [first] = other.keys()
      if (first !== undefined) other.delete(first)
      expect(directorySum(other) === directorySum(directory)).toBe(directory.size === 0)
    }),
  )
})
