// Puts a backup in place of what is there: everything is checked before anything is touched, the old data is kept aside, and
// a crash in between leaves a folder that refuses to start rather than one that starts half.
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fault } from '@tutti/core'
import { syncFolder } from '../db/durable-file.ts'
import { isThere } from '../db/file-check.ts'
import { readArchive, verifyBackup } from './archive.ts'
import type { Archive } from './archive.ts'
import { BACKED_UP_FOLDERS, DATABASE_NAME, LIFE_MARK } from './content.ts'

export interface Restored {
  archive: Archive
  /** Where the data of before is now. */
  aside: string
}

/** Throws backup.damaged or server.running, having changed nothing. */
export async function restoreBackup(deps: {
  path: string
  dataFolder: string
  now: number
  /** Whether a daemon holds the data folder. */
  isRunning(): boolean | Promise<boolean>
}): Promise<Restored> {
  const { path, dataFolder, now } = deps
  if (await deps.isRunning()) throw fault('server.running', { path: dataFolder })
  await verifyBackup(path)
  const unpacked = `${dataFolder}.restoring`
  rmSync(unpacked, { recursive: true, force: true })
  try {
    const archive = await unpack(path, unpacked)
    checkDatabase(path, join(unpacked, DATABASE_NAME))
    const aside = `${dataFolder}.before-restore-${stamp(now)}`
    exchange({ dataFolder, unpacked, aside })
    return { archive, aside }
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

/** For `tutti backup verify` and for a restore: also what SQLite thinks of the database inside. */
function checkDatabase(path: string, copy: string) {
  const database = new DatabaseSync(copy, { readOnly: true })
  try {
    const answer = String(database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'])
    if (answer !== 'ok') throw fault('backup.damaged', { path, problem: answer })
  } finally {
    database.close()
  }
}

async function unpack(path: string, to: string): Promise<Archive> {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  return await readArchive(path, async ({ name }, content) => {
    const target = join(to, name)
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    const file = openSync(target, 'wx', 0o600)
    try {
      for await (const chunk of content) writeSync(file, chunk)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  })
}

/** The keys go first and come last: in between, a start refuses because they are missing. */
function exchange(places: { dataFolder: string; unpacked: string; aside: string }) {
  const { dataFolder, unpacked, aside } = places
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  const move = (from: string, to: string, name: string) => {
    if (isThere(join(from, name))) renameSync(join(from, name), join(to, name))
  }
  for (const name of [...BACKED_UP_FOLDERS].toReversed()) move(dataFolder, aside, name)
  syncFolder(dataFolder)
  move(dataFolder, aside, LIFE_MARK)
  for (const end of ['-wal', '-shm', '-sums', '-mark']) move(dataFolder, aside, `${DATABASE_NAME}${end}`)
  // The database is replaced in one step, so that there is never a folder without one, which would start as new.
  if (isThere(join(dataFolder, DATABASE_NAME))) {
    linkSync(join(dataFolder, DATABASE_NAME), join(aside, DATABASE_NAME))
  }
  move(unpacked, dataFolder, DATABASE_NAME)
  syncFolder(dataFolder)
  for (const name of BACKED_UP_FOLDERS) move(unpacked, dataFolder, name)
  syncFolder(dataFolder)
  syncFolder(dirname(dataFolder))
}

// Such as 2026-03-01T02-03-04Z: sorts by time, and no colon, which some programs take for a host.
const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '-')}Z`
