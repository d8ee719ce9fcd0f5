// Lays the compiler's answers over the map: calls that it confirms stay, calls that it alone can resolve are added.
import { join, relative } from 'node:path'
import type { CodeMap } from '../code-map.ts'
import type { FileFacts } from '../facts.ts'
import { CERTAIN } from '../link/edges.ts'
import { confidenceOf } from '../store/edges.ts'
import { COPY } from '../store/store.ts'
import { readText } from '../tree.ts'
import { linesOf } from '../typescript/extract.ts'
import type { Compiler, Declared } from './compiler.ts'

export interface Confirmed {
  files: number
  /** Call sites that were asked about. */
  asked: number
  confirmed: number
  added: number
}

interface Node {
  id: number
  line: number
  name: string
  path: string
  kind: string
}

const CALLABLE = new Set(['function', 'class', 'method'])
const KIND: Record<string, string> = { new: 'constructs', jsx: 'renders' }

/** Replaces what an earlier round added. The next change of a file takes its exact edges away until the next round. */
export function confirmCalls(map: CodeMap, compiler: Compiler): Confirmed {
  const nodes = nodesByFile(map)
  const result: Confirmed = { files: 0, asked: 0, confirmed: 0, added: 0 }
  const files = map.store.all(
    `select id, path, hash, version from file where copy = ? and language in ('typescript', 'javascript')`,
    COPY,
  )
  map.store.atomically(() => {
    map.store.dropEdges('compiler')
    for (const row of files) {
      const facts = map.store.facts(String(row['hash']), String(row['version']))
      if (facts)
        confirmFile(map, { compiler, nodes, result, facts, id: Number(row['id']), path: String(row['path']) })
    }
  })
  map.forgetGraph()
  return result
}

function nodesByFile(map: CodeMap): Map<string, Node[]> {
  const rows = map.store.all(
    `select n.id, n.line, n.name, n.path, n.kind, f.path file from node n join file f on f.id = n.file where n.copy = ?`,
    COPY,
  )
  const found = new Map<string, Node[]>()
  for (const row of rows) {
    const node = {
      id: Number(row['id']),
      line: Number(row['line']),
      name: String(row['name']),
      path: String(row['path']),
      kind: String(row['kind']),
    }
    const list = found.get(String(row['file']))
    if (list) list.push(node)
    else found.set(String(row['file']), [node])
  }
  return found
}

interface OfFile {
  compiler: Compiler
  nodes: ReadonlyMap<string, Node[]>
  result: Confirmed
  facts: FileFacts
  id: number
  path: string
}

function confirmFile(map: CodeMap, given: OfFile): void {
  const { compiler, facts, id, path, result, nodes } = given
  const { text } = readText(map.root, path)
  if (text === undefined || facts.sites.length === 0) return
  const starts = linesOf(text)
  const offsets = facts.sites.map((one) => (starts[one.line - 1] ?? 0) + one.column - 1)
  const declared = compiler.declared(join(map.root, path), offsets)
  const targets = declared.map((one) => targetsIn(map, nodes, one))
  askTypes(map, { ...given, targets, offsets })
  const own = new Map((nodes.get(path) ?? []).map((one) => [one.path, one.id]))
  const edges = map.store
    .edgesOf(id)
    .filter((one) => CALLS.has(one.kind) && confidenceOf(one.rule) >= CERTAIN)
  result.files += 1
  facts.sites.forEach((site, at) => {
    const [target, ...others] = targets[at] ?? []
    const source = own.get(facts.symbols[site.from]?.path ?? '')
    // A member of several types may be any of them.
    if (!target || others.length > 0 || source === undefined || !CALLABLE.has(target.kind)) return
    result.asked += 1
    const here = edges.filter((one) => one.line === site.line && one.column === site.column)
    if (here.some((one) => one.target === target.id)) {
      result.confirmed += 1
      return
    }
    // An overload, an overriding method, a wrapper's variable: the map's own answer is of another kind, not wrong.
    if (here.length > 0) return
    result.added += 1
    const kind = KIND[site.how] ?? 'calls'
    map.store.addEdges(id, [
      {
        source,
        target: target.id,
        kind,
        rule: 'compiler',
        line: site.line,
        column: site.column,
      },
    ])
  })
}

/** The nodes that are meant, each once. */
const targetsIn = (
  map: CodeMap,
  nodes: ReadonlyMap<string, Node[]>,
  declared: readonly Declared[],
): Node[] => [...new Set(declared.flatMap((one) => nodeOf(map, nodes, one) ?? []))]

/** A variable, a parameter or what a pattern takes out of one is declared where it stands: what it calls, its type knows. */
function askTypes(map: CodeMap, given: OfFile & { targets: Node[][]; offsets: readonly number[] }): void {
  const { compiler, facts, path, nodes, targets, offsets } = given
  const open = facts.sites.flatMap((site, at) =>
    targets[at]?.length === 0 && site.how === 'call' ? [at] : [],
  )
  const found = compiler.callable(
    join(map.root, path),
    open.map((at) => offsets[at] ?? 0),
  )
  open.forEach((at, index) => {
    const one = found[index]
    if (one) targets[at] = targetsIn(map, nodes, [one])
  })
}

const CALLS = new Set(['calls', 'constructs', 'renders'])

/** A member that holds a function, seen through another type. */
const HOLDERS = new Set(['property', 'accessor'])

function nodeOf(
  map: CodeMap,
  nodes: ReadonlyMap<string, Node[]>,
  { file, name, line }: Declared,
): Node | undefined {
  const own = nodes.get(relative(map.root, file).replaceAll('\\', '/'))
  return own?.find(
    (one) =>
      one.line === line &&
      ((CALLABLE.has(one.kind) && (one.name === name || name === 'default')) ||
        (HOLDERS.has(one.kind) && one.name === name)),
  )
}
