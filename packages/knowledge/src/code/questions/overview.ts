// What a folder or package is for, told from outside: its most used symbols, who uses it, and what it uses.
import type { CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'
import { headOf, paragraphIn } from './heads.ts'
import { readNodes, toNode, type MapNode } from './nodes.ts'
import { dependences, references, spanOf, type Relation } from './relations.ts'

export interface Overview {
  /** By how many places elsewhere name them. */
  most: { node: MapNode; uses: number }[]
  /** Folders, by how many places there name something in here. */
  usedBy: Neighbour[]
  uses: Neighbour[]
}

export interface Neighbour {
  folder: string
  places: number
}

export const MOST = 15
export const NEIGHBOURS = 12

export const overviewOf = (map: CodeMap, node: MapNode): Overview => ({
  most: mostUsed(map, node.file),
  usedBy: neighbours(references(map, node.id), (one) => one.file),
  uses: neighbours(dependences(map, node.id), (one) => one.node.file),
})

function mostUsed(map: CodeMap, folder: string): Overview['most'] {
  const span = spanOf(folder)
  // Of the whole repository nothing lies outside: there another file is elsewhere.
  const elsewhere = folder === '.' ? 'ef.id <> f.id' : 'not (ef.path >= ? and ef.path < ?)'
  const rows = map.store.all(
    `select n.*, f.path file, count(*) uses from edge e join node n on n.id = e.target join file f on f.id = n.file
     join file ef on ef.id = e.file
     where ef.copy = ? and f.path >= ? and f.path < ? and ${elsewhere} and n.path <> '' and n.nested = 0
     and n.kind not in ('section', 'test') group by n.id order by uses desc, f.path, n.line limit ${MOST}`,
    COPY,
    ...span,
    ...(folder === '.' ? [] : span),
  )
  return rows.map((row) => ({ node: toNode(row), uses: Number(row['uses']) }))
}

function neighbours(relations: readonly Relation[], fileOf: (one: Relation) => string): Neighbour[] {
  const counts = new Map<string, number>()
  for (const one of relations) {
    const folder = fileOf(one).split('/').slice(0, -1).join('/') || '.'
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts]
    .map(([folder, places]) => ({ folder, places }))
    .sort((a, b) => b.places - a.places || (a.folder < b.folder ? -1 : 1))
    .slice(0, NEIGHBOURS)
}

const README = /(?:^|\/)readme\.(?:mdx?|markdown|rst|adoc)$/i

/** What it says of itself: its own comment, else the file's first one, else the folder's readme. */
export function saysOf(map: CodeMap, node: MapNode): string {
  if (node.doc !== '') return node.doc
  if (node.kind === 'file') return headOf(map.root, node.file)
  if (node.line > 0 || node.file === '') return ''
  const [from, to] = spanOf(node.file)
  const readme = map.store
    .all(
      `select id, path from file where copy = ? and path >= ? and path < ? and path like '%readme.%' order by length(path)`,
      COPY,
      from,
      to,
    )
    .find(({ path }) => README.test(String(path)) && String(path).slice(from.length).indexOf('/') < 0)
  if (!readme) return ''
  const [section] = readNodes(
    map.store,
    `where n.copy = ? and n.file = ? and n.kind = 'section' order by n.line limit 1`,
    COPY,
    Number(readme['id']),
  )
  return paragraphIn(section?.doc ?? '') || headOf(map.root, String(readme['path']))
}
