// OpenCode keeps all conversations in one database: the rows of one conversation go along as lines, and come into the database of
// the other machine as a conversation of the new folder. A database of other tables is left alone.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fieldsOf, parsed, textOf, type Fields } from '../foreign.ts'
import type { Arrival, Luggage } from '../kit.ts'
import { isFile } from '../luggage.ts'
import { databasePath } from './database.ts'

// What of each row is conversation: no share, no rules of what it may do, nothing to revert to.
const COLUMNS = {
  session: (
    'id parent_id slug title version cost agent model time_created time_updated ' +
    'tokens_input tokens_output tokens_reasoning tokens_cache_read tokens_cache_write'
  ).split(' '),
  message: ['id', 'session_id', 'time_created', 'time_updated', 'data'],
  part: ['id', 'message_id', 'session_id', 'time_created', 'time_updated', 'data'],
}
type Table = keyof typeof COLUMNS
const TABLES: readonly Table[] = ['session', 'message', 'part']

/** What a conversation belongs to until the program sees that its folder is a repository. */
const PROJECT = 'global'
const OWN_COLUMNS = ['project_id', 'directory', 'path']
const ID = /^(?:ses|msg|prt)_[A-Za-z0-9]{1,64}$/
// A program that writes at the same moment is done by then.
const BUSY_MS = 1000
const LARGEST_LINE = 64 * 1024 * 1024
const MOST_ROWS = 200_000

type Row = Record<string, string | number | null>
interface Line {
  table: Table
  row: Row
}

export const luggage: Luggage = {
  variables: ['OPENCODE_DB', 'XDG_DATA_HOME'],
  beginning: {
    args: ['session', 'list'],
    isNeeded: async ({ home, env }) => !(await isFile(databasePath(home, env))),
  },
  async pack({ transcript, session }, file) {
    if (!ID.test(session) || !(await isFile(transcript))) return false
    return written(transcript, session, file)
  },
  async unpack(file, to) {
    const path = databasePath(to.home, to.env)
    if (!ID.test(to.session) || !(await isFile(path))) return null
    const lines = await linesOf(file, to.session)
    return lines !== null && arrived(path, lines, to) ? path : null
  },
}

const FAMILY = `WITH RECURSIVE family(id) AS (
  SELECT id FROM session WHERE id = ? UNION SELECT s.id FROM session s JOIN family f ON s.parent_id = f.id)`
const WHERE: Record<Table, string> = {
  session: 'id IN family',
  message: 'session_id IN family',
  part: 'session_id IN family',
}

/** The rows of the conversation and of its sub-agents' into the file; false where there is none. */
async function written(path: string, session: string, file: string): Promise<boolean> {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  const to = await open(file, 'w', 0o600)
  let count = 0
  try {
    if (!isKnown(database)) return false
    for (const table of TABLES) {
      const columns = COLUMNS[table].join(', ')
      const rows = database.prepare(
        `${FAMILY} SELECT ${columns} FROM ${table} WHERE ${WHERE[table]} ORDER BY id`,
      )
      for (const row of rows.iterate(session)) {
        await to.write(`${JSON.stringify({ table, row })}\n`)
        count++
      }
    }
    return count > 0
  } finally {
    await to.close()
    database.close()
  }
}

/** Whether its tables are those that this was written for: no column is missed, and none is needed that is not known. */
function isKnown(database: DatabaseSync): boolean {
  return TABLES.every((table) => {
    const found = database
      .prepare('SELECT name, "notnull" AS must, dflt_value AS usual FROM pragma_table_info(?)')
      .all(table)
    const names = new Set(found.map(({ name }) => String(name)))
    const given = new Set<string>([...COLUMNS[table], ...(table === 'session' ? OWN_COLUMNS : [])])
    const isNeeded = ({ must, usual }: Fields) => must === 1 && usual === null
    return (
      [...given].every((name) => names.has(name)) &&
      found.every((one) => given.has(String(one['name'])) || !isNeeded(one))
    )
  })
}

