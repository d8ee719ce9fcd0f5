// Decides whether a folder lies inside the allowed ones, by where it really is and not by how it is written.
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fault, type Fault } from '@tutti/core'

export interface AllowedFolders {
  /** The allowed folders that exist, as they really are. */
  roots(): Promise<string[]>
  /** The real path of a folder inside an allowed one. Throws folder.outside, or `missing` when nothing is there. */
  resolve(path: string, missing: (path: string) => Fault): Promise<string>
  /** Whether a real path lies inside, for what was read from a folder. */
  holds(real: string): Promise<boolean>
}

export function createAllowedFolders(allowed: () => readonly string[]): AllowedFolders {
  const roots = async (): Promise<string[]> => {
    const real = await Promise.all(allowed().map((path) => realFolder(path)))
    return real.filter((path) => path !== null)
  }
  const outside = (path: string) => fault('folder.outside', { path, roots: allowed().join(', ') })

  return {
    roots,
    async resolve(path, missing) {
      if (!isAbsolute(path) || path.includes('\0')) throw missing(path)
      const within = await roots()
      const real = await realFolder(path)
      if (real !== null) {
        if (!isInside(real, within)) throw outside(path)
        return real
      }
      // Outside, the answer is the same whether something is there or not.
      throw isInside(resolve(path), [...within, ...allowed()]) ? missing(path) : outside(path)
    },
    holds: async (real) => isInside(real, await roots()),
  }
}

/** The real path of a folder; null when there is none, or none that may be seen. */
export async function realFolder(path: string): Promise<string | null> {
  try {
    const real = await realpath(path)
    return (await stat(real)).isDirectory() ? real : null
  } catch {
    // Missing, a loop, or not ours to look at: for us it is not there.
    return null
  }
}

/** Whether the path is one of the folders or below one; `/home-evil` is not below `/home`. */
export const isInside = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => {
    const way = relative(folder, path)
    return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
  })
