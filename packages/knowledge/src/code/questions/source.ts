// The text of a file, for whoever came to it by the map: of files in the map only, so that no path leads out of the folder.
import { fault } from '@tutti/core'
import type { CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'
import { readText } from '../tree.ts'

export function sourceOf(map: CodeMap, file: string): string {
  const [known] = map.store.all('select 1 from file where copy = ? and path = ?', COPY, file)
  const read = known ? readText(map.root, file) : undefined
  if (read?.text === undefined)
    throw fault('map.file-unknown', { file, problem: read?.problem ?? 'it is not indexed' })
  return read.text
}
