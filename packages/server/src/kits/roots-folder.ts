// Some programs believe a file only where nobody but root could have put it; whether a folder is such a place.
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

const WRITABLE_BY_OTHERS = 0o022

/** Whether a folder and all above it are root's, and nobody else may write there. The folder must be there. */
export function isRootsFolder(folder: string): boolean {
  const { uid, mode } = statSync(folder)
  if (uid !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0) return false
  return dirname(folder) === folder || isRootsFolder(dirname(folder))
}
