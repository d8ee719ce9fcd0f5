// What is written about the code and no longer true, each with its reason.
import { dirname, join } from 'node:path/posix'
import type { CodeMap } from '../code-map.ts'
import { fileAt } from '../link/modules.ts'
import { parseJsonc } from '../link/jsonc.ts'
import { COPY } from '../store/store.ts'
import { readText, scanTree } from '../tree.ts'
import { readNodes, type MapNode } from './nodes.ts'

export interface Stale {
  file: string
  line: number
  what: string
  reason: string
}

export function staleDocs(map: CodeMap): Stale[] {
  const paths = scanTree(map.root).paths
  const place: Place = { map, paths: new Set(paths), scripts: scriptsOf(map, paths) }
  const pages = paths.filter((path) => /\.(?:md|mdx|rst|adoc)$/.test(path))
  return [...pages.flatMap((path) => stalePage(place, path)), ...staleParams(map)]
}

interface Place {
  map: CodeMap
  paths: ReadonlySet<string>
  /** Of all package.json together. */
  scripts: ReadonlySet<string>
}

function scriptsOf(map: CodeMap, paths: readonly string[]): Set<string> {
  const found = new Set<string>()
  for (const path of paths) {
    if (!/(?:^|\/)package\.json$/.test(path)) continue
    const value = parseJsonc(readText(map.root, path).text ?? '')
    const scripts =
      typeof value === 'object' && value !== null && 'scripts' in value ? value.scripts : undefined
    if (typeof scripts === 'object' && scripts !== null)
      for (const name of Object.keys(scripts)) found.add(name)
  }
  return found
}

function stalePage(place: Place, path: string): Stale[] {
  const lines = readText(place.map.root, path).text?.split('\n') ?? []
  let isFenced = false
  return lines.flatMap((text, at) => {
    if (/^\s*(?:```|~~~)/.test(text)) isFenced = !isFenced
    const mark = (what: string, reason: string): Stale => ({ file: path, line: at + 1, what, reason })
    const commands = staleCommands(place, text).map((what) => mark(what, 'no package.json has that script'))
    if (isFenced) return commands
    const gone = staleReferences(place, path, text).map((what) =>
      mark(what, 'no such file in the repository'),
    )
    return commands.concat(gone)
  })
}

const staleCommands = ({ scripts }: Place, text: string): string[] =>
  [...text.matchAll(/\bnpm run ([\w:.-]+)/g)].flatMap(([whole, name]) =>
    name && !scripts.has(name) ? [whole] : [],
  )

const FILE =
  /^[\w@.~/-]+\.(?:[cm]?[jt]sx?|py|go|rs|java|rb|cs|json|ya?ml|toml|sql|sh|md|mdx|css|html)(?::\d+)?$/

/** Only what looks like a path of this repository: with a folder in it, and not one of a package or of the machine. */
function staleReferences(place: Place, page: string, text: string): string[] {
  const spans = [...text.matchAll(/`([^`]+)`/g)].map((one) => one[1] ?? '')
  return spans.filter((one) => {
    if (!FILE.test(one) || !one.includes('/') || /^[~/@]|node_modules|\.\.\.|^dist\//.test(one)) return false
    return !isThere(place, page, one.replace(/:\d+$/, ''))
  })
}

function isThere({ paths }: Place, page: string, name: string): boolean {
  const tree = { has: (path: string) => paths.has(path) }
  const clean = name.replace(/^\.\//, '')
  if (fileAt(tree, clean) !== undefined || fileAt(tree, join(dirname(page), name)) !== undefined) return true
  for (const path of paths) if (path.endsWith(`/${clean}`)) return true
  return false
}

/** A signature that was cut says nothing of what came after. */
const WHOLE_SIGNATURE = 235

/** `@param` of a name that the signature does not have. */
function staleParams(map: CodeMap): Stale[] {
  const nodes = readNodes(
    map.store,
    `where n.copy = ? and n.kind in ('function', 'method') and n.doc like '%@param%' order by f.path, n.line`,
    COPY,
  )
  return nodes.flatMap((node) =>
    unknownParams(node).map((what) => ({
      file: node.file,
      line: node.line,
      what: `@param ${what}`,
      reason: `${node.path} has no such parameter`,
    })),
  )
}

function unknownParams(node: MapNode): string[] {
  const { signature } = node
  // Destructured and gathered parameters may be documented under any name.
  if (signature.length >= WHOLE_SIGNATURE || /[{[]|\.\.\./.test(signature) || !signature.includes('('))
    return []
  const words = [...node.doc.matchAll(/@param\s+(?:\{[^}]*\}\s+)?\[?([A-Za-z_$][\w$]*)/g)].map(
    (one) => one[1] ?? '',
  )
  return words.filter(
    (one) => !new RegExp(`(?<![\\w$])${one.replaceAll('$', String.raw`\$`)}(?![\\w$])`).test(signature),
  )
}
