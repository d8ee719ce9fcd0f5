// What is written about the code and no longer true, each with its reason.
import { dirname, join } from 'node:path/posix'
import type { CodeMap } from '../code-map.ts'
import { fileAt } from '../link/modules.ts'
import { parseJsonc } from '../link/jsonc.ts'
import { folderKey } from '../places.ts'
import { COPY } from '../store/store.ts'
import { readText, scanTree } from '../tree.ts'
import type { Git } from '../git.ts'
import { readNodes, type MapNode } from './nodes.ts'
import { staleComments } from './stale-comments.ts'

export interface Stale {
  file: string
  line: number
  what: string
  reason: string
}

/** With a history also comments that are older than what they describe. */
export function staleDocs(map: CodeMap, git?: Git): Stale[] {
  const paths = scanTree(map.root).paths
  const place: Place = { map, paths: new Set(paths), scripts: scriptsOf(map, paths) }
  const pages = paths.filter((path) => /\.(?:mdx?|markdown|rst|adoc|asciidoc)$/i.test(path))
  return [
    ...pages.flatMap((path) => stalePage(place, path)),
    ...staleVariables(map, pages),
    ...staleParams(map),
    ...(git ? staleComments(map, git) : []),
  ]
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
    const gone = [...staleReferences(place, path, text), ...staleLinks(place, path, text)].map((what) =>
      mark(what, 'no such file in the repository'),
    )
    return commands.concat(
      gone,
      staleMembers(place, text).map((one) => mark(one.what, one.reason)),
    )
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

/** Ways to other files, as Markdown, AsciiDoc and reStructuredText write them. */
const LINK = /\]\(<?([^)\s<>]+)>?(?:\s+"[^"]*")?\)|\b(?:link|xref):([^\s[\]]+)\[|`[^`<]*<([^`<>\s]+)>`_/g

/** Of this repository only: with a name that is no address of its own, and nothing that only a reader fills in. */
function staleLinks(place: Place, page: string, text: string): string[] {
  // In reStructuredText such a way stands between the same marks as code.
  const plain = /\.rst$/i.test(page) ? text : text.replaceAll(/`[^`]*`/g, '')
  return [...plain.matchAll(LINK)]
    .map(([, ...found]) => (found.find((one) => one !== undefined) ?? '').replace(/[?#].*$/, ''))
    .filter((to) => to !== '' && !/^[a-z][\w+.-]*:|^\/|^#|[{}$*|]|^mailto/i.test(to))
    .filter((to) => !isThere(place, page, decoded(to)) && !isFolder(place, page, decoded(to)))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a sign of percent that escapes nothing
  }
}

function isFolder({ map }: Place, page: string, name: string): boolean {
  const path = join(dirname(page), name).replace(/\/$/, '')
  return (
    path.startsWith('..') ||
    map.store.all(
      'select 1 from node where copy = ? and file is null and path = ?',
      COPY,
      folderKey(path === '.' ? '' : path),
    ).length > 0
  )
}

/** `Shop.sell()`, `src/shop.ts:Shop`: only where the first half is known can the second be missed. */
function staleMembers({ map, paths }: Place, text: string): Pick<Stale, 'what' | 'reason'>[] {
  const spans = [...text.matchAll(/`([^`]+)`/g)].map((one) => one[1] ?? '')
  return spans.flatMap((what) => {
    const [, owner, member] = /^([A-Z][\w$]*)\.([\w$]+)(?:\(\))?$/.exec(what) ?? []
    if (owner && member && isMissing(map, owner, member))
      return [{ what, reason: `${owner} has no member ${member}` }]
    const [, file, symbol] = /^([\w@.~/-]+\.\w+):([A-Za-z_$][\w$.]*)$/.exec(what) ?? []
    return file && symbol && paths.has(file) && !hasSymbol(map, file, symbol)
      ? [{ what, reason: `${file} has no symbol ${symbol}` }]
      : []
  })
}

const OWNERS = `('class', 'interface', 'enum', 'namespace')`

/** Members that come from a base, or from a type that is computed, are not in the map: such owners are left alone. */
function isMissing({ store }: CodeMap, owner: string, member: string): boolean {
  const owners = store.all(
    `select n.id, n.file, n.path from node n where n.copy = ? and n.name = ? and n.kind in ${OWNERS}`,
    COPY,
    owner,
  )
  return (
    owners.length > 0 &&
    owners.every((one) => {
      const { id, file, path } = one
      const isDerived = store.all(
        `select 1 from edge where source = ? and kind in ('extends', 'implements') limit 1`,
        Number(id),
      )
      const found = store.all(
        'select 1 from node where copy = ? and file = ? and path = ?',
        COPY,
        Number(file),
        `${path}.${member}`,
      )
      const others = store.all(
        'select 1 from node where copy = ? and name = ? limit 1',
        COPY,
        `${owner}.${member}`,
      )
      return isDerived.length + found.length + others.length === 0
    })
  )
}

const hasSymbol = ({ store }: CodeMap, file: string, symbol: string): boolean =>
  store.all(
    'select 1 from node n join file f on f.id = n.file where n.copy = ? and f.path = ? and (n.path = ? or n.name = ?) limit 1',
    COPY,
    file,
    symbol,
    symbol,
  ).length > 0

/** Variables of the environment that a page names and no source does. Only names like those that the code reads. */
function staleVariables(map: CodeMap, pages: readonly string[]): Stale[] {
  const read = map.store.all(`select name from node where copy = ? and kind = 'environment'`, COPY)
  const prefixes = new Set(read.flatMap((one) => /^[A-Z0-9]+_/.exec(String(one['name'])) ?? []))
  const found = pages.flatMap((file) => variablesIn(map, file, prefixes))
  if (found.length === 0) return []
  const missing = new Set(found.map((one) => one.what))
  for (const row of map.store.all(`select path from file where copy = ?`, COPY)) {
    const path = String(row['path'])
    if (missing.size === 0) break
    if (pages.includes(path)) continue
    const text = readText(map.root, path).text ?? ''
    for (const name of missing) if (text.includes(name)) missing.delete(name)
  }
  return found.filter((one) => missing.has(one.what))
}

const variablesIn = (map: CodeMap, file: string, prefixes: ReadonlySet<string>): Stale[] =>
  (readText(map.root, file).text?.split('\n') ?? []).flatMap((text, at) =>
    [...text.matchAll(/`\$?([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`/g)]
      .map((one) => one[1] ?? '')
      .filter((name) => prefixes.has(/^[A-Z0-9]+_/.exec(name)?.[0] ?? ''))
      .map((what) => ({ file, line: at + 1, what, reason: 'no source names that variable' })),
  )

function isThere({ paths }: Place, page: string, name: string): boolean {
  const tree = { has: (path: string) => paths.has(path) }
  const clean = name.replace(/^\.\//, '')
  if (fileAt(tree, clean) !== undefined || fileAt(tree, join(dirname(page), name)) !== undefined) return true
  for (const path of paths) if (path.endsWith(`/${clean}`)) return true
  // `core/fault.ts`, where the package `core` keeps its sources in `src`.
  const inSource = clean.replace(/^([^/]+)\//, '$1/src/')
  return inSource !== clean && [...paths].some((path) => path === inSource || path.endsWith(`/${inSource}`))
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