/** The lines as rows; null where one of them is none of this conversation. */
async function linesOf(file: string, session: string): Promise<Line[] | null> {
  const lines: Line[] = []
  let count = 0
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const line = text.length > LARGEST_LINE || ++count > MOST_ROWS ? null : lineOf(text)
    if (line === null) return null
    if (!isReference(line)) lines.push(line)
  }
  const family = familyIn(lines, session)
  const isOfIt = ({ table, row }: Line) => family.has(String(row[table === 'session' ? 'id' : 'session_id']))
  return family.has(session) && lines.every(isOfIt) ? lines : null
}

/** The conversation and those of its sub-agents. */
function familyIn(lines: readonly Line[], session: string): ReadonlySet<string> {
  const rows = lines.flatMap(({ table, row }) => (table === 'session' ? [row] : []))
  const family = new Set(rows.some(({ id }) => id === session) ? [session] : [])
  for (let size = -1; size !== family.size;) {
    size = family.size
    for (const { id, parent_id: parent } of rows) if (family.has(String(parent))) family.add(String(id))
  }
  return family
}

function lineOf(text: string): Line | null {
  const given = fieldsOf(parsed(text))
  const table = TABLES.find((one) => one === given['table'])
  if (table === undefined) return null
  const from = fieldsOf(given['row'])
  const row: Row = Object.fromEntries(COLUMNS[table].map((name) => [name, valueOf(from[name])]))
  const isNamed = ['id', 'session_id', 'message_id'].every(
    (name) => !(name in row) || ID.test(String(row[name])),
  )
  const isContent = table === 'session' || Object.keys(fieldsOf(parsed(textOf(row['data'])))).length > 0
  return isNamed && isContent ? { table, row } : null
}

/** A file that is not in it: nothing here is to be fetched because a stranger names it. */
function isReference({ table, row }: Line): boolean {
  const told = table === 'part' ? fieldsOf(parsed(textOf(row['data']))) : {}
  return told['type'] === 'file' && !textOf(told['url']).startsWith('data:')
}

const valueOf = (value: unknown): Row[string] =>
  typeof value === 'string' || typeof value === 'number' ? value : null

/** Writes all rows at once; false where the database is another one, or has the conversation of somebody else. */
function arrived(path: string, lines: readonly Line[], to: Arrival): boolean {
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    database.exec('PRAGMA foreign_keys = ON; BEGIN IMMEDIATE')
    if (!isKnown(database) || !isFree(database, lines, to)) return false
    const ids = lines.flatMap(({ table, row }) => (table === 'session' ? [row['id'] ?? null] : []))
    for (const id of ids) database.prepare('DELETE FROM session WHERE id = ?').run(id)
    const now = Date.now()
    database
      .prepare(
        `INSERT INTO project (id, worktree, time_created, time_updated, sandboxes) VALUES (?, '/', ?, ?, '[]')
         ON CONFLICT DO NOTHING`,
      )
      .run(PROJECT, now, now)
    for (const { table, row } of lines)
      insert(database, table, table === 'session' ? inFolder(row, to.folder) : row)
    database.exec('COMMIT')
    return true
  } catch (error) {
    if (isRefused(error)) return false
    throw error
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK')
    database.close()
  }
}

/** Whether nothing in the database has a name of theirs, but what is of this conversation already and its own. */
function isFree(database: DatabaseSync, lines: readonly Line[], { session, isOwn }: Arrival): boolean {
  const own = new Set(
    isOwn
      ? database
          .prepare(`${FAMILY} SELECT id FROM family`)
          .all(session)
          .map(({ id }) => id)
      : [],
  )
  const owners = {
    session: database.prepare('SELECT id AS owner FROM session WHERE id = ?'),
    message: database.prepare('SELECT session_id AS owner FROM message WHERE id = ?'),
    part: database.prepare('SELECT session_id AS owner FROM part WHERE id = ?'),
  }
  return lines.every(({ table, row }) => {
    const found = owners[table].get(row['id'] ?? null)
    return found === undefined || own.has(found['owner'])
  })
}

// A row that does not fit the table: it was no conversation.
const CONSTRAINT = 19
const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === CONSTRAINT

const inFolder = (row: Row, folder: string): Row => ({
  ...row,
  project_id: PROJECT,
  directory: folder,
  path: folder.replace(/^\//, ''),
})

function insert(database: DatabaseSync, table: Table, row: Row): void {
  const names = Object.keys(row)
  const holes = names.map(() => '?').join(', ')
  database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${holes})`).run(...Object.values(row))
}
