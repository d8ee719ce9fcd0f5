// Who calls it, whom it calls, who names it, and what a change to it reaches.
import { CALLS, DEPENDS, EDGE_BIT, reach } from '../graph.ts'
import type { CodeMap } from '../code-map.ts'
import { folderOfKey } from '../places.ts'
import { confidenceOf } from '../store/edges.ts'
import { COPY, type Row } from '../store/store.ts'
import { TEST_FILE } from '../test-file.ts'
import { nodesById, toNode, type MapNode } from './nodes.ts'

/** A neighbour with the place and the rule of the edge to it. */
export interface Relation {
  node: MapNode
  kind: string
  rule: string
  confidence: number
  /** In the file of the edge's source. */
  file: string
  line: number
}

const kindsOf = (bits: number) => Object.keys(EDGE_BIT).filter((kind) => ((EDGE_BIT[kind] ?? 0) & bits) !== 0)

function relations(map: CodeMap, node: number, given: { isIn: boolean; bits: number }): Relation[] {
  const [own, other] = given.isIn ? ['target', 'source'] : ['source', 'target']
  const kinds = kindsOf(given.bits)
    .map((kind) => `'${kind}'`)
    .join(',')
  const folder = folderOf(map, node)
  if (folder !== undefined) return acrossFolder(map, folder, { ...given, kinds })
  const rows = map.store.all(
    `${RELATED} join node n on n.id = e.${other} left join file f on f.id = n.file
     where e.${own} = ? and ef.copy = ? and e.kind in (${kinds}) order by ef.path, e.line`,
    node,
    COPY,
  )
  return rows.map((row) => relationOf(row))
}

const RELATED = `select n.*, n.end_line, coalesce(f.path, '') file, e.kind edge_kind, e.rule, e.line edge_line, ef.path edge_file
  from edge e join file ef on ef.id = e.file`

const relationOf = (row: Row): Relation => ({
  node: toNode(row),
  kind: String(row['edge_kind']),
  rule: String(row['rule']),
  confidence: confidenceOf(String(row['rule'])),
  file: String(row['edge_file']),
  line: Number(row['edge_line']),
})

/** Undefined for what is no folder, package or repository. */
export function folderOf(map: CodeMap, node: number): string | undefined {
  const [row] = map.store.all('select path from node where id = ? and file is null', node)
  return row && folderOfKey(String(row['path']))
}

/** Paths below a folder are from the first to before the second. */
export const spanOf = (folder: string): [from: string, to: string] =>
  folder === '.' ? ['', '\u{10ffff}'] : [`${folder}/`, `${folder}0`]

/** What passes its border: within it nobody asks who uses it. */
function acrossFolder(
  map: CodeMap,
  folder: string,
  { isIn, kinds }: { isIn: boolean; kinds: string },
): Relation[] {
  const [inner, outer] = isIn ? ['target', 'source'] : ['source', 'target']
  const span = spanOf(folder)
  const rows = map.store.all(
    `${RELATED} join node n on n.id = e.${outer} left join file f on f.id = n.file
     join node i on i.id = e.${inner} join file w on w.id = i.file
     where ef.copy = ? and w.path >= ? and w.path < ? and not (f.path >= ? and f.path < ?) and e.kind in (${kinds})
     order by ef.path, e.line limit 2000`,
    COPY,
    ...span,
    ...span,
  )
  return rows.map((row) => relationOf(row))
}

export const callers = (map: CodeMap, node: number): Relation[] =>
  relations(map, node, { isIn: true, bits: CALLS })
export const callees = (map: CodeMap, node: number): Relation[] =>
  relations(map, node, { isIn: false, bits: CALLS })
/** Every place that names it: calls, values, types, heritage, imports. */
export const references = (map: CodeMap, node: number): Relation[] =>
  relations(map, node, { isIn: true, bits: 0x7fff })

/** Everything that it names itself. */
export const dependences = (map: CodeMap, node: number): Relation[] =>
  relations(map, node, { isIn: false, bits: 0x7fff })

export interface Ring {
  depth: number
  nodes: MapNode[]
}

export interface Impact {
  of: MapNode[]
  /** By distance: ring 1 names it itself. */
  rings: Ring[]
  files: string[]
  /** Test files and tests that a change may break. */
  tests: MapNode[]
  /** Whether there is more beyond the depth. */
  complete: boolean
}

/** What depends on these nodes, step by step. A file stands for all that it contains. */
export function impact(map: CodeMap, nodes: readonly number[], depth = 5): Impact {
  const graph = map.graph()
  const seeds = withMembers(map, nodes)
  const found = reach({ graph, bits: DEPENDS, isIn: true, depth }, seeds)
  const own = new Set(seeds)
  const reached = [...found.nodes]
    .map((id, at) => ({ id, depth: found.depths[at] ?? 0 }))
    .filter((one) => !own.has(one.id))
  const rows = new Map(
    nodesById(
      map.store,
      reached.map((one) => one.id),
    ).map((one) => [one.id, one]),
  )
  const rings = new Map<number, MapNode[]>()
  for (const one of reached) {
    const row = rows.get(one.id)
    if (row) rings.set(one.depth, [...(rings.get(one.depth) ?? []), row])
  }
  const all = [...rows.values()]
  return {
    of: nodesById(map.store, nodes),
    rings: [...rings].map(([depth, list]) => ({ depth, nodes: list })),
    files: [...new Set(all.map((one) => one.file))].filter((one) => one !== '').sort(),
    tests: all.filter((one) => TEST_FILE.test(one.file)),
    complete: !reached.some((one) => one.depth >= depth),
  }
}

/** A class changes with its methods, a file with its symbols, a folder with its files. */
export function withMembers(map: CodeMap, nodes: readonly number[]): number[] {
  const all = new Set(nodes)
  for (const one of nodesById(map.store, nodes)) {
    const folder = one.line === 0 ? folderOf(map, one.id) : undefined
    const rows =
      folder !== undefined || one.path === ''
        ? map.store.all(
            'select n.id from node n join file f on f.id = n.file where n.copy = ? and f.path >= ? and f.path < ?',
            COPY,
            ...(folder === undefined ? [one.file, `${one.file}\u0000`] : spanOf(folder)),
          )
        : map.store.all(
            `select n.id from node n join file f on f.id = n.file where n.copy = ? and f.path = ? and n.path >= ? and n.path < ?`,
            COPY,
            one.file,
            `${one.path}.`,
            `${one.path}/`,
          )
    for (const row of rows) all.add(Number(row['id']))
  }
  return [...all]
}
