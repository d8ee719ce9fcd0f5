// Files that are whole or not there: written beside, synced, renamed, and the folder synced.
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes the file with mode 0600; after it returns, a power cut does not take it back. */
export function writeDurably(path: string, content: string | Uint8Array) {
  const draft = `${path}.new`
  const file = openSync(draft, 'w', 0o600)
  try {
    fchmodSync(file, 0o600) // the draft of a crashed try may have had another mode
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/** Makes renames and new names in the folder durable. */
export function syncFolder(path: string) {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
