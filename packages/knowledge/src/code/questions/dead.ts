// Code that nothing reaches, told apart by how sure that is.
import type { CodeMap } from '../code-map.ts'
import { DEPENDS, type Graph } from '../graph.ts'
import { COPY } from '../store/store.ts'
import { readNodes, type MapNode } from './nodes.ts'
import { TEST_FILE } from '../test-file.ts'

export interface Dead {
  node: MapNode
  /** `dead`: nothing in the repository can mean it. `likely`: only something outside, or something untyped, could. */
  sure: 'dead' | 'likely'
  reason: string
}

/** Started or read by something that is not code: tools, frameworks, people. */
const ENTRY_FILE =
  /(?:^|\/)(?:main|index|server|cli|app|start|bin)\.[a-z]+$|(?:^|\/)(?:bin|scripts|pages|app|routes|api|migrations|examples?|samples?|testdata|bench|benchmarks?|e2e|fixtures?)\/|\.config\.[a-z]+$|\.d\.ts$|\.stories\.[a-z]+$|(?:^|\/)(?:setup|conftest|manage|wsgi|asgi)\.py$/

/** Called by the language or its runtime. */
const KNOWN_METHOD =
  /^(?:constructor|toString|toJSON|valueOf|then|@@.*|__\w+__|main|init|render|componentDid\w+|componentWill\w+|shouldComponentUpdate|getSnapshotBeforeUpdate|ngOn\w+|connectedCallback|disconnectedCallback)$/

export function deadCode(map: CodeMap): Dead[] {
  const graph = map.graph()
  const words = memberNames(map)
  const open = overridden(map)
  const tables = inTables(map)
  const candidates = readNodes(
    map.store,
    `where n.copy = ? and n.nested = 0 and n.kind in ('function', 'class', 'method', 'variable') order by f.path, n.line`,
    COPY,
  )
  return candidates.flatMap((node) => {
    if (isEntry(node) || isReached(map, graph, node) || (node.kind === 'method' && open.has(node.id)))
      return []
    return [judge(node, { words, isInTable: tables.has(node.id) })]
  })
}

const isEntry = (node: MapNode) =>
  TEST_FILE.test(node.file) ||
  ENTRY_FILE.test(node.file) ||
  KNOWN_METHOD.test(node.name) ||
  node.name === 'default'

/** Named from outside itself: a class also by its members. */
function isReached(map: CodeMap, graph: Graph, node: MapNode): boolean {
  let found = false
  graph.each(node.id, true, (other, bits) => {
    if (!found && (bits & DEPENDS) !== 0 && other !== node.id) found = true
  })
  if (found || node.kind !== 'class') return found
  return (
    map.store.all(
      `select 1 from edge e join node m on m.id = e.target join node c on c.id = ? where m.copy = c.copy and m.file = c.file
     and m.parent = c.path and e.file <> c.file limit 1`,
      node.id,
    ).length > 0
  )
}

function judge(
  node: MapNode,
  { words, isInTable }: { words: ReadonlySet<string>; isInTable: boolean },
): Dead {
  if (isInTable && !words.has(node.name))
    return {
      node,
      sure: 'likely',
      reason: 'no name leads to it, but an entry of an object is reached by keys too',
    }
  if (node.kind === 'method')
    return words.has(node.name)
      ? {
          node,
          sure: 'likely',
          reason: `no call was found, but something reads a member called ${node.name}`,
        }
      : { node, sure: 'dead', reason: 'nothing reads a member of that name' }
  if (node.exported)
    return { node, sure: 'likely', reason: 'exported, and nothing in this repository imports it' }
  return { node, sure: 'dead', reason: 'not exported, and nothing in its file names it' }
}

function memberNames(map: CodeMap): Set<string> {
  const rows = map.store.all('select hash, version from file where copy = ?', COPY)
  const facts = rows.map((row) => map.store.facts(String(row['hash']), String(row['version'])))
  return new Set(facts.flatMap((one) => one?.memberNames ?? []))
}

/** Methods of objects that a variable holds: `TABLE[key]()` names none of them. */
function inTables(map: CodeMap): Set<number> {
  const rows = map.store.all(
    `select m.id from node m where m.copy = ? and m.kind = 'method' and exists (
       select 1 from node c where c.copy = m.copy and c.file = m.file and c.kind = 'variable'
       and substr(m.path, 1, length(c.path) + 1) = c.path || '.')`,
    COPY,
  )
  return new Set(rows.map((row) => Number(row['id'])))
}

/** Methods of classes that extend or implement something: they answer to its callers. */
function overridden(map: CodeMap): Set<number> {
  const rows = map.store.all(
    `select m.id from node m where m.copy = ? and m.kind = 'method' and exists (
       select 1 from node c join edge e on e.source = c.id where c.copy = m.copy and c.file = m.file and c.path = m.parent
       and e.kind in ('extends', 'implements')
     ) union select m.id from node m join node c on c.copy = m.copy and c.file = m.file and c.path = m.parent
     where m.copy = ? and c.kind in ('interface', 'type')`,
    COPY,
    COPY,
  )
  return new Set(rows.map((row) => Number(row['id'])))
}
