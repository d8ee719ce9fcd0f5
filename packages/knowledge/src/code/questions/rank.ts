// What matters most: PageRank over dependences, the outline of a repository under a budget, clusters of files.
import type { CodeMap } from '../code-map.ts'
import { DEPENDS, LIKELY, type Graph } from '../graph.ts'
import { COPY } from '../store/store.ts'
import { readNodes, type MapNode } from './nodes.ts'
import { TEST_FILE } from '../test-file.ts'

const ROUNDS = 20
const DAMPING = 0.85

/** The share of attention that each node gets from those that depend on it; by id. `liked` draws it to some nodes. */
export function pageRank(graph: Graph, bits = DEPENDS, liked?: ReadonlyMap<number, number>): Float64Array {
  const size = graph.size()
  const start = startRanks(size, liked)
  let rank = start.slice()
  const degrees = new Uint32Array(size)
  for (let node = 0; node < size; node++)
    graph.each(node, false, (_, edge) => {
      if ((edge & bits) !== 0 && (edge & LIKELY) === 0) degrees[node] = (degrees[node] ?? 0) + 1
    })
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(size)
    let idle = 0
    for (let node = 0; node < size; node++) {
      const degree = degrees[node] ?? 0
      const given = rank[node] ?? 0
      if (degree === 0) idle += given
      else
        graph.each(node, false, (other, edge) => {
          if ((edge & bits) !== 0 && (edge & LIKELY) === 0) next[other] = (next[other] ?? 0) + given / degree
        })
    }
    for (let node = 0; node < size; node++)
      next[node] =
        DAMPING * ((next[node] ?? 0) + idle * (start[node] ?? 0)) + (1 - DAMPING) * (start[node] ?? 0)
    rank = next
  }
  return rank
}

function startRanks(size: number, liked: ReadonlyMap<number, number> | undefined): Float64Array {
  const start = new Float64Array(size).fill(liked && liked.size > 0 ? 0 : 1 / Math.max(1, size))
  if (!liked) return start
  const whole = [...liked.values()].reduce((sum, one) => sum + one, 0)
  for (const [node, weight] of liked) if (node < size) start[node] = weight / whole
  return start
}

export interface OutlineFile {
  file: string
  symbols: MapNode[]
}

/** A token is about four letters of code. */
export const tokensOf = (text: string): number => Math.ceil(text.length / 4)

