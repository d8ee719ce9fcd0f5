// The files of a folder that were written to since a time.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Paths of those with the ending; none where there is no such folder. */
export async function changedSince(folder: string, ending: string, since: number): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending))
  const paths = names.map((name) => join(folder, name))
  const isChanged = await Promise.all(
    paths.map(async (path) => ((await stat(path).catch(() => null))?.mtimeMs ?? 0) >= since),
  )
  return paths.filter((_, index) => isChanged[index])
}
