// Finds the file that an import means: relative paths, tsconfig paths, workspace packages by their exports, package imports.
import { dirname, join, normalize } from 'node:path/posix'
import { createForeignModules, isForeign } from './foreign-modules.ts'
import { parseJsonc } from './jsonc.ts'

/** The files of a working copy: paths are relative to its root, with forward slashes. */
export interface FileTree {
  has(path: string): boolean
  /** Text of a package.json or tsconfig.json; undefined if there is none. */
  read(path: string): string | undefined
  /** Paths of all package.json and tsconfig.json. */
  configs(): Iterable<string>
  /** Paths of all files. */
  paths(): Iterable<string>
}

export interface Modules {
  /** The file's path in the tree, or undefined for what lies outside it. */
  resolve(from: string, specifier: string): string | undefined
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.json']
const WRITTEN_FOR: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.jsx'],
  '.jsx': ['.tsx', '.d.ts'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
}
/** What a published path was built from, tried in this order. */
const SOURCE_FOLDERS = ['src', 'source', '.']
const BUILT_FOLDER =
  /(?:^|\/)(?:dist|lib|build|out|esm|cjs|_esm|_cjs|dist-esm|dist-cjs|dist-types|types)(?:\/(?:esm|cjs|es|types|src))?(?=\/)/

interface Package {
  folder: string
  name: string
  exports?: unknown
  imports?: unknown
  entries: string[]
}

interface Paths {
  base: string
  patterns: [pattern: string, targets: string[]][]
  baseUrl?: string
}

export function createModules(tree: FileTree): Modules {
  const packages = new Map<string, Package>()
  const folders = new Map<string, Package>()
  for (const path of tree.configs()) {
    if (!path.endsWith('package.json')) continue
    const found = readPackage(tree, path)
    if (!found) continue
    folders.set(found.folder, found)
    if (found.name && !packages.has(found.name)) packages.set(found.name, found)
  }
  const paths = new Map<string, Paths | undefined>()
  // By folder: a key of both would be a new text for each question.
  const known = new Map<string, Map<string, string | undefined>>()
  // Most questions come from the file that asked before.
  let last: { from: string; answers: Map<string, string | undefined> } | undefined
  const answersFor = (from: string) => {
    if (last?.from === from) return last.answers
    const folder = from.slice(0, Math.max(0, from.lastIndexOf('/')))
    let answers = known.get(folder)
    if (!answers) known.set(folder, (answers = new Map()))
    last = { from, answers }
    return answers
  }
  const foreign = createForeignModules(tree)
  const context: Context = { tree, packages, folders, pathsOf: (folder) => pathsOf(tree, folder, paths) }
  return {
    resolve(from, specifier) {
      // Some languages' imports mean another file for each file of a folder.
      if (isForeign(specifier)) return foreign(from, specifier)
      const before = answersFor(from)
      const answer = before.get(specifier)
      if (answer !== undefined || before.has(specifier)) return answer
      const found = resolve(context, from, specifier)
      before.set(specifier, found)
      return found
    },
  }
}

interface Context {
  tree: FileTree
  packages: Map<string, Package>
  folders: Map<string, Package>
  pathsOf(folder: string): Paths | undefined
}

function resolve(c: Context, from: string, specifier: string): string | undefined {
  const plain = specifier.replace(/[?#].*$/, (tail) => (specifier.startsWith('#') ? tail : ''))
  const folder = dirname(from)
  if (/^\.\.?(?:\/|$)/.test(plain)) return fileAt(c.tree, join(folder, plain))
  if (plain.startsWith('node:') || plain.startsWith('/')) return undefined
  if (plain.startsWith('#')) return fromImports(c, folder, plain)
  return fromPaths(c, folder, plain) ?? fromPackage(c, plain)
}

/** The source file that a path means, with the endings that may be left out. */
export function fileAt(tree: Pick<FileTree, 'has'>, path: string): string | undefined {
  const at = normalize(path).replace(/\/$/, '')
  if (at.startsWith('..')) return undefined
  return asFile(tree, at) ?? asFolder(tree, at)
}

function asFile(tree: Pick<FileTree, 'has'>, at: string): string | undefined {
  const ending = /\.[cm]?jsx?$/.exec(at)?.[0]
  if (ending) {
    const stem = at.slice(0, -ending.length)
    for (const one of WRITTEN_FOR[ending] ?? []) if (tree.has(stem + one)) return stem + one
  }
  if (tree.has(at)) return at
  for (const one of EXTENSIONS) if (tree.has(at + one)) return at + one
  return undefined
}

function asFolder(tree: Pick<FileTree, 'has'>, at: string): string | undefined {
  const folder = at === '.' ? '' : `${at}/`
  for (const one of EXTENSIONS) if (tree.has(`${folder}index${one}`)) return `${folder}index${one}`
  return undefined
}

function fromPaths(c: Context, folder: string, specifier: string): string | undefined {
  const paths = c.pathsOf(folder)
  if (!paths) return undefined
  for (const [pattern, targets] of paths.patterns) {
    const rest = matched(pattern, specifier)
    if (rest === undefined) continue
    for (const target of targets) {
      const found = fileAt(c.tree, join(paths.base, target.replace('*', rest)))
      if (found) return found
    }
  }
  return paths.baseUrl === undefined ? undefined : fileAt(c.tree, join(paths.baseUrl, specifier))
}

/** What the star stands for; undefined if the pattern does not match. */
function matched(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === specifier ? '' : undefined
  const head = pattern.slice(0, star)
  const tail = pattern.slice(star + 1)
  if (specifier.length < head.length + tail.length) return undefined
  if (!specifier.startsWith(head) || !specifier.endsWith(tail)) return undefined
  return specifier.slice(head.length, specifier.length - tail.length)
}

function fromPackage(c: Context, specifier: string): string | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''
  const found = c.packages.get(name)
  if (!found) return undefined
  const rest = specifier.slice(name.length).replace(/^\//, '')
  for (const target of exported(found.exports, rest ? `./${rest}` : '.')) {
    const file = builtFrom(c.tree, found.folder, target)
    if (file) return file
  }
  if (rest) return fileAt(c.tree, join(found.folder, rest)) ?? builtFrom(c.tree, found.folder, `dist/${rest}`)
  for (const entry of [...found.entries, 'src/index', 'index', 'src/main']) {
    const file = builtFrom(c.tree, found.folder, entry)
    if (file) return file
  }
  return undefined
}

function fromImports(c: Context, folder: string, specifier: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = c.folders.get(at)
    if (found) return firstBuilt(c, found, exported(found.imports, specifier))
    if (at === '.' || at === '/') return undefined
  }
}

function firstBuilt(c: Context, found: Package, paths: readonly string[]): string | undefined {
  for (const one of paths) {
    const file = builtFrom(c.tree, found.folder, one)
    if (file) return file
  }
  return undefined
}

/** A published target as it lies in the tree: itself, or the source it was built from. */
function builtFrom(tree: FileTree, folder: string, target: string): string | undefined {
  const own = fileAt(tree, join(folder, target))
  if (own) return own
  const path = target.replace(/^\.\//, '').replace(/\.d\.([cm]?)ts$/, '.$1js')
  for (const source of SOURCE_FOLDERS) {
    const guess = BUILT_FOLDER.test(path)
      ? path.replace(BUILT_FOLDER, (built) => (built.startsWith('/') ? '/' : '') + source)
      : undefined
    const found = guess === undefined ? undefined : fileAt(tree, join(folder, guess))
    if (found) return found
  }
  return undefined
}

/** Targets of an exports (or imports) map for a subpath, best first. */
function exported(map: unknown, subpath: string): string[] {
  if (typeof map === 'string' || Array.isArray(map)) return subpath === '.' ? targets(map) : []
  if (!isRecord(map)) return []
  const keys = Object.keys(map)
  if (!keys.some((key) => key.startsWith('.') || key.startsWith('#')))
    return subpath === '.' ? targets(map) : []
  const exact = map[subpath]
  if (exact !== undefined) return targets(exact)
  for (const key of keys) {
    const rest = key.includes('*') ? matched(key, subpath) : undefined
    if (rest !== undefined) return targets(map[key]).map((one) => one.replaceAll('*', rest))
  }
  return []
}

const CONDITIONS = [
  'source',
  'types',
  'typescript',
  'import',
  'module',
  'node',
  'browser',
  'default',
  'require',
]

function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap((one) => targets(one))
  if (!isRecord(value)) return []
  const named = CONDITIONS.filter((one) => one in value)
  const others = Object.keys(value).filter((one) => !CONDITIONS.includes(one))
  return [...named, ...others].flatMap((one) => targets(value[one]))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function readPackage(tree: FileTree, path: string): Package | undefined {
  const value = parseJsonc(tree.read(path) ?? '')
  if (!isRecord(value)) return undefined
  const words = ['source', 'types', 'typings', 'module', 'main'].map((field) => value[field])
  return {
    folder: dirname(path),
    name: typeof value['name'] === 'string' ? value['name'] : '',
    exports: value['exports'],
    imports: value['imports'],
    entries: words.filter((one) => typeof one === 'string'),
  }
}

/** The paths of the nearest tsconfig above a folder. */
function pathsOf(tree: FileTree, folder: string, known: Map<string, Paths | undefined>): Paths | undefined {
  if (known.has(folder)) return known.get(folder)
  let found: Paths | undefined
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    const path = folder === '.' ? name : `${folder}/${name}`
    const options = readPaths(tree, path, 0)
    if (options && (options.patterns.length > 0 || options.baseUrl !== undefined)) {
      found = options
      break
    }
  }
  if (!found && folder !== '.' && folder !== '/') found = pathsOf(tree, dirname(folder), known)
  known.set(folder, found)
  return found
}

const EXTENDS_DEPTH = 8

function readPaths(tree: FileTree, path: string, depth: number): Paths | undefined {
  const value = depth < EXTENDS_DEPTH ? parseJsonc(tree.read(path) ?? '') : undefined
  if (!isRecord(value)) return undefined
  const options = isRecord(value['compilerOptions']) ? value['compilerOptions'] : {}
  const folder = dirname(path)
  const parents = [value['extends']].flat().filter((one) => typeof one === 'string' && one.startsWith('.'))
  const inherited = parents
    .map((one) => readPaths(tree, withJson(join(folder, String(one))), depth + 1))
    .findLast((one) => one !== undefined)
  const baseUrl =
    typeof options['baseUrl'] === 'string' ? join(folder, options['baseUrl']) : inherited?.baseUrl
  const own = isRecord(options['paths']) ? patternsOf(options['paths']) : undefined
  const result: Paths = own
    ? { base: baseUrl ?? folder, patterns: own }
    : (inherited ?? { base: folder, patterns: [] })
  return baseUrl === undefined ? result : { ...result, baseUrl }
}

const withJson = (path: string) => (path.endsWith('.json') ? path : `${path}.json`)

const patternsOf = (paths: Record<string, unknown>): Paths['patterns'] =>
  Object.entries(paths)
    .map(([pattern, value]): [string, string[]] => [
      pattern,
      Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [],
    ])
    // The longest pattern wins.
    .sort(([a], [b]) => b.length - a.length)
