// Puts what a SCIP file says into the map: its definitions are matched to nodes by place, its references become edges.
import type { CodeMap } from './code-map.ts'
import { readScip, type ScipDocument, type ScipIndex } from './scip.ts'
import { COPY } from './store/store.ts'

export interface ScipImported {
  tool: string
  documents: number
  /** Edges that are new, and found ones that are confirmed. */
  added: number
  confirmed: number
  /** Documents that are not in the map, by name. */
  unknown: string[]
}

interface Node {
  id: number
  file: number
  line: number
  endLine: number
  path: string
  kind: string
}

/** Replaces what an earlier import said. The next change of a file takes the edges of that file away again. */
export function importScip(map: CodeMap, bytes: Uint8Array): ScipImported {
  const index = readScip(bytes)
  const nodes = nodesByFile(map)
  const targets = definitionsIn(index, nodes)
  const result: ScipImported = { tool: index.tool, documents: 0, added: 0, confirmed: 0, unknown: [] }
  map.store.atomically(() => {
    map.store.dropEdges('scip')
    for (const document of index.documents) {
      const own = nodes.get(document.path)
      if (!own) result.unknown.push(document.path)
      else importDocument(map, { document, own, targets }, result)
    }
  })
  map.forgetGraph()
  return result
}

function nodesByFile(map: CodeMap): Map<string, Node[]> {
  const rows = map.store.all(
    `select n.id, n.file, n.line, n.end_line, n.path, n.kind, f.path file_path from node n join file f on f.id = n.file where n.copy = ?`,
    COPY,
  )
  const nodes = rows.map((row) => ({
    file_path: String(row['file_path']),
    id: Number(row['id']),
    file: Number(row['file']),
    line: Number(row['line']),
    endLine: Number(row['end_line']),
    path: String(row['path']),
    kind: String(row['kind']),
  }))
  return Map.groupBy(nodes, (one) => one.file_path)
}

/** Symbols to nodes: the one that is declared on the line of the definition. `local` symbols lead nowhere outside. */
function definitionsIn({ documents }: ScipIndex, nodes: ReadonlyMap<string, Node[]>): Map<string, Node> {
  const found = new Map<string, Node>()
  for (const { path, occurrences } of documents) {
    const own = nodes.get(path) ?? []
    for (const one of occurrences) {
      if (!one.isDefinition || one.symbol.startsWith('local ')) continue
      const node = own.find(
        (other) => other.path !== '' && other.line === one.line && isNamed(one.symbol, other),
      )
      if (node) found.set(one.symbol, node)
    }
  }
  return found
}

/** A SCIP symbol ends with its name and a mark: `run().`, `Box#`, `x.`. */
const isNamed = (symbol: string, node: Node): boolean => {
  const last = /([\w$]+|`[^`]+`)(?:\(\w*\))?[.#/:!]$/.exec(symbol)?.[1]?.replaceAll('`', '')
  return last === node.path.replace(/~\d+$/, '').split('.').at(-1)
}

interface Importing {
  document: ScipDocument
  own: readonly Node[]
  targets: ReadonlyMap<string, Node>
}

function importDocument(map: CodeMap, { document, own, targets }: Importing, result: ScipImported): void {
  const [first] = own
  if (!first) return
  result.documents += 1
  const known = new Set(map.store.edgesOf(first.file).map((one) => `${one.source} ${one.target} ${one.line}`))
  for (const one of document.occurrences) {
    const target = one.isDefinition ? undefined : targets.get(one.symbol)
    const source = target && innermost(own, one.line)
    if (!target || !source || source.id === target.id) continue
    const key = `${source.id} ${target.id} ${one.line}`
    if (known.has(key)) {
      result.confirmed += 1
      continue
    }
    known.add(key)
    result.added += 1
    // SCIP tells references, not calls: it is one of those, exactly.
    const kind = target.kind === 'interface' || target.kind === 'type' ? 'uses-type' : 'references'
    map.store.addEdges(first.file, [
      {
        source: source.id,
        target: target.id,
        kind,
        rule: 'scip',
        line: one.line,
        column: one.column,
      },
    ])
  }
}

/** The smallest symbol around a line; the file itself where there is none. */
function innermost(nodes: readonly Node[], line: number): Node | undefined {
  let best = nodes.find((one) => one.path === '')
  for (const one of nodes) {
    if (one.path === '' || one.line > line || one.endLine < line) continue
    if (!best || best.path === '' || one.endLine - one.line < best.endLine - best.line) best = one
  }
  return best
}
