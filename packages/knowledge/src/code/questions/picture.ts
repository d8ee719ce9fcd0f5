// What a picture of the map is drawn from: files and their symbols, uses between them, as columns of numbers.
import { hash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { packNumbers, type MapPicture } from '@tutti/core'
import type { CodeMap } from '../code-map.ts'
import type { Git } from '../git.ts'
import { CERTAIN } from '../link/edges.ts'
import { confidenceOf } from '../store/edges.ts'
import { COPY } from '../store/store.ts'
import { coverageOf, coverageStamp, sharePlusOne } from './coverage.ts'

/** The daemon knows the folder by the name that was asked for. */
export type Picture = Omit<MapPicture, 'folder'>

/** What stands in it as a place of its own; what lies within counts for that. */
const SHOWN = `(n.nested = 0 or n.kind in ('test', 'section')) and n.kind <> 'property'`

const COMMITS = 500

/** The bits of an edge, in an order that stays. */
const USES = [
  'calls',
  'constructs',
  'renders',
  'references',
  'uses-type',
  'extends',
  'implements',
  'imports',
  'reads',
  'writes',
  'handles',
  'requests',
  'environment',
  'documents',
  'tests',
  'defines',
  'likely',
]
const BIT = new Map(USES.map((one, at) => [one, 1 << at]))
const LIKELY = BIT.get('likely') ?? 0

interface Node {
  id: number
  file: number
  path: string
  name: string
  kind: string
  line: number
  lines: number
  holder: number
}

const drawn = new WeakMap<CodeMap, { state: string; picture: Picture }>()

/** Made once for each state of the code and its history. */
export function pictureOf(map: CodeMap, git: Git): Picture {
  const state = [map.store.state(), git.head(), coverageStamp(map.root)].join(' ')
  const known = drawn.get(map)
  if (known?.state === state) return known.picture
  const picture = draw(map, git)
  drawn.set(map, { state, picture })
  return picture
}

function draw(map: CodeMap, git: Git): Picture {
  const files = filesOf(map)
  const symbols = symbolsOf(map, files)
  const nodes = [...files, ...symbols]
  const kinds = [...new Set(nodes.map((one) => one.kind))]
  const numbers = new Map(kinds.map((one, at) => [one, at]))
  const picture: Omit<Picture, 'stamp'> = {
    files: files.length,
    // A name is anybody's, and here it ends where the line does.
    names: nodes.map((one) => one.name.replaceAll(/[\r\n]/g, ' ')).join('\n'),
    kinds,
    nodes: {
      kind: packNumbers(nodes.map((one) => numbers.get(one.kind) ?? 0)),
      holder: packNumbers(nodes.map((one, at) => (one.holder < 0 ? 0 : at - one.holder))),
      line: packNumbers(nodes.map((one) => one.line)),
      lines: packNumbers(nodes.map((one) => one.lines)),
      covered: coveredOf(map, files, nodes),
    },
    changes: changesOf(git, files),
    uses: USES,
    edges: edgesOf(map, nodes),
  }
  return { ...picture, stamp: hash('sha1', JSON.stringify(picture), 'base64url') }
}

/** Of a row with id, file, path, kind, first and last line. */
const nodeOf = ([id, file, path, kind, line, end]: readonly (string | number)[]): Node => ({
  id: Number(id),
  file: Number(file),
  path: String(path),
  name: String(path),
  kind: String(kind),
  line: Number(line),
  lines: Math.max(1, Number(end) - Number(line) + 1),
  holder: -1,
})

const filesOf = (map: CodeMap): Node[] =>
  map.store
    .lists(
      `select n.id, n.file, f.path, coalesce(nullif(f.language, ''), 'file'), 1, f.lines
       from file f join node n on n.copy = f.copy and n.file = f.id and n.path = '' where f.copy = ? order by f.path`,
      COPY,
    )
    .map((row) => nodeOf(row))

/** In the order of files and lines, holders before what they hold. */
function symbolsOf(map: CodeMap, files: readonly Node[]): Node[] {
  const rows = map.store.lists(
    `select n.id, n.file, n.path, n.kind, n.line, n.end_line from node n
     where n.copy = ? and n.file is not null and n.path <> '' and ${SHOWN} order by n.file, n.line, length(n.path)`,
    COPY,
  )
  const inFile = Map.groupBy(rows, ([, file]) => Number(file))
  const found: Node[] = []
  for (const [at, file] of files.entries()) {
    const places = new Map<string, number>()
    for (const row of inFile.get(file.file) ?? []) {
      const one = nodeOf(row)
      const holder = holderOf(places, one.path)
      const above = holder === undefined ? '' : (found[holder - files.length]?.path ?? '')
      places.set(one.path, files.length + found.length)
      if (above !== '') one.name = one.path.slice(above.length + 1)
      one.holder = holder ?? at
      found.push(one)
    }
  }
  return found
}

/** What holds `a.b.c` is `a.b`, or `a` where that one is not shown. */
function holderOf(places: ReadonlyMap<string, number>, path: string): number | undefined {
  for (let cut = path.lastIndexOf('.'); cut > 0; cut = path.lastIndexOf('.', cut - 1)) {
    const known = places.get(path.slice(0, cut))
    if (known !== undefined) return known
  }
  return undefined
}

function coveredOf(map: CodeMap, files: readonly Node[], nodes: readonly Node[]): string {
  const covered = coverageOf(map.root)
  if (covered.size === 0) return packNumbers(nodes.map(() => 0))
  const paths = new Map(files.map((one) => [one.file, one.path]))
  return packNumbers(
    nodes.map((one) =>
      sharePlusOne(covered.get(paths.get(one.file) ?? ''), one.line, one.line + one.lines - 1),
    ),
  )
}

function changesOf(git: Git, files: readonly Node[]): string {
  const changes = new Map<string, number>()
  for (const commit of git.log(COMMITS))
    for (const file of commit.files) changes.set(file, (changes.get(file) ?? 0) + 1)
  return packNumbers(files.map((one) => changes.get(one.path) ?? 0))
}

function edgesOf(map: CodeMap, nodes: readonly Node[]): Picture['edges'] {
  const places = placesOf(map, nodes)
  const top = nodes.length
  const found = new Map<number, { uses: number; count: number }>()
  const rows = map.store.lists(
    'select e.source, e.target, e.kind, e.rule from file f join edge e on e.file = f.id where f.copy = ?',
    COPY,
  )
  for (const [source, target, kind, rule] of rows) {
    const [from, to] = [places.get(Number(source)), places.get(Number(target))]
    if (from === undefined || to === undefined || from === to) continue
    const known = found.get(from * top + to) ?? { uses: LIKELY, count: 0 }
    if (known.count === 0) found.set(from * top + to, known)
    known.count += 1
    known.uses |= BIT.get(String(kind)) ?? 0
    // One certain edge among them makes the pair certain.
    if (confidenceOf(String(rule)) >= CERTAIN) known.uses &= ~LIKELY
  }
  const sorted = [...found].sort(([a], [b]) => a - b)
  const from = sorted.map(([key]) => Math.floor(key / top))
  return {
    from: packNumbers(from.map((one, at) => one - (from[at - 1] ?? 0))),
    to: packNumbers(sorted.map(([key], at) => (key % top) - (from[at] ?? 0))),
    uses: packNumbers(sorted.map(([, one]) => one.uses)),
    count: packNumbers(sorted.map(([, one]) => one.count)),
  }
}

/** Places by the node's id; what is not shown itself counts for what holds it. */
function placesOf(map: CodeMap, nodes: readonly Node[]): ReadonlyMap<number, number> {
  const places = new Map(nodes.map((one, at) => [one.id, at]))
  const files = new Map<number, number>()
  const paths = new Map<number, Map<string, number>>()
  for (const [at, one] of nodes.entries()) {
    if (!files.has(one.file)) files.set(one.file, at)
    else paths.set(one.file, (paths.get(one.file) ?? new Map<string, number>()).set(one.path, at))
  }
  const hidden = map.store.lists(
    `select n.id, n.file, n.path from node n where n.copy = ? and n.file is not null and n.path <> '' and not (${SHOWN})`,
    COPY,
  )
  for (const [id, file, path] of hidden) {
    const at = holderOf(paths.get(Number(file)) ?? new Map(), String(path)) ?? files.get(Number(file))
    if (at !== undefined) places.set(Number(id), at)
  }
  return places
}

/** Changed and not committed, latest first. */
export function changedFiles(root: string, git: Git): { file: string; at: number }[] {
  return git
    .changed()
    .map((file) => ({ file, at: changedAt(join(root, file)) }))
    .sort((a, b) => b.at - a.at)
}

/** A file that was removed has no time any more. */
const changedAt = (path: string): number =>
  Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
