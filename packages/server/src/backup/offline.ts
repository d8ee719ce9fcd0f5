// A backup while the daemon is stopped or cannot start.
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fault, newId } from '@tutti/core'
import type { RandomBytes } from '@tutti/core'
import { isThere } from '../db/file-check.ts'
import { problemOf } from '../db/sqlite-error.ts'
import { writeArchive } from './archive.ts'
import type { Archive } from './archive.ts'
import { DATABASE_NAME, sourcesOf } from './content.ts'

/** Writes a backup of the data folder to the path (default: its backups folder, where the next start finds it). */
export async function createBackupOffline(deps: {
  dataFolder: string
  now: number
  random: RandomBytes
  to?: string
}): Promise<{ path: string; archive: Archive }> {
  const { dataFolder, now, random } = deps
  const database = join(dataFolder, DATABASE_NAME)
  if (!isThere(database)) throw fault('store.damaged', { path: database, problem: 'it is missing' })
  const id = newId('backup', now, random)
  const path = deps.to ?? join(dataFolder, 'backups', `${id}.tar`)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const copy = `${path}.db`
  try {
    copyDatabase(database, copy)
    const facts = { id, createdAt: now, automatic: false }
    return { path, archive: await writeArchive(path, sourcesOf(dataFolder, copy), facts) }
  } finally {
    rmSync(copy, { force: true })
  }
}

function copyDatabase(path: string, to: string) {
  closeSync(openSync(to, 'wx', 0o600)) // SQLite would make it readable to others
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 }) // leaves the log of a crash as it is
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } catch (error) {
    const problem = problemOf(error, path)
    throw 'fault' in problem ? fault(problem.fault, problem.details, error) : error
  } finally {
    database.close()
  }
}
