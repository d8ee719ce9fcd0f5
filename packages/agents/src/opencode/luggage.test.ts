// A conversation out of one OpenCode database into another: whole, under a new folder, and never over somebody else's.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Arrival } from '../kit.ts'
import { messagesIn } from './database.ts'
import { luggage } from './luggage.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'tutti-oc-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const TABLES = `
  CREATE TABLE project (id text PRIMARY KEY, worktree text NOT NULL, vcs text, time_created integer NOT NULL,
    time_updated integer NOT NULL, sandboxes text NOT NULL);
  CREATE TABLE session (id text PRIMARY KEY, project_id text NOT NULL REFERENCES project (id) ON DELETE CASCADE, parent_id text,
    slug text NOT NULL, directory text NOT NULL, path text, title text NOT NULL, version text NOT NULL, share_url text,
    permission text, agent text, model text, cost real DEFAULT 0 NOT NULL, tokens_input integer DEFAULT 0 NOT NULL,
    tokens_output integer DEFAULT 0 NOT NULL, tokens_reasoning integer DEFAULT 0 NOT NULL,
    tokens_cache_read integer DEFAULT 0 NOT NULL, tokens_cache_write integer DEFAULT 0 NOT NULL,
    time_created integer NOT NULL, time_updated integer NOT NULL);
  CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    time_created integer NOT NULL, time_updated integer NOT NULL, data text NOT NULL);
  CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    session_id text NOT NULL, time_created integer NOT NULL, time_updated integer NOT NULL, data text NOT NULL);
  INSERT INTO project VALUES ('global', '/', NULL, 1, 1, '[]'), ('abc', '/src', 'git', 1, 1, '[]');`

const pathOf = (machine: string) => join(root, machine, '.local', 'share', 'opencode', 'opencode.db')
function aDatabase(machine: string, tables = TABLES): DatabaseSync {
  mkdirSync(dirname(pathOf(machine)), { recursive: true })
  const database = new DatabaseSync(pathOf(machine))
  database.exec(tables)
  return database
}
interface Begun {
  id: string
  words: string
  parent?: string
}
function begin(database: DatabaseSync, { id, words, parent = '' }: Begun): void {
  const name = id.slice(4)
  database
    .prepare(
      `INSERT INTO session (id, project_id, parent_id, slug, directory, title, version, permission, time_created, time_updated)
       VALUES (?, 'abc', ?, 'slug', '/src', ?, '1.18.33', '[{"action":"allow"}]', 1, 2)`,
    )
    .run(id, parent || null, words)
  database.prepare(`INSERT INTO message VALUES (?, ?, 1, 2, '{"role":"user"}')`).run(`msg_${name}`, id)
  const data = JSON.stringify({ type: 'text', text: words })
  database.prepare('INSERT INTO part VALUES (?, ?, ?, 1, 2, ?)').run(`prt_${name}`, `msg_${name}`, id, data)
}
const rows = (database: DatabaseSync, sql: string) => database.prepare(sql).all()

const place = (machine: string) => ({
  home: join(root, machine),
  env: {},
  folder: '/home/ada/shop',
  session: 'ses_main',
})
const arrival = (machine: string, extra: Partial<Arrival> = {}): Arrival => ({
  ...place(machine),
  origin: '.local/share/opencode/opencode.db',
  isOwn: false,
  ...extra,
})
const file = () => join(root, 'conversation')
const pack = (machine: string) => luggage.pack({ ...place(machine), transcript: pathOf(machine) }, file())

test('it goes along with its sub-agents, and nothing of other conversations, of rules or of shares does', async () => {
  const attic = aDatabase('attic')
  begin(attic, { id: 'ses_main', words: 'Hello' })
  begin(attic, { id: 'ses_helper', words: 'Look', parent: 'ses_main' })
  begin(attic, { id: 'ses_other', words: 'Secret' })
  const cellar = aDatabase('cellar')
  begin(cellar, { id: 'ses_here', words: 'Mine' })

  expect(await pack('attic')).toBe(true)
  expect(readFileSync(file(), 'utf8')).not.toContain('Secret')
  expect(await luggage.unpack(file(), arrival('cellar'))).toBe(pathOf('cellar'))

  expect(
    rows(
      cellar,
      `SELECT id, directory, path, project_id, permission FROM session WHERE directory = '/home/ada/shop' ORDER BY id`,
    ),
  ).toEqual(
    ['ses_helper', 'ses_main'].map((id) => ({
      id,
      directory: '/home/ada/shop',
      path: 'home/ada/shop',
      project_id: 'global',
      permission: null,
    })),
  )
  expect(messagesIn(pathOf('cellar'), 'ses_main')).toEqual(messagesIn(pathOf('attic'), 'ses_main'))
  expect(rows(cellar, 'SELECT id FROM session')).toHaveLength(3)
})

