// The folder picker: shows and makes folders inside the allowed ones, and nothing of what lies outside.
import { lstat, mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fault, type OutputOf } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import { createAllowedFolders, isInside, realFolder } from './allowed-folders.ts'

type Entry = OutputOf<'createFolder'>

// More than anybody reads; a folder that holds more is reached by typing its path.
const ENTRIES_MAX = 2000
const NAME_LENGTH = 100
// What file systems take.
const NAME_BYTES = 255

export type Folders = ReturnType<typeof createFolders>

export function createFolders({ allowed }: { allowed(): readonly string[] }) {
  const folders = createAllowedFolders(allowed)
  const unknown = (path: string) => fault('folder.unknown', { path })

  const handlers: Pick<Handlers, 'listFolders' | 'createFolder'> = {
    async listFolders({ path, hidden }) {
      const roots = await folders.roots()
      const start = path ?? roots[0] ?? '/'
      const here = await folders.resolve(start, unknown)
      const parent = dirname(here)
      return {
        path: here,
        parent: here !== parent && isInside(parent, roots) ? parent : null,
        roots,
        entries: await entriesOf(here, { hidden, roots }),
      }
    },

    async createFolder({ parent, name }) {
      if (!isFolderName(name)) throw fault('folder.name-invalid', { name: JSON.stringify(name) })
      const path = join(await folders.resolve(parent, unknown), name)
      await mkdir(path).catch((error: unknown) => {
        throw refusalOf(error, path)
      })
      return { name, path, git: false }
    },
  }

  return {
    handlers,
    /** The real path of a folder that an agent may work in; throws folder.outside or agent.folder-missing. */
    folderFor: (path: string): Promise<string> =>
      folders.resolve(path, (missing) => fault('agent.folder-missing', { path: missing })),
  }
}

interface Shown {
  hidden: boolean
  roots: readonly string[]
}

async function entriesOf(folder: string, { hidden, roots }: Shown): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fault('folder.unknown', { path: folder }, error)
  })
  const names = found
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .filter((name) => hidden || !name.startsWith('.'))
    .sort((a, b) => (a < b ? -1 : 1))
    .slice(0, ENTRIES_MAX)
  const entries = await Promise.all(names.map((name) => entryOf(folder, name, roots)))
  return entries.filter((entry) => entry !== null)
}

async function entryOf(folder: string, name: string, roots: readonly string[]): Promise<Entry | null> {
  const path = join(folder, name)
  const real = await realFolder(path)
  if (real === null || !isInside(real, roots)) return null
  return { name, path, git: await isThere(join(path, '.git')) }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

const isFolderName = (name: string): boolean =>
  name.length <= NAME_LENGTH &&
  Buffer.byteLength(name) <= NAME_BYTES &&
  name !== '.' &&
  name !== '..' &&
  !/[/\p{Cc}]/u.test(name)

/** What the system says to a new folder, in our words; a full disk stays what it is. */
function refusalOf(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EEXIST') return fault('folder.exists', { path }, error)
  return REFUSED.has(code) ? fault('folder.refused', { path, problem: code }, error) : error
}

// Not ours to write to, a file system that takes none, or a parent that went away.
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG'])
