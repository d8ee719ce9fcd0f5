// One file's edges: whom each call means, by which rule, and how sure that is.
import type { Expr, FileFacts, Site, SymbolFact } from '../facts.ts'
import { TEST_FILE, isTest } from '../test-file.ts'
import { findBinding } from './exports.ts'
import { createLink } from './link.ts'
import { mentionsOf, tableKey, type Mention } from './mentions.ts'
import { limitOf } from './types.ts'
import type { Link, Program, Target, Value } from './value.ts'

export type EdgeKind =
  | 'calls'
  | 'constructs'
  | 'renders'
  | 'references'
  | 'uses-type'
  | 'extends'
  | 'implements'
  | 'imports'
  | 'documents'
  | 'tests'
  | 'defines'
  | Mention['kind']

/** How an edge was found; `CONFIDENCE` says how far to trust it. */
export type Rule =
  | 'lexical'
  | 'import'
  | 'namespace'
  | 'this'
  | 'super'
  | 'static'
  | 'instance'
  | 'interface'
  | 'object'
  | 'value'
  | 'narrowed'
  | 'union'
  | 'wrapper'
  | 'text'
  | 'test'
  | 'scip'
  | 'compiler'

/** Measured shares of right edges by rule, over the code bases of the bench. */
export const CONFIDENCE: Record<Rule, number> = {
  lexical: 1,
  import: 1,
  namespace: 1,
  this: 1,
  super: 1,
  static: 1,
  instance: 0.99,
  object: 0.99,
  interface: 0.99,
  value: 0.99,
  narrowed: 0.95,
  union: 0.7,
  wrapper: 0.7,
  // Read from a text: the table of a statement, the path of a route, a file in a document.
  text: 0.95,
  test: 0.99,
  // What another indexer, or the compiler itself, has resolved.
  scip: 1,
  compiler: 1,
}

/** Below this an edge is shown as likely, never as a call. */
export const CERTAIN = 0.9

export interface Edge {
  /** The symbol's path in its file; '' is the file itself. */
  from: string
  /** '' for what lies in no file: then `to` is its key, such as `table:users`. */
  toFile: string
  /** `from` is the key of something that lies in no file. */
  outside?: boolean
  to: string
  kind: EdgeKind
  rule: Rule
  line: number
  column: number
}

export interface Linked {
  edges: Edge[]
  /** Other files whose facts the edges were read from, and the names that they were asked for: a change there may change these edges. */
  seen: { path: string; names: readonly string[] }[]
  /** Sites whose callee is in none of the files that are known. */
  unresolved: number
}

export function linkFile(program: Program, file: string): Linked {
  const { link, seen } = createLink(program)
  const facts = link.facts(file)
  const linked: Linked = { edges: [], seen: [], unresolved: 0 }
  if (!facts) return linked
  const c: Linker = { link, file, facts, edges: linked.edges, targets: new Map() }
  for (const one of facts.imports) importEdge(c, one)
  for (const site of facts.sites) if (!siteEdges(c, site)) linked.unresolved += 1
  for (const one of facts.references) referenceEdge(c, one)
  for (const one of mentionsOf(facts)) mentionEdges(c, one)
  facts.symbols.forEach((symbol, at) => heritage(c, symbol, at))
  for (const [path, names] of seen()) if (path !== file) linked.seen.push({ path, names: [...names] })
  return linked
}

interface Linker {
  link: Link
  file: string
  facts: FileFacts
  edges: Edge[]
  /** What the file's names lead to: most are used many times. */
  targets: Map<number, Target | undefined>
}

function targetOf(c: Linker, binding: number): Target | undefined {
  const known = c.targets.get(binding)
  if (known !== undefined || c.targets.has(binding)) return known
  const found = findBinding(c.link, { file: c.file, binding })
  c.targets.set(binding, found)
  return found
}

function importEdge(c: Linker, one: FileFacts['imports'][number]): void {
  const toFile = c.link.resolve(c.file, one.specifier)
  if (toFile === undefined) return
  const isPage = one.specifier.startsWith('doc:')
  c.edges.push({
    from: one.from === undefined ? '' : pathOf(c, one.from),
    toFile,
    to: '',
    kind: isPage ? 'documents' : 'imports',
    rule: isPage ? 'text' : 'import',
    line: one.line,
    column: 1,
  })
}

