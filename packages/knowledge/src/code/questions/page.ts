// A reference page of a symbol, file, folder or package, written from the code itself: what it is, how it is used, who changed it.
import type { CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'
import { readText } from '../tree.ts'
import { readNodes, type MapNode } from './nodes.ts'
import { overviewOf, saysOf, type Overview } from './overview.ts'
import { TEST_FILE } from '../test-file.ts'
import { callees, callers, references, type Relation } from './relations.ts'
import { matchOf } from './search.ts'
import { agentLine, personLine, touchedOf, type History, type Touched } from './touched.ts'

export interface Page {
  node: MapNode
  /** What it lies in, from the repository down to its file and class. */
  within: MapNode[]
  /** What it holds: a class's members, a file's symbols, a folder's files, each with what it says of itself. */
  members: MapNode[]
  /** Of a folder or package only. */
  overview: Overview | null
  /** Lines of tests that use it. */
  examples: { file: string; line: number; text: string }[]
  callers: Relation[]
  callees: Relation[]
  /** Sections of documents that name it. */
  documents: { file: string; line: number; title: string }[]
  touched: Touched
}

const LISTED = 40
const EXAMPLES = 5

export function pageOf(map: CodeMap, node: MapNode, history: History): Page {
  const isPlace = node.line === 0 && node.file !== ''
  const uses = node.path === '' || node.line === 0 ? references(map, node.id) : callers(map, node.id)
  return {
    node: { ...node, doc: saysOf(map, node) },
    within: holdersOf(map, node),
    members: membersOf(map, node),
    overview: isPlace ? overviewOf(map, node) : null,
    examples: examplesOf(map, uses),
    callers: uses.slice(0, LISTED),
    callees: callees(map, node.id).slice(0, LISTED),
    documents: documentsOf(map, node),
    touched: touchedOf(map, node, history),
  }
}

const membersOf = (map: CodeMap, node: MapNode): MapNode[] =>
  readNodes(
    map.store,
    `where n.id in (select target from contains where copy = ? and source = ?) and (n.nested = 0 or n.kind = 'section')
     order by n.kind = 'file', n.line, n.path, f.path limit 200`,
    COPY,
    node.id,
  ).map((one) => Object.assign(one, { doc: saysOf(map, one) }))

function holdersOf(map: CodeMap, node: MapNode): MapNode[] {
  const found: MapNode[] = []
  for (let at = node; ;) {
    const [above] = readNodes(
      map.store,
      'where n.id in (select source from contains where copy = ? and target = ?)',
      COPY,
      at.id,
    )
    // A name such as `a.b` may be held by what only seems to lie there: never in a circle.
    if (!above || found.some((one) => one.id === above.id)) return found
    found.unshift(above)
    at = above
  }
}

function examplesOf(map: CodeMap, uses: readonly Relation[]): Page['examples'] {
  const tests = uses.filter((one) => TEST_FILE.test(one.file) && one.kind !== 'imports').slice(0, LISTED)
  const files = new Map(tests.map((one) => [one.file, readText(map.root, one.file).text?.split('\n') ?? []]))
  const texts = new Set<string>()
  const found = tests.flatMap(({ file, line }) => {
    const text = files.get(file)?.[line - 1]?.trim() ?? ''
    if (text === '' || texts.has(text)) return []
    texts.add(text)
    return [{ file, line, text }]
  })
  return found.slice(0, EXAMPLES)
}

/** By whole name, as code: `name`, `name(` or `Class.name`. */
function documentsOf(map: CodeMap, node: MapNode): Page['documents'] {
  const name = node.path === '' || node.kind === 'folder' ? node.file : node.name
  const match = matchOf(name)
  if (name.length < 3 || match === '') return []
  const rows = map.store.all(
    `select f.path file, n.line, n.name title, n.doc from node_text t join node n on n.id = t.rowid join file f on f.id = n.file
     where node_text match ? and n.copy = ? and n.kind = 'section' order by f.path, n.line limit 200`,
    `doc: ${match}`,
    COPY,
  )
  const asCode = new RegExp(`\`[^\`]*(?<![\\w$])${escaped(name)}(?![\\w$])[^\`]*\``)
  return rows
    .filter((row) => asCode.test(String(row['doc'])))
    .slice(0, LISTED)
    .map((row) => ({ file: String(row['file']), line: Number(row['line']), title: String(row['title']) }))
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** As Markdown. */
export function pageText(page: Page): string {
  const { node } = page
  const lines = [
    `# ${node.line === 0 ? node.name : node.path || node.file}`,
    '',
    [
      node.kind,
      node.line === 0 ? node.file : `${node.file}:${node.line}`,
      node.complexity > 0 ? `complexity ${node.complexity}` : '',
      page.within.length > 0 ? `in ${page.within.map((one) => nameOf(one)).join(' › ')}` : '',
    ]
      .filter(Boolean)
      .join(' · '),
    '',
  ]
  if (node.signature && node.line > 0) lines.push('```', node.signature, '```', '')
  if (node.doc) lines.push(node.doc, '')
  section(
    lines,
    'Members',
    page.members.map((one) => {
      const at = one.line === 0 || one.path === '' ? '' : ` line ${one.line}`
      return `${one.kind} \`${nameOf(one)}\`${at}${one.doc ? `: ${firstLine(one.doc)}` : ''}`
    }),
  )
  overviewText(lines, page.overview)
  section(
    lines,
    'Examples from tests',
    page.examples.map((one) => `\`${one.text}\` ${one.file}:${one.line}`),
  )
  if (!page.overview) {
    section(lines, 'Used by', page.callers.map(related))
    section(lines, 'Uses', page.callees.map(related))
  }
  section(
    lines,
    'Documents',
    page.documents.map((one) => `${one.title} ${one.file}:${one.line}`),
  )
  section(lines, 'Changed by', page.touched.people.map(personLine))
  section(lines, node.kind === 'agent' ? 'Changed' : 'Changed by agents', page.touched.agents.map(agentLine))
  return lines.join('\n')
}

const places = (n: number): string => (n === 1 ? '1 place' : `${n} places`)

const nameOf = (one: MapNode): string => (one.line === 0 ? one.name : one.path || one.file)

function overviewText(lines: string[], overview: Overview | null): void {
  if (!overview) return
  const most = overview.most.map(
    ({ node, uses }) => `\`${node.path}\` ${node.file}:${node.line}, ${places(uses)}`,
  )
  const near = (list: Overview['uses']) => list.map((one) => `${one.folder}: ${places(one.places)}`)
  section(lines, 'Most used from elsewhere', most)
  section(lines, 'Used by', near(overview.usedBy))
  section(lines, 'Uses', near(overview.uses))
}

const firstLine = (text: string) => text.split('\n')[0] ?? ''

const related = (one: Relation): string =>
  `${one.node.kind} \`${one.node.path || one.node.name}\` ${one.file}:${one.line}${one.confidence < 0.9 ? ` (likely, ${one.rule})` : ''}`

function section(lines: string[], title: string, items: readonly string[]): void {
  if (items.length === 0) return
  lines.push(`## ${title}`, '', ...items.map((one) => `- ${one}`), '')
}
