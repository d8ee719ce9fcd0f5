// The store's promises: all or nothing, one order of events, and answers only for what is on the disk.
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LOOP_LIMITS, Fault } from '@tutti/core'
import type { Settings } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyAuditFile } from '../audit/verify.ts'
import { loadMigrations } from './migrations.ts'
import { openStore } from './open.ts'
import type { StoreOptions } from './open.ts'
import type { By, Statement, Store, Unit } from './store.ts'
import { quietLog, realClock } from './test-support.ts'

const PLACE = {
  number: 9000,
  name: 'place',
  sql: 'CREATE TABLE place (id TEXT PRIMARY KEY, n INTEGER) STRICT;',
}
const BY: By = { actor: 'usr_1', address: '127.0.0.1', act: 'updateSettings', audited: false }
const SETTINGS: Settings = {
  machine: 'm',
  allowedFolders: ['/'],
  undeleteDays: 30,
  auditDays: 365,
  recordingDays: 30,
  backupsKept: 7,
  backupHour: 3,
  memoryLimitMb: null,
  telemetry: false,
  isolation: 'none',
  loops: { all: LOOP_LIMITS, agents: {} },
  version: 1,
}

let folder: string
let opened: Store[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-store-'))
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.close()
  rmSync(folder, { recursive: true })
})

const path = () => join(folder, 'tutti.db')
const options = (): StoreOptions => ({
  path: path(),
  clock: realClock,
  log: quietLog,
  auditKey: new Uint8Array(32).fill(7),
  migrations: [...loadMigrations(), PLACE],
})
async function aStore(extra: Partial<StoreOptions> = {}) {
  const store = await openStore({ ...options(), ...extra })
  opened.push(store)
  return store
}
async function close(store: Store) {
  opened = opened.filter((one) => one !== store)
  await store.close()
}
const insert = (id: string, n = 1, extra: Partial<Statement> = {}): Statement => ({
  sql: 'INSERT INTO place (id, n) VALUES (?, ?)',
  values: [id, n],
  ...extra,
})
const unit = (id: string, extra: Partial<Unit> = {}): Unit => ({
  by: BY,
  subject: id,
  statements: [insert(id)],
  events: [{ type: 'settings.changed', subject: id, data: SETTINGS }],
  ...extra,
})
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  )

test('a commit is readable, numbered and told to listeners', async () => {
  const store = await aStore()
  const told: number[] = []
  store.onEvents((events) => told.push(...events.map((event) => event.seq)))

  const committed = await store.commit(unit('a'))

  expect(committed.changes).toEqual([1])
  expect(committed.events).toMatchObject([{ seq: 1, type: 'settings.changed', subject: 'a', actor: 'usr_1' }])
  expect(store.get('SELECT id, n FROM place')).toEqual({ id: 'a', n: 1 })
  expect(told).toEqual([1])
  expect(store.lastSeq()).toBe(1)
  expect(store.eventsSince(0, 10)).toEqual(committed.events)
})

test('a unit that fails takes back only itself, and its events leave no gap', async () => {
  const store = await aStore()
  await store.commit(unit('a'))

  const answers = await Promise.all([
    codeOf(store.commit(unit('b'))),
    codeOf(
      store.commit(
        unit('x', { statements: [insert('x'), insert('a', 1, { conflict: { fault: 'agent.name-taken' } })] }),
      ),
    ),
    codeOf(
      store.commit(
        unit('y', {
          statements: [
            insert('y'),
            {
              sql: 'UPDATE place SET n = 2 WHERE id = ?',
              values: ['no'],
              expect: { changes: 1, fault: 'version.stale' },
            },
          ],
        }),
      ),
    ),
    codeOf(
      store.commit(
        unit('z', { statements: [insert('z'), { sql: 'INSERT INTO nowhere VALUES (1)', values: [] }] }),
      ),
    ),
    codeOf(store.commit(unit('c'))),
  ])

  expect(answers).toEqual([
    'none',
    'agent.name-taken',
    'version.stale',
    'Error: no such table: nowhere',
    'none',
  ])
  expect(store.all('SELECT id FROM place ORDER BY id')).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }])
  expect(store.eventsSince(0, 10)?.map((event) => [event.seq, event.subject])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ])
})

test('audited units that travel together leave a chain that fits, also where one of them is refused', async () => {
  const store = await aStore()
  const by = { ...BY, audited: true }
  const taken = { conflict: { fault: 'agent.name-taken' as const } }

  const answers = await Promise.all([
    codeOf(store.commit(unit('a', { by }))),
    codeOf(store.commit(unit('x', { by, statements: [insert('a', 2, taken)] }))),
    codeOf(store.commit(unit('b', { by }))),
  ])
  await close(store)

  expect(answers).toEqual(['none', 'agent.name-taken', 'none'])
  expect(await verifyAuditFile(path(), options().auditKey)).toMatchObject({ ok: true, entries: 2 })
})

test('what was committed is there after a reopening, and the numbers go on', async () => {
  const first = await aStore()
  await Promise.all(Array.from({ length: 300 }, (_, i) => first.commit(unit(`r${i}`))))
  await close(first)

  const second = await aStore()
  const committed = await second.commit(unit('next'))

  expect(second.all('SELECT id FROM place')).toHaveLength(301)
  expect(committed.events[0]?.seq).toBe(301)
})

