// What peers say, over the wire: every kind reads back, and whatever else comes is refused or unknown, and costs little.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draftEntry } from './authoring.ts'
import { emptyLog } from './op-log.ts'
import { peerCodec, type PeerMessage } from './peer-message.ts'
import { playNode } from './simulator/play-crypto.ts'

const ada = playNode(0)
const stream = `${ada.id}/1` as const
const set = { kind: 'task', id: 't', field: 'title', value: { deep: [1, 'x', null] } }
const entry = draftEntry(emptyLog(), { stream, by: 'ada', sets: [set] }, { nowMs: 5, sign: ada.sign })
const letter = { id: 'm1', from: 'a@x', to: 'b@y', body: { text: 'hello' }, expiresAtMs: 9 }
const record = { kind: 'agent', subject: 'agt', by: ada.id, serial: 1, atMs: 1, untilMs: 2 } as const

const messages: PeerMessage[] = [
  {
    t: 'push',
    push: {
      lane: '1 a b',
      base: 1,
      letters: [
        { seq: 1, letter },
        { seq: 2, letter: null },
      ],
    },
  },
  { t: 'took', took: { lane: '1 a b', next: 3, blanks: [2] } },
  { t: 'have', have: { [stream]: 4 } },
  { t: 'parts', parts: [{ stream, from: 0, upto: 1, entries: [entry] }] },
  { t: 'sum', sum: '1.2.3' },
  { t: 'serials', serials: { 'node a b': 2 } },
  { t: 'records', records: [{ ...record, body: { name: 'shop', token: 1 }, sig: entry.sig }], wants: ['x'] },
  { t: 'lease', word: { say: 'offer', agent: 'agt', token: 2, digest: 'd' } },
  { t: 'lease', word: { say: 'mine', agent: 'agt', token: 2 } },
  { t: 'sees', nodes: [ada.id] },
]

test('every message reads back as it was said', () => {
  for (const message of messages) expect(peerCodec.decode(peerCodec.encode(message))).toEqual(message)
})

test('a message of a later version is unknown, and does no harm', () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  for (const value of [{ t: 'later', x: 1 }, { t: 'constructor' }, {}, [], 5, null])
    expect(peerCodec.decode(bytes(value))).toBeNull()
})

test('C19 messages that were changed anywhere, too deep, too wide or of wrong parts are refused with an error', () => {
  const changes = fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(
      fc.constantFrom(...messages.map(peerCodec.encode)),
      changes,
      fc.nat(3000),
      (whole, edits, cut) => {
        const broken = whole.slice()
        for (const [at, value] of edits) broken[at % broken.length] = value
        for (const bytes of [broken, broken.subarray(0, cut)]) {
          let refused: unknown = null
          try {
            peerCodec.decode(bytes)
          } catch (error) {
            refused = error
          }
          expect(refused === null || refused instanceof Error).toBe(true)
        }
      },
    ),
    { numRuns: 2000 },
  )
  const deep = `{"t":"have","have":${'['.repeat(10_000)}`
  const wide = JSON.stringify({
    t: 'serials',
    serials: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, i])),
  })
  const other = JSON.stringify({
    t: 'parts',
    parts: [{ stream: `${playNode(1).id}/1`, from: 0, upto: 1, entries: [entry] }],
  })
  for (const text of [
    deep,
    wide,
    other,
    '{"t":"have","have":{"__proto__":1}}',
    '{"t":"sees","nodes":["../../x"]}',
  ])
    expect(() => peerCodec.decode(new TextEncoder().encode(text))).toThrow(Error)
})
