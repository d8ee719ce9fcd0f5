// AMP under nonsense: whatever is sent to any of its paths, the answer is a refusal of the protocol and nothing lies anywhere else.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AMP_ERRORS } from '@tutti/protocol'
import { operation, operationNames, pathsOf } from '@tutti/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client } from './amp-client.ts'
import { bearer, JSON_TYPE, type TestRoom } from './room.ts'

let room: TestRoom
let alice: Client
let before: string[]
const { register, letter } = ampClients(() => room)

const CALLS = Number(process.env['TUTTI_FUZZ_CALLS'] ?? '400')
const ROWS = operationNames().filter((name) => operation(name).wire === 'amp')

// Folders of our own above the room: what leaves it by any number of `..` shows there, and other programs write elsewhere.
const above = mkdtempSync(join(tmpdir(), 'tutti-fuzz-'))
const outside = () =>
  readdirSync(above, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('a/b/room'))

beforeAll(async () => {
  room = await openMailRoom({ folder: join(above, 'a/b/room') })
  alice = await register('alice')
  before = outside()
})
afterAll(async () => {
  await room.close()
  rmSync(above, { recursive: true })
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '../../x',
    '..\\x',
    'msg_1_a\0',
    '%2e%2e%2f',
    '__proto__',
    'msg_1_a',
    'a'.repeat(5000),
    '🙂',
    '-1',
    'null',
  ),
)
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    [],
    { ids: ['../x'] },
    { ids: Array.from({ length: 200 }, () => 'msg_1_a') },
    { name: '../../x', public_key: 'x' },
  ),
)
const change = fc.dictionary(
  fc.constantFrom(
    'id',
    'from',
    'to',
    'subject',
    'priority',
    'timestamp',
    'expires_at',
    'in_reply_to',
    'thread_id',
    'signature',
    'seal',
  ),
  fc.oneof(hostile, json),
  { maxKeys: 3 },
)
const call = fc.record({
  name: fc.constantFrom(...ROWS),
  path: fc.nat(),
  hole: hostile,
  body: fc.oneof(
    json.map((value) => JSON.stringify(value)),
    hostile,
    change,
  ),
  signedIn: fc.boolean(),
})

test(
  `C19 ${CALLS} nonsense calls get an answer of the protocol, and no file lies outside`,
  { timeout: 600_000 },
  async () => {
    const seen = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(call, async ({ name, path, hole, body, signedIn }) => {
        const row = operation(name)
        const paths = pathsOf(row)
        const holed = (paths[path % paths.length] ?? row.path).replaceAll(
          /\{\w+\}/g,
          encodeURIComponent(hole.toWellFormed()),
        )
        const query =
          row.method === 'DELETE' || row.method === 'PUT'
            ? `?id=${encodeURIComponent(hole.toWellFormed())}`
            : ''
        const text = typeof body === 'string' ? body : JSON.stringify(await letterWith(body))
        const answer = await room.ask(holed + query, {
          method: row.method,
          headers: { ...JSON_TYPE, ...(signedIn ? bearer(alice.apiKey) : {}) },
          ...(row.method === 'GET' || row.method === 'DELETE' ? {} : { body: text }),
        })
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
        const known =
          answer.status < 400 ||
          answer.fault in AMP_ERRORS ||
          ['route.unknown', 'route.method'].includes(answer.fault)
        expect([name, answer.status, answer.text.slice(0, 200), answer.status < 500 && known]).toEqual([
          name,
          answer.status,
          answer.text.slice(0, 200),
          true,
        ])
      }),
      { numRuns: CALLS },
    )
    // The fuzz must also reach the handlers, or it proves little.
    expect(seen.get(200) ?? 0).toBeGreaterThan(CALLS / 50)
    expect(outside()).toEqual(before)
    expect(readdirSync(room.folder).sort()).toEqual(['data', 'logs', 'run', 'web'])
  },
)

async function letterWith(changed: Record<string, unknown>) {
  return letter(alice, alice.address, changed)
}
