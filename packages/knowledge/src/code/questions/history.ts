// Questions to the history: where change and complexity meet, what changes together, who touched it, what a difference reaches.
import type { CodeMap } from '../code-map.ts'
import { parseDiff, type Commit } from '../git.ts'
import { COPY } from '../store/store.ts'
import { atLine, readNodes, type MapNode } from './nodes.ts'
import { impact, type Impact } from './relations.ts'

export interface Hotspot {
  file: string
  /** Commits that changed it. */
  changes: number
  complexity: number
  score: number
  authors: string[]
  /** Its most complex symbols. */
  symbols: MapNode[]
}

/** Files by commits x complexity, worst first. */
export function hotspots(map: CodeMap, commits: readonly Commit[], limit = 20): Hotspot[] {
  const complexity = new Map(
    map.store
      .all(
        'select f.path, sum(n.complexity) total from node n join file f on f.id = n.file where n.copy = ? group by f.id',
        COPY,
      )
      .map((row) => [String(row['path']), Number(row['total'])]),
  )
  const changes = new Map<string, Commit[]>()
  for (const commit of commits)
    for (const file of commit.files) changes.set(file, [...(changes.get(file) ?? []), commit])
  return [...changes]
    .map(([file, list]) => ({ file, list, complexity: complexity.get(file) ?? 0 }))
    .sort((a, b) => b.list.length * b.complexity - a.list.length * a.complexity)
    .slice(0, limit)
    .filter((one) => one.complexity > 0)
    .map((one) => ({
      file: one.file,
      changes: one.list.length,
      complexity: one.complexity,
      score: one.list.length * one.complexity,
      authors: [...new Set(one.list.map((commit) => commit.author))],
      symbols: readNodes(
        map.store,
        'where n.copy = ? and f.path = ? order by n.complexity desc limit 3',
        COPY,
        one.file,
      ),
    }))
}

export interface Coupling {
  files: [string, string]
  together: number
  /** Of the changes of the less often changed one. */
  share: number
}

/** A commit of more files is a sweep that says nothing of any two. */
const SWEEP = 30

/** Files that change in the same commits at least three times, most surely first. */
export function changeTogether(commits: readonly Commit[], file?: string): Coupling[] {
  const alone = new Map<string, number>()
  const pairs = new Map<string, number>()
  for (const { files } of commits) {
    if (files.length > SWEEP) continue
    for (const one of files) alone.set(one, (alone.get(one) ?? 0) + 1)
    for (const pair of pairsOf(files, file)) pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  return [...pairs]
    .filter(([, together]) => together >= 3)
    .map(([pair, together]): Coupling => {
      const [a = '', b = ''] = pair.split('\0')
      return { files: [a, b], together, share: together / Math.min(alone.get(a) ?? 1, alone.get(b) ?? 1) }
    })
    .sort((a, b) => b.share * b.together - a.share * a.together)
}

function* pairsOf(files: readonly string[], only: string | undefined): Generator<string> {
  const sorted = [...files].sort()
  for (const [at, a] of sorted.entries())
    for (const b of sorted.slice(at + 1))
      if (only === undefined || a === only || b === only) yield `${a}\0${b}`
}

export interface Touch {
  author: string
  commits: number
  /** ms UTC. */
  last: number
  subject: string
}

/** Who changed a file or something in a folder, latest first. */
export function touchedBy(commits: readonly Commit[], file: string): Touch[] {
  const found = new Map<string, Touch>()
  const isMeant = (path: string) => file === '.' || path === file || path.startsWith(`${file}/`)
  for (const commit of commits) {
    if (!commit.files.some((path) => isMeant(path))) continue
    const known = found.get(commit.author)
    if (known) known.commits += 1
    else
      found.set(commit.author, {
        author: commit.author,
        commits: 1,
        last: commit.at,
        subject: commit.subject,
      })
  }
  return [...found.values()]
}

export interface DiffImpact {
  changed: MapNode[]
  impact: Impact
}

/** What a unified difference and files that git does not have yet change, and what that reaches. */
export function diffImpact(
  map: CodeMap,
  { diff, added = [] }: { diff: string; added?: readonly string[] },
  depth = 5,
): DiffImpact {
  const changed = new Map<number, MapNode>()
  for (const path of added) for (const node of fileNodes(map, path)) changed.set(node.id, node)
  for (const file of parseDiff(diff))
    for (const [from, to] of file.ranges)
      for (const node of touched(map, file.path, { from, to })) changed.set(node.id, node)
  const nodes = [...changed.values()]
  return {
    changed: nodes,
    impact: impact(
      map,
      nodes.map((one) => one.id),
      depth,
    ),
  }
}

const fileNodes = (map: CodeMap, path: string): MapNode[] =>
  readNodes(map.store, `where n.copy = ? and f.path = ? and n.path = ''`, COPY, path)

/** Symbols that begin within the lines, and the one around them. */
function touched(map: CodeMap, path: string, lines: { from: number; to: number }): MapNode[] {
  const inside = readNodes(
    map.store,
    `where n.copy = ? and f.path = ? and n.path <> '' and n.line between ? and ?`,
    COPY,
    path,
    lines.from,
    lines.to,
  )
  const around = atLine(map.store, path, lines.from).filter((one) => one.path !== '' || inside.length === 0)
  return [...around, ...inside]
}
