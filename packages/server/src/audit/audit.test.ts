// C40: nobody changes, cuts or reorders the audit log unseen, not even by one byte.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../db/open.ts'
import type { By, Store } from '../db/store.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createAudit } from './audit.ts'
import { MARK_SQL, ROWS_SQL, verifyAuditFile, verifyChain } from './verify.ts'

const KEY = new Uint8Array(32).fill(9)
const ENTRIES = 40
const BY: By = { actor: 'usr_1', address: '127.0.0.1', act: 'createAgent', audited: true }

let folder: string
let path: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-audit-'))
  path = join(folder, 'tutti.db')
  const store = await aStore(path)
  await fill(store, ENTRIES)
  await store.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const aStore = (at: string, now = () => Date.now()) =>
  openStore({ path: at, clock: { ...realClock, now }, log: quietLog, auditKey: KEY })
const fill = (store: Store, entries: number) =>
  Promise.all(
    Array.from({ length: entries }, (_, i) =>
      store.audit(
        { ...BY, act: i % 2 ? 'login' : 'createAgent' },
        { subject: `s${i % 5}`, outcome: i % 3 ? 'done' : 'refused', detail: { i } },
      ),
    ),
  )
const service = (store: Store, now = () => Date.now()) =>
  createAudit({ store, auditKey: KEY, clock: { ...realClock, now }, auditDays: () => 30 })
const verify = (database: DatabaseSync) =>
  verifyChain(
    {
      rows: (after, limit) => database.prepare(ROWS_SQL).all(after, limit),
      mark: (name) => database.prepare(MARK_SQL).get(name),
    },
    KEY,
  )
/** Runs the change on a copy in memory and answers with the verdict. */
async function after(change: (database: DatabaseSync) => void) {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA ignore_check_constraints = 1; BEGIN')
    change(database)
    return await verify(database)
  } finally {
    database.exec('ROLLBACK')
    database.close()
  }
}

/** A byte of the number as SQLite stores it: 8 bytes, big-endian. */
function flipNumber(value: number, place: number, flip: number): bigint {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  bytes[place % 8]! ^= flip
  return bytes.readBigInt64BE()
}
function flipText(value: string, place: number, flip: number): Buffer {
  const bytes = Buffer.from(value)
  bytes[place % bytes.length]! ^= flip
  return bytes
}

test('an untouched log verifies, from the file too', async () => {
  expect(await verifyAuditFile(path, KEY)).toEqual({
    ok: true,
    entries: ENTRIES,
    brokenAt: null,
    problem: null,
  })
  expect(await verifyAuditFile(path, new Uint8Array(32))).toMatchObject({ ok: false })
})

test('C40 a thousand random single-byte edits of audit rows are all detected', async () => {
  const columns = ['at', 'actor', 'act', 'subject', 'address', 'outcome', 'detail', 'mac']
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seq: fc.integer({ min: 1, max: ENTRIES }),
        column: fc.constantFrom(...columns),
        place: fc.nat(),
        flip: fc.integer({ min: 1, max: 255 }),
      }),
      async ({ seq, column, place, flip }) => {
        const verdict = await after((database) => {
          const stored = database.prepare(`SELECT ${column} AS v FROM audit WHERE seq = ?`).get(seq)?.['v']
          const edited =
            column === 'at' ? flipNumber(Number(stored), place, flip) : flipText(String(stored), place, flip)
          database
            .prepare(
              `UPDATE audit SET ${column} = ${column === 'at' ? '?' : 'CAST(? AS TEXT)'} WHERE seq = ?`,
            )
            .run(edited, seq)
        })
        expect(verdict).toMatchObject({ ok: false, brokenAt: seq })
      },
    ),
    { numRuns: 1000 },
  )
}, 60_000)

test('C40 a replacement character cannot stand for bytes that were changed', async () => {
  const copy = join(folder, 'replacement.db')
  cpSync(path, copy)
  const store = await aStore(copy)
  await store.audit(BY, { subject: 'a\uFFFDb\uD800', outcome: 'done', detail: { name: '\uFFFD' } })
  await store.close()

  expect(await verifyAuditFile(copy, KEY)).toMatchObject({ ok: true })
  const database = new DatabaseSync(copy)
  expect(database.prepare('SELECT subject, detail FROM audit ORDER BY seq DESC').get()).toEqual({
    subject: 'a?b?',
    detail: '{"name":"?"}',
  })
  database.close()
})

