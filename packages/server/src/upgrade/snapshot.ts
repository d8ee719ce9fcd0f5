// The database as it was before a new version opened it, and its way back. Taken while nothing runs, so the files are at rest.
import {
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  closeSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../db/durable-file.ts'

const DATABASE = 'tutti.db'
/** Only an index, and made anew; a copy of an old one would mislead. */
const INDEX = `${DATABASE}-shm`

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder).filter(
        (name) => name.startsWith(DATABASE) && name !== INDEX && !name.endsWith('.new'),
      )
    : []

/** How many bytes the copy needs. */
export const snapshotBytes = (dataFolder: string): number =>
  filesIn(dataFolder).reduce((sum, name) => sum + statSync(join(dataFolder, name)).size, 0)

/** Copies the database with its log and sums. Only when it returns is the copy whole. */
export function takeSnapshot(dataFolder: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of filesIn(dataFolder)) copied(join(dataFolder, name), join(folder, name))
  syncFolder(folder)
}

/** Puts it back, and takes away what was not there; may be cut off at any point and begun again. */
export function restoreSnapshot(dataFolder: string, folder: string): void {
  const kept = filesIn(folder)
  rmSync(join(dataFolder, INDEX), { force: true })
  for (const name of filesIn(dataFolder)) if (!kept.includes(name)) rmSync(join(dataFolder, name))
  for (const name of kept) {
    const draft = join(dataFolder, `${name}.back.new`)
    copied(join(folder, name), draft)
    renameSync(draft, join(dataFolder, name))
  }
  syncFolder(dataFolder)
}

/** Shares the blocks where the file system can, which costs neither time nor space. */
function copied(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
  const file = openSync(to, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