test('back where it was it is as it became meanwhile', async () => {
  const attic = aDatabase('attic')
  const cellar = aDatabase('cellar')
  begin(attic, { id: 'ses_main', words: 'Hello' })
  await pack('attic')
  await luggage.unpack(file(), arrival('cellar'))
  cellar.exec(`INSERT INTO message VALUES ('msg_more', 'ses_main', 3, 3, '{"role":"assistant"}')`)

  await pack('cellar')
  expect(await luggage.unpack(file(), arrival('attic', { isOwn: true }))).toBe(pathOf('attic'))
  expect(rows(attic, 'SELECT id FROM message ORDER BY id')).toEqual([{ id: 'msg_main' }, { id: 'msg_more' }])
})

test('C39 it takes the place of no other conversation, as a whole, a helper, a message or a part', async () => {
  const attic = aDatabase('attic')
  begin(attic, { id: 'ses_main', words: 'Hello' })
  begin(attic, { id: 'ses_victim', words: 'Taken', parent: 'ses_main' })
  await pack('attic')
  const cellar = aDatabase('cellar')
  begin(cellar, { id: 'ses_victim', words: 'Mine' })

  expect(await luggage.unpack(file(), arrival('cellar'))).toBeNull()
  expect(await luggage.unpack(file(), arrival('cellar', { isOwn: true }))).toBeNull()
  expect(rows(cellar, 'SELECT title FROM session')).toEqual([{ title: 'Mine' }])
  const lines = readFileSync(file(), 'utf8')
  writeFileSync(file(), lines.replaceAll('ses_victim', 'ses_fresh'))
  expect(await luggage.unpack(file(), arrival('cellar'))).toBeNull()
})

test('C39 no part of it names a file or an address from which it would be fetched', async () => {
  const attic = aDatabase('attic')
  begin(attic, { id: 'ses_main', words: 'Hello' })
  for (const [n, url] of ['file:///etc/passwd', 'http://127.0.0.1/', 'data:text/plain,hi'].entries()) {
    const data = JSON.stringify({ type: 'file', url })
    attic.prepare(`INSERT INTO part VALUES (?, 'msg_main', 'ses_main', 1, 2, ?)`).run(`prt_${n}`, data)
  }
  const cellar = aDatabase('cellar')
  await pack('attic')

  expect(await luggage.unpack(file(), arrival('cellar'))).not.toBeNull()
  expect(rows(cellar, 'SELECT id FROM part ORDER BY id')).toEqual([{ id: 'prt_2' }, { id: 'prt_main' }])
})

test('a database that is not there, or of other tables, is left as it is', async () => {
  begin(aDatabase('attic'), { id: 'ses_main', words: 'Hello' })
  await pack('attic')
  expect(await luggage.unpack(file(), arrival('nowhere'))).toBeNull()
  aDatabase('newer', TABLES.replace('share_url text', 'owner text NOT NULL'))
  expect(await luggage.unpack(file(), arrival('newer'))).toBeNull()
  expect(await luggage.pack({ ...place('newer'), transcript: pathOf('newer') }, file())).toBe(false)
})

test('C39 whatever a file holds, the database has a whole conversation after it or is as it was', async () => {
  begin(aDatabase('attic'), { id: 'ses_main', words: 'Hello' })
  await pack('attic')
  const good = readFileSync(file(), 'utf8').split('\n')
  const cellar = aDatabase('cellar')
  begin(cellar, { id: 'ses_here', words: 'Mine' })
  const before = rows(cellar, 'SELECT * FROM session')
  const line = fc.oneof(fc.constantFrom(...good), fc.string(), fc.json())
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      writeFileSync(file(), lines.join('\n'))
      const placed = await luggage.unpack(file(), arrival('cellar', { isOwn: true })).catch(() => null)
      const there = rows(cellar, "SELECT id FROM session WHERE id = 'ses_main'").length > 0
      expect(rows(cellar, "SELECT * FROM session WHERE id = 'ses_here'")).toEqual(before)
      expect(placed === null || there).toBe(true)
    }),
    { numRuns: 60 },
  )
})
