// Compiled code, kept from one start to the next, which then has less than half the work. It lies in the data folder, where no other
// user of the machine and no sandboxed program can put code of theirs into it; below /tmp, where Node would keep it, they could.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'

/** Below the data folder; bin/tutti.js keeps what it compiles there too. */
const FOLDER = 'compiled'
// One version takes 2 MB. Those of many upgrades go together, and the next start compiles once more.
const MOST_BYTES = 50 * 1024 * 1024

/** Keeps what is compiled from now on in the data folder; what it answers writes that down. */
export function keepCompiled({ folder, makes }: { folder: string; makes: boolean }): () => void {
  const kept = join(folder, FOLDER)
  const before = process.umask(0o077) // Node makes folders of its own in it
  try {
    if (makes) mkdirSync(kept, { recursive: true, mode: 0o700 })
    if (!existsSync(kept)) return () => undefined
    enableCompileCache(kept)
  } catch {
    return () => undefined // it only saves time: what is wrong with the folder is told by the start
  } finally {
    process.umask(before)
  }
  return () => {
    if (sizeOf(kept) > MOST_BYTES) rmSync(kept, { recursive: true, force: true })
    else flushCompileCache()
  }
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
