// Opens the database file for writing: checks it first, makes it whole before it gets its name, and brings its schema up.
import { chmodSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncFolder } from './durable-file.ts'
import { isThere, readHeader, sizeProblem } from './file-check.ts'
import { StartProblem, migrate } from './migrations.ts'
import type { Migration } from './migrations.ts'
import { readPageSums, sumsPath, wrongPages } from './page-sums.ts'
import { readWal, type Wal } from './wal.ts'
import { markPath, readMark } from './wal-mark.ts'
import { beginChain } from './writer.ts'

// Read within 0.3 s on two slow cores, so a start after a crash keeps its half second. A larger file has its size, its log
// and the mark checked, which is all that a crash can break; the doctor reads the rest.
const CHECKED_BYTES = 96 * 1024 * 1024

interface Opening {
  path: string
  auditKey: Uint8Array
  migrations: readonly Migration[]
  at: number
}

// Longer than any write of ours; only a foreign program could hold the lock.
const BUSY_MS = 2000
// A log that grew in a burst gives its space back.
const JOURNAL_LIMIT_BYTES = 16 * 1024 * 1024

/** The open database and the names of the migrations that ran. Throws StartProblem, having changed nothing. */
export function openDatabase(opening: Opening): { database: DatabaseSync; migrated: string[] } {
  const { path } = opening
  if (isThere(path)) checkFile(path)
  else create(opening)
  const database = connect(path)
  try {
    if (hasLog(path) && statSync(path).size <= CHECKED_BYTES) quickCheck(database, path)
    return { database, migrated: migrate(database, opening.migrations, opening) }
  } catch (error) {
    // Closing moves what a crash left in the log into the file, past the sums.
    if (hasLog(path)) rmSync(sumsPath(path), { force: true })
    database.close()
    throw error
  }
}

// Reading the log costs more than all else of a start: once is enough.
const hasLog = (path: string): boolean => isThere(`${path}-wal`) && statSync(`${path}-wal`).size > 0

function checkFile(path: string) {
  const judge = readMark(path)
  const wal = readWal(`${path}-wal`)
  if (wal?.problem) throw damaged(`${path}-wal`, wal.problem)
  const gone = judge(wal)
  // A damaged mark says nothing about the data; `tutti doctor` names it.
  if (gone && gone.path !== markPath(path)) throw damaged(gone.path, gone.problem)
  const header = readHeader(path)
  const problem = typeof header === 'string' ? header : sizeProblem(header, wal)
  if (problem) throw damaged(path, problem)
  checkPages(path, wal)
}

// SQLite would serve a flipped byte as the truth, and the next write to that page would make it so for good.
function checkPages(path: string, wal: Wal | null) {
  if (statSync(path).size > CHECKED_BYTES) return
  const sums = readPageSums(path)
  // Without sums nothing is known; damaged sums say nothing about the data, and the doctor names them.
  if (sums === null || typeof sums === 'string') return
  const wrong = wrongPages(path, sums, wal)
  if (wrong.length > 0) throw damaged(path, `not what was written: page ${wrong.join(', ')}`)
}

/** The file gets its name when it is whole, so that a crash in the first start leaves nothing half made. */
function create(opening: Opening) {
  const { path, auditKey, migrations } = opening
  // What lies beside a database is made after it: this folder has had one, and somebody must know that it is gone.
  const left = [`${path}-wal`, sumsPath(path), markPath(path)].find(isThere)
  if (left !== undefined) throw damaged(path, `it is missing, but ${basename(left)} is there`)
  const draft = `${path}.new`
  for (const end of ['', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true })
  const database = connect(draft)
  migrate(database, migrations, opening)
  beginChain(database, auditKey)
  database.close()
  renameSync(draft, path)
  syncFolder(dirname(path))
}

function connect(path: string) {
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  chmodSync(path, 0o600) // SQLite gives the log and the index the mode of the file
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${JOURNAL_LIMIT_BYTES};
    PRAGMA cache_size = -8000;
  `)
  return database
}

/** After a crash the whole file is read once: what is broken shows now, not in the middle of the day. */
function quickCheck(database: DatabaseSync, path: string) {
  const first = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (first !== 'ok') throw damaged(path, String(first))
}

const damaged = (path: string, problem: string) =>
  new StartProblem({ fault: 'store.damaged', details: { path, problem } })
