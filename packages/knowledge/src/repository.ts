// Finds the working copy that a folder belongs to, and what its repository is: all working copies of one share an index.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export interface Repository {
  /** The top of the working copy; without git the folder itself. */
  root: string
  /** A short name of the repository, the same for all its working copies. */
  key: string
}

/** `folder` is a real path that exists; nothing above one of `roots` is looked at. */
export function repositoryOf(folder: string, roots: readonly string[]): Repository {
  const root = topOf(folder, roots) ?? folder
  return { root, key: createHash('sha256').update(commonFolder(root)).digest('hex').slice(0, 24) }
}

function topOf(folder: string, roots: readonly string[]): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (roots.includes(at) || at === dirname(at)) return undefined
  }
}

/** Where git keeps what all working copies share: `.git` itself, or what the file `.git` of a worktree leads to. */
function commonFolder(root: string): string {
  const own = join(root, '.git')
  const gitFolder = /^gitdir: (.+)$/m.exec(readOr(own))?.[1]
  if (gitFolder === undefined) return existsSync(own) ? own : root
  const at = resolve(root, gitFolder.trim())
  const common = readOr(join(at, 'commondir')).trim()
  return common === '' ? at : resolve(at, common)
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // a folder, or not there: then it says nothing
  }
}
