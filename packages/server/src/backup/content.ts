// What belongs into a backup: all that a machine cannot make again.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isThere } from '../db/file-check.ts'
import type { Source } from './archive.ts'
import { isMemberName } from './tar.ts'

export const DATABASE_NAME = 'tutti.db'
/** Folders of the data folder that are backed up whole. `keys` is restored last: without it nothing starts. */
export const BACKED_UP_FOLDERS = ['avatars', 'recordings', 'keys'] as const

/** Says that the database is the one that this disk has always had: it goes before that is not true any more. */
export const LIFE_MARK = 'mesh-life'

// Of the daemon that runs now, and an owner's: who may take a backup must not become the owner by it.
const LOCAL_TOKEN = 'keys/local.token'

/** The files of a data folder, with the copy of its database. */
export function sourcesOf(dataFolder: string, databaseCopy: string): Source[] {
  const files = BACKED_UP_FOLDERS.flatMap((folder) => filesIn(dataFolder, folder))
  return [{ name: DATABASE_NAME, path: databaseCopy }, ...files]
}

function filesIn(dataFolder: string, folder: string): Source[] {
  const path = join(dataFolder, folder)
  if (!isThere(path)) return []
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.new'))
    .map((entry) => {
      const full = join(entry.parentPath, entry.name)
      return { name: full.slice(dataFolder.length + 1), path: full }
    })
    .filter(({ name }) => name !== LOCAL_TOKEN && isMemberName(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
