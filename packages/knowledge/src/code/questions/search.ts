// Free search over names, signatures and comments.
import type { CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'
import { toNode, type MapNode } from './nodes.ts'

/** Every word may be the beginning of one; quotes keep the search language out of what people type. */
export const matchOf = (words: string, joint: ' ' | ' OR ' = ' '): string =>
  words
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((one) => one !== '')
    .map((one) => `"${one}"*`)
    .join(joint)

/** Best first: an exact name, then names, then signatures, then comments. */
export function search(map: CodeMap, words: string, limit = 20): MapNode[] {
  // All of the words; where nothing has them all, any of them.
  const all = ask(map, matchOf(words), { words, limit })
  return all.length > 0 ? all : ask(map, matchOf(words, ' OR '), { words, limit })
}

function ask(map: CodeMap, match: string, given: { words: string; limit: number }): MapNode[] {
  if (match === '') return []
  const rows = map.store.all(
    `select n.*, coalesce(f.path, '') file from node_text t join node n on n.id = t.rowid left join file f on f.id = n.file
     where node_text match ? and n.copy = ?
     order by n.name = ? desc, bm25(node_text, 10, 6, 2, 1) + n.nested * 2 - n.exported, f.path, n.line limit ?`,
    match,
    COPY,
    given.words.trim(),
    given.limit,
  )
  return rows.map((row) => toNode(row))
}