test('C40 every cut, removed, repeated or swapped row is detected and named', async () => {
  for (let seq = 1; seq <= ENTRIES; seq++) {
    const cut = await after((database) => database.exec(`DELETE FROM audit WHERE seq >= ${seq}`))
    expect(cut).toMatchObject({ ok: false, brokenAt: seq })
    const removed = await after((database) => database.exec(`DELETE FROM audit WHERE seq = ${seq}`))
    expect(removed).toMatchObject({ ok: false, brokenAt: seq })
  }
  const closedUp = await after((database) =>
    database.exec('DELETE FROM audit WHERE seq = 7; UPDATE audit SET seq = seq - 1 WHERE seq > 7'),
  )
  expect(closedUp).toMatchObject({ ok: false, brokenAt: 7 })
  const front = await after((database) => database.exec('DELETE FROM audit WHERE seq <= 5'))
  expect(front).toMatchObject({ ok: false, brokenAt: 1 })
})

test('C40 a log that was emptied with its marks is detected', async () => {
  for (const sql of [
    'DELETE FROM audit',
    'DELETE FROM audit; DELETE FROM audit_marks',
    "DELETE FROM audit_marks WHERE name = 'head'",
    "DELETE FROM audit_marks WHERE name = 'base'",
    "UPDATE audit_marks SET seq = 0, mac = 'genesis' WHERE name = 'head'",
  ]) {
    expect([sql, (await after((database) => database.exec(sql))).ok]).toEqual([sql, false])
  }
})

test('C40 what is written after a tampering does not hide it', async () => {
  for (const [name, sql] of [
    ['tail', `DELETE FROM audit WHERE seq > ${ENTRIES - 3}`],
    ['all', 'DELETE FROM audit; DELETE FROM audit_marks'],
    [
      'added',
      `INSERT INTO audit SELECT seq + 1, at, actor, act, subject, address, outcome, detail, mac FROM audit WHERE seq = ${ENTRIES}`,
    ],
  ] as const) {
    const copy = join(folder, `${name}.db`)
    cpSync(path, copy)
    const database = new DatabaseSync(copy)
    database.exec(sql)
    database.close()

    const store = await aStore(copy)
    await fill(store, 5)
    const verdict = await service(store).handlers.verifyAudit({}, null as never)
    await store.close()

    expect([name, verdict.ok]).toEqual([name, false])
  }
})

test('pages run from the newest to the oldest, and filters hold', async () => {
  const copy = join(folder, 'pages.db')
  cpSync(path, copy)
  const store = await aStore(copy)
  const { listAudit } = service(store).handlers
  const seen: number[] = []
  for (let before: number | undefined; ;) {
    const page = await listAudit({ before, limit: 7 }, null as never)
    seen.push(...page.items.map((item) => item.seq))
    if (page.next === null) break
    before = page.next
  }
  expect(seen).toEqual(Array.from({ length: ENTRIES }, (_, i) => ENTRIES - i))
  const filtered = await listAudit({ limit: 100, act: 'login', subject: 's3' }, null as never)
  expect(filtered.items.map((item) => item.seq)).toEqual([34, 24, 14, 4])
  expect(filtered.items[0]?.detail).toEqual({ i: 33 })
  const refused = await listAudit({ limit: 100, outcome: 'refused', subject: 's3' }, null as never)
  expect(refused.items.map((item) => item.seq)).toEqual([34, 19, 4])
  await store.close()
})

test('pruned entries are gone, the rest verifies, and the pruning itself is audited', async () => {
  const copy = join(folder, 'pruned.db')
  const start = 1_700_000_000_000
  let now = start
  const store = await aStore(copy, () => now)
  await fill(store, 2500)
  now = start + 29 * 24 * 3600 * 1000
  await fill(store, 10)
  now = start + 40 * 24 * 3600 * 1000
  const audit = service(store, () => now)

  expect(await audit.prune()).toBe(2500)

  const verdict = await audit.handlers.verifyAudit({}, null as never)
  expect(verdict).toEqual({ ok: true, entries: 12, brokenAt: null, problem: null })
  expect(store.get('SELECT act, detail FROM audit ORDER BY seq DESC LIMIT 1')).toEqual({
    act: 'pruneAudit',
    detail: '{"entries":500,"through":2500}',
  })
  expect(await audit.prune()).toBe(0)
  await store.close()
})