/** The symbols that most depends on, as many as the budget holds, by file. `around` draws the choice to those nodes. */
export function outline(map: CodeMap, tokens: number, around: readonly number[] = []): OutlineFile[] {
  const liked = around.length > 0 ? new Map(around.map((id) => [id, 1])) : undefined
  const rank = pageRank(map.graph(), DEPENDS, liked)
  const rows = readNodes(
    map.store,
    `where n.copy = ? and n.nested = 0 and n.path <> '' and n.kind in ('function', 'class', 'interface', 'type', 'enum', 'method', 'variable')`,
    COPY,
  )
  const ranked = rows
    .filter((one) => !TEST_FILE.test(one.file))
    .sort((a, b) => (rank[b.id] ?? 0) - (rank[a.id] ?? 0))
  const files = new Map<string, MapNode[]>()
  let left = tokens
  for (const one of ranked) {
    const cost = tokensOf(outlineLine(one)) + (files.has(one.file) ? 0 : tokensOf(one.file) + 1)
    if (cost > left) continue
    left -= cost
    files.set(one.file, [...(files.get(one.file) ?? []), one])
    if (left < 8) break
  }
  return [...files]
    .map(([file, symbols]) => ({ file, symbols: symbols.sort((a, b) => a.line - b.line) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}

const LINE_LENGTH = 120

export const outlineLine = (node: MapNode): string =>
  `  ${node.line}: ${(node.signature || `${node.kind} ${node.path}`).slice(0, LINE_LENGTH)}\n`

export interface Cluster {
  /** The folder that most of its files share. */
  name: string
  files: string[]
}

/** Files that belong together by who uses whom: Louvain's local moves over files, until none is better. */
export function clusters(map: CodeMap): Cluster[] {
  const { names, links } = fileLinks(map)
  let groups = names.map((_, at) => at)
  let level = links
  for (let pass = 0; pass < 8; pass++) {
    const moved = localMoves(level)
    const kinds = [...new Set(moved)].sort((a, b) => a - b)
    if (kinds.length === moved.length) break
    const renamed = moved.map((one) => kinds.indexOf(one))
    groups = groups.map((one) => renamed[one] ?? one)
    level = merged(level, renamed, kinds.length)
  }
  const found = new Map<number, string[]>()
  names.forEach((file, at) => found.set(groups[at] ?? -1, [...(found.get(groups[at] ?? -1) ?? []), file]))
  return [...found.values()]
    .map((files) => ({ name: sharedFolder(files), files }))
    .sort((a, b) => b.files.length - a.files.length)
}

type Links = Map<number, number>[]

function fileLinks(map: CodeMap): { names: string[]; links: Links } {
  const names = map.store
    .all('select path from file where copy = ? order by path', COPY)
    .map((row) => String(row['path']))
  const at = new Map(names.map((name, index) => [name, index]))
  const links: Links = names.map(() => new Map())
  const rows = map.store.all(
    `select sf.path source, tf.path target, count(*) n from edge e join node t on t.id = e.target join file tf on tf.id = t.file
     join file sf on sf.id = e.file where sf.copy = ? and sf.id <> tf.id group by sf.id, tf.id`,
    COPY,
  )
  for (const row of rows) {
    const [a, b] = [at.get(String(row['source'])), at.get(String(row['target']))]
    if (a === undefined || b === undefined) continue
    add(links, { a, b, weight: Number(row['n']) })
    add(links, { a: b, b: a, weight: Number(row['n']) })
  }
  return { names, links }
}

const add = (links: Links, one: { a: number; b: number; weight: number }) =>
  links[one.a]?.set(one.b, (links[one.a]?.get(one.b) ?? 0) + one.weight)

const sum = (weights: Iterable<number>) => [...weights].reduce((all, one) => all + one, 0)

/** Each node joins the neighbour's group that gains most modularity, in order of the nodes, so that the outcome is always the same. */
function localMoves(links: Links): number[] {
  const group = links.map((_, at) => at)
  const degree = links.map((one) => sum(one.values()))
  const totals = degree.slice()
  const whole = sum(degree) || 1
  for (let round = 0, moved = true; moved && round < 20; round++) {
    moved = false
    links.forEach((near, node) => {
      const own = group[node] ?? node
      const weight = degree[node] ?? 0
      totals[own] = (totals[own] ?? 0) - weight
      const toward = new Map<number, number>([[own, 0]])
      for (const [other, one] of near)
        if (other !== node) toward.set(group[other] ?? 0, (toward.get(group[other] ?? 0) ?? 0) + one)
      const gain = (to: number) => (toward.get(to) ?? 0) - (weight * (totals[to] ?? 0)) / whole
      const best = [...toward.keys()].reduce((a, b) => (gain(b) > gain(a) + 1e-9 ? b : a), own)
      totals[best] = (totals[best] ?? 0) + weight
      if (best !== own) moved = true
      group[node] = best
    })
  }
  return group
}

function merged(links: Links, group: readonly number[], count: number): Links {
  const made: Links = Array.from({ length: count }, () => new Map())
  links.forEach((near, node) => {
    for (const [other, weight] of near) add(made, { a: group[node] ?? 0, b: group[other] ?? 0, weight })
  })
  return made
}

function sharedFolder(files: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const file of files) {
    const parts = file.split('/').slice(0, -1)
    for (let length = 1; length <= parts.length; length++) {
      const folder = parts.slice(0, length).join('/')
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
  }
  const most = [...counts]
    .filter(([, count]) => count * 2 >= files.length)
    .sort(([a], [b]) => b.length - a.length)
  return most[0]?.[0] ?? '.'
}