/** A route leads to its handler, everything else from the code to what it names. */
function mentionEdges(c: Linker, { of, kind, from, line, column, handler }: Mention): void {
  const place = { rule: 'text' as const, line, column }
  if (kind !== 'handles') {
    c.edges.push({ from: pathOf(c, from), toFile: '', to: of, kind, ...place })
    return
  }
  const targets = handler ? targetsOf(c, handler) : []
  for (const one of targets) {
    const to = c.link.symbol(one.file, one.symbol)?.path
    if (to) c.edges.push({ from: of, outside: true, toFile: one.file, to, kind, ...place })
  }
  // A handler written in place has no name of its own: the route leads to where it stands.
  if (targets.length === 0)
    c.edges.push({ from: of, outside: true, toFile: c.file, to: pathOf(c, from), kind, ...place })
}

interface Found {
  file: string
  symbol: number
  rule: Rule
}

function siteEdges(c: Linker, site: Site): boolean {
  const found = targetsOf(c, site.callee)
  const kind: EdgeKind = site.how === 'jsx' ? 'renders' : site.how === 'new' ? 'constructs' : 'calls'
  for (const one of found) pushEdge(c, one, { kind, from: site.from, line: site.line, column: site.column })
  const test = testAround(c, site.from)
  if (test !== undefined)
    for (const one of found)
      if (!TEST_FILE.test(one.file))
        pushEdge(
          c,
          { ...one, rule: 'test' },
          { kind: 'tests', from: test, line: site.line, column: site.column },
        )
  return found.length > 0
}

/** The innermost test that a place lies in. */
function testAround({ facts, file }: Linker, from: number): number | undefined {
  for (let at = from; at >= 0; at = facts.symbols[at]?.parent ?? -1) {
    const symbol = facts.symbols[at]
    if (symbol && isTest(symbol, file, facts.language)) return at
  }
  return undefined
}

const pathOf = (c: Linker, at: number): string => c.facts.symbols[at]?.path ?? ''

function pushEdge(
  c: Linker,
  to: Found,
  given: { kind: EdgeKind; from: number; line: number; column: number },
): void {
  const symbol = c.link.symbol(to.file, to.symbol)
  if (!symbol?.path) return
  const { kind, from, line, column } = given
  c.edges.push({ from: pathOf(c, from), toFile: to.file, to: symbol.path, kind, rule: to.rule, line, column })
}

const CALLABLE = new Set(['function', 'class', 'method'])

function targetsOf(c: Linker, callee: Expr): Found[] {
  if (callee.is === 'ref') {
    const direct = directTarget(c, callee.binding)
    if (direct) return [direct]
  }
  const inModule = callee.is === 'member' ? memberTarget(c, callee) : undefined
  if (inModule) return [inModule]
  const given = c.link.expression(c.file, callee)
  const value = given.is === 'parameter' ? limitOf(c.link, given) : given
  const found = symbolsOf(value)
  const rule = ruleOf(c, callee)
  if (found.length === 0) return callee.is === 'ref' ? variableTarget(c, callee.binding) : []
  const isSure = value.is !== 'union'
  return found.map(({ file, symbol }) => ({ file, symbol, rule: isSure ? rule : 'union' }))
}

/** A name that stands for a function or class, here or where it was imported from. */
function directTarget(c: Linker, at: number): Found | undefined {
  const target = targetOf(c, at)
  const rule = target && 'file' in target && target.file === c.file ? 'lexical' : 'import'
  const symbol = symbolOfTarget(c.link, target, CALLABLE)
  return symbol && { ...symbol, rule }
}

/** `ns.name`, where the namespace is a module. */
function memberTarget(c: Linker, callee: Extract<Expr, { is: 'member' }>): Found | undefined {
  const owner =
    callee.of.is === 'ref' || callee.of.is === 'member' ? c.link.expression(c.file, callee.of) : undefined
  if (owner?.is !== 'module') return undefined
  const symbol = symbolOfTarget(c.link, c.link.exported(owner.file, callee.name), CALLABLE)
  return symbol && { ...symbol, rule: 'namespace' }
}

