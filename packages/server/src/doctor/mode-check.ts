// Nobody but the owner may read or enter anything of the data folder: it holds keys, screens and private words.
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '@tutti/core'

const OTHERS = 0o077
const SHOWN = 3

/** Names the first files that are open to others. */
export function checkModes(dataFolder: string): Check {
  const inside = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(dataFolder, name),
  )
  const open = [dataFolder, ...inside].filter(isOpen)
  const [first] = open
  if (first === undefined) return { name: 'permissions', ok: true, detail: 'everything is private' }
  return {
    name: 'permissions',
    ok: false,
    detail: `${open.length} open to other users: ${open.slice(0, SHOWN).join(', ')}`,
    path: first,
    advice: `chmod -R go= '${dataFolder}'`,
  }
}

function isOpen(path: string): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false }) // a running daemon removes files meanwhile
  return entry !== undefined && !entry.isSymbolicLink() && (entry.mode & OTHERS) !== 0
}