test('an audited unit is marked as audited once it is durable', async () => {
  const store = await aStore()
  const by = { ...BY, audited: true }

  const promise = store.commit(unit('a', { by, detail: { b: 1, a: 'x' } }))
  expect(store.wasAudited(by)).toBe(false)
  await promise
  await store.audit({ ...BY, act: 'login' }, { subject: 'ada', outcome: 'refused' })

  expect(store.wasAudited(by)).toBe(true)
  expect(store.all('SELECT act, subject, outcome, detail FROM audit ORDER BY seq')).toEqual([
    { act: 'updateSettings', subject: 'a', outcome: 'done', detail: '{"a":"x","b":1}' },
    { act: 'login', subject: 'ada', outcome: 'refused', detail: '{}' },
  ])
})

test('old events are pruned by count, and who asks for them is told to start over', async () => {
  const first = await aStore({ retention: { events: 500, ageMs: 1e12 } })
  for (let round = 0; round < 6; round++) {
    await Promise.all(Array.from({ length: 500 }, (_, i) => first.commit(unit(`${round}-${i}`))))
  }
  await close(first)

  const store = await aStore()

  const seqs = store.all<{ seq: number }>('SELECT seq FROM events ORDER BY seq').map((row) => row.seq)
  const [oldest = 0] = seqs
  expect(oldest).toBeGreaterThan(1)
  expect(seqs).toEqual(Array.from({ length: 3000 - oldest + 1 }, (_, i) => oldest + i))
  expect(store.eventsSince(0, 10)).toBeNull()
  expect(store.eventsSince(3001, 10)).toBeNull()
  expect(store.eventsSince(3000, 10)).toEqual([])
  expect(store.eventsSince(oldest - 1, 1)).toMatchObject([{ seq: oldest }])
})

test('a copy is whole and private while writes go on', async () => {
  const store = await aStore()
  const writes = Promise.all(Array.from({ length: 500 }, (_, i) => store.commit(unit(`w${i}`))))
  const to = join(folder, 'copy.db')

  await store.copyTo(to)
  await writes

  const copy = new DatabaseSync(to, { readOnly: true })
  const count = (sql: string) => Number(copy.prepare(sql).get()?.['n'])
  expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  expect(count('SELECT count(*) AS n FROM place')).toBe(count('SELECT count(*) AS n FROM events'))
  expect(statSync(to).mode & 0o777).toBe(0o600)
  copy.close()
})

test('a cut-off database is refused by name at any length, and is left as it was', async () => {
  const store = await aStore()
  await Promise.all(Array.from({ length: 200 }, (_, i) => store.commit(unit(`r${i}`))))
  await close(store)
  const whole = readFileSync(path())

  for (const length of [0, 50, 100, 4096, 8192, whole.length - 4096, whole.length - 1]) {
    writeFileSync(path(), whole.subarray(0, length))
    const refusal = await openStore(options()).then(
      () => 'opened',
      (error: unknown) => (error instanceof Fault ? `${error.code} ${error.details['path']}` : String(error)),
    )
    expect([length, refusal]).toEqual([length, `store.damaged ${path()}`])
    expect(statSync(path()).size).toBe(length)
  }

  writeFileSync(path(), whole)
  expect((await aStore()).all('SELECT id FROM place')).toHaveLength(200)
})

test('a database that is gone is missed by name: no new one takes its place', async () => {
  await close(await aStore())
  renameSync(path(), join(folder, 'away.db'))

  await expect(aStore()).rejects.toMatchObject({
    code: 'store.damaged',
    details: { path: path(), problem: expect.stringContaining('it is missing, but tutti.db-') },
  })
  expect(readdirSync(folder)).not.toContain('tutti.db')
  renameSync(join(folder, 'away.db'), path())
  expect((await aStore()).lastSeq()).toBe(0)
})

test('a database with one flipped byte is refused by name, and is left as it was', async () => {
  const store = await aStore()
  await store.commit(unit('a'))
  await close(store)
  const bytes = readFileSync(path())
  bytes[bytes.length - 100]! ^= 1
  writeFileSync(path(), bytes)

  const refused = openStore(options()).catch((error: unknown) => error)

  expect(await refused).toMatchObject({ code: 'store.damaged', details: { path: path() } })
  expect(String(await refused)).toContain(`not what was written: page ${bytes.length / 4096}`)
  expect(readFileSync(path()).equals(bytes)).toBe(true)
})

test('a database from a newer release is refused by a sentence', async () => {
  await close(await aStore())

  const answer = await codeOf(openStore({ ...options(), migrations: loadMigrations() }))

  expect(answer).toBe('store.newer')
})

test('a start that is refused ends its thread, and a second start works', async () => {
  await close(await aStore())
  truncateSync(path(), 4096)
  await codeOf(openStore(options()))
  for (const name of readdirSync(folder)) rmSync(join(folder, name))

  expect((await aStore()).lastSeq()).toBe(0)
})

test('every unit is refused while the store closes, and those under way are answered', async () => {
  const store = await aStore()
  const before = codeOf(store.commit(unit('a')))
  const closing = close(store)

  expect(await codeOf(store.commit(unit('b')))).toBe('server.stopping')
  expect(await before).toBe('none')
  await closing
})

test('a store that the disk refuses closes all the same', async () => {
  const store = await aStore({ probeMs: 5 })
  const cap: Statement = { sql: 'PRAGMA max_page_count = 1', values: [] } // as many pages as there are now
  await store.commit(unit('cap', { statements: [cap], events: [] }))
  const large: Statement = { sql: 'INSERT INTO place (id) VALUES (hex(zeroblob(500000)))', values: [] }
  await expect(store.commit(unit('large', { statements: [large] }))).rejects.toMatchObject({
    code: 'store.full',
  })
  expect(store.writable()).toBe(false)

  await close(store)
})

test('a thousand statements with texts of their own do not grow the cache without end', async () => {
  const store = await aStore()
  for (let i = 0; i < 1000; i++) expect(store.get(`SELECT ${i} AS n`)).toEqual({ n: i })
})