function symbolOfTarget(
  link: Link,
  target: Target | undefined,
  kinds: ReadonlySet<string>,
): { file: string; symbol: number } | undefined {
  if (!target || target.is === 'module') return undefined
  if (target.is === 'value') {
    const made = target.symbol === undefined ? undefined : link.symbol(target.file, target.symbol)
    return made && target.symbol !== undefined && kinds.has(made.kind)
      ? { file: target.file, symbol: target.symbol }
      : undefined
  }
  const { file } = target
  const binding = link.facts(file)?.bindings[target.binding]
  const found =
    binding?.kind === 'symbol' ? firstOf(link, { file, symbols: binding.symbols }, kinds) : undefined
  return found === undefined ? undefined : { file, symbol: found }
}

function firstOf(
  link: Link,
  { file, symbols }: { file: string; symbols: readonly number[] },
  kinds: ReadonlySet<string>,
): number | undefined {
  for (const one of symbols) if (kinds.has(link.symbol(file, one)?.kind ?? '')) return one
  return undefined
}

const VARIABLES = new Set(['variable'])

/** A variable that holds something callable from outside, such as a debounced function: an edge to the variable. */
function variableTarget(c: Linker, at: number): Found[] {
  const found = symbolOfTarget(c.link, targetOf(c, at), VARIABLES)
  return found ? [{ ...found, rule: 'value' }] : []
}

function symbolsOf(value: Value): { file: string; symbol: number }[] {
  if (value.is === 'fn' || value.is === 'class')
    return value.symbol === undefined ? [] : [{ file: value.file, symbol: value.symbol }]
  if (value.is === 'all') return value.of.map((one) => symbolsOf(one)).find((one) => one.length > 0) ?? []
  if (value.is !== 'union') return []
  const found = value.of.flatMap((one) => symbolsOf(one))
  return found.filter(
    (one, at) => found.findIndex((other) => other.file === one.file && other.symbol === one.symbol) === at,
  )
}

const OWNER_RULE: Partial<Record<Value['is'], Rule>> = {
  class: 'static',
  module: 'namespace',
  space: 'namespace',
  object: 'object',
}

function ruleOf(c: Linker, callee: Expr): Rule {
  if (callee.is === 'super') return 'super'
  if (callee.is !== 'member') return 'value'
  if (callee.of.is === 'this') return 'this'
  if (callee.of.is === 'super') return 'super'
  const owner = c.link.expression(c.file, callee.of)
  if (owner.is === 'instance')
    return c.link.symbol(owner.file, owner.symbol)?.kind === 'class' ? 'instance' : 'interface'
  if (owner.is === 'union') return 'narrowed'
  return OWNER_RULE[owner.is] ?? 'value'
}

const ANY = new Set(['function', 'class', 'method', 'interface', 'type', 'enum', 'namespace', 'variable'])

function referenceEdge(c: Linker, one: FileFacts['references'][number]): void {
  const target = targetOf(c, one.binding)
  const inner = target?.is === 'module' && one.member ? c.link.exported(target.file, one.member) : target
  const found = symbolOfTarget(c.link, inner, ANY)
  if (!found || (found.file === c.file && found.symbol === one.from)) return
  const rule: Rule = found.file === c.file ? 'lexical' : 'import'
  const kind: EdgeKind = one.type ? 'uses-type' : 'references'
  pushEdge(c, { ...found, rule }, { kind, from: one.from, line: one.line, column: one.column })
}

function heritage(c: Linker, symbol: SymbolFact, at: number): void {
  if (symbol.kind === 'table') defines(c, symbol)
  const place = { from: at, line: symbol.line, column: symbol.column }
  if (symbol.base) {
    for (const one of targetsOf(c, symbol.base)) pushEdge(c, one, { ...place, kind: 'extends' })
  }
  for (const one of symbol.supers ?? []) {
    const value = c.link.type(c.file, one)
    if (value.is !== 'instance') continue
    const rule: Rule = value.file === c.file ? 'lexical' : 'import'
    pushEdge(
      c,
      { file: value.file, symbol: value.symbol, rule },
      { ...place, kind: symbol.kind === 'class' ? 'implements' : 'extends' },
    )
  }
}

function defines(c: Linker, table: SymbolFact): void {
  c.edges.push({
    from: tableKey(table.name),
    outside: true,
    toFile: c.file,
    to: table.path,
    kind: 'defines',
    rule: 'text',
    line: table.line,
    column: table.column,
  })
}
