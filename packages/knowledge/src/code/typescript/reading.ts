// The state of one file's reading: scopes, the symbol and function that are open, and the facts found so far.
import { memberOf } from '../facts.ts'
import type {
  Binding,
  Expected,
  Expr,
  FileFacts,
  FunctionFact,
  Reference,
  SymbolFact,
  SymbolKind,
  TypeFact,
} from '../facts.ts'
import type { Node } from './ast.ts'

export interface Scope {
  /** Absent in most blocks, which declare nothing. */
  names?: Map<string, number>
  /** Type parameters: a value of the same name is another thing. */
  types?: Map<string, number>
  parent?: Scope
  /** `var` lands in the nearest scope of a function or module. */
  hoists: boolean
}

/** What `this` is: the class (or literal type) and whether its static side. */
export interface Self {
  symbol: number
  fixed: boolean
}

export interface Reading {
  source: string
  lineStarts: number[]
  /** Whether the word `var` is anywhere: without it nothing is declared ahead of its block. */
  hasVars: boolean
  comments: readonly DocComment[]
  /** Calls of the tests' framework are tests. */
  isTest: boolean
  facts: FileFacts
  scope: Scope
  /** The innermost open symbol, -1 at the top level. */
  symbol: number
  /** Whether the place is inside a function: what is declared there has no name outside. */
  nested: boolean
  fn?: FunctionFact | undefined
  /** What `this` is in a literal's method. */
  receiver?: Expr | undefined
  self?: Self | undefined
  /** Symbols and bindings that were declared ahead of their statement. */
  declared: Map<Node, number>
  paths: Map<string, number>
  members: Set<string>
  /** Expressions that name a binding, by it. */
  refs: Expr[]
  /** What a variable is known to be in the place that is being read. */
  narrowed: Map<number, Expr>
  expression(node: Node | undefined, expected?: Expected): Expr
  visit(node: Node | undefined): void
  type(node: Node | undefined): TypeFact
}

export interface DocComment {
  start: number
  end: number
  /** With its stars: most comments are never asked for. */
  raw: string
  /** Its marks are off already. */
  isBare?: boolean
  block: boolean
}

interface Doc {
  start: number
  text: string
}

export const UNKNOWN: Expr = { is: 'unknown' }

export function within<T>(
  r: Reading,
  changes: Partial<Pick<Reading, 'symbol' | 'nested' | 'fn' | 'self' | 'receiver'>>,
  run: () => T,
): T {
  const { symbol, nested, fn, self, receiver } = r
  if (changes.symbol !== undefined) r.symbol = changes.symbol
  if (changes.nested !== undefined) r.nested = changes.nested
  if ('fn' in changes) r.fn = changes.fn
  if ('self' in changes) r.self = changes.self
  if ('receiver' in changes) r.receiver = changes.receiver
  try {
    return run()
  } finally {
    r.symbol = symbol
    r.nested = nested
    r.fn = fn
    r.self = self
    r.receiver = receiver
  }
}

export function inScope<T>(r: Reading, hoists: boolean, run: () => T): T {
  const outer = r.scope
  r.scope = { parent: outer, hoists }
  try {
    return run()
  } finally {
    r.scope = outer
  }
}

export function lookup(r: Reading, name: string): number | undefined {
  for (let scope: Scope | undefined = r.scope; scope; scope = scope.parent) {
    const found = scope.names?.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

export function lookupType(r: Reading, name: string): number | undefined {
  for (let scope: Scope | undefined = r.scope; scope; scope = scope.parent) {
    const found = scope.types?.get(name) ?? scope.names?.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

export function declareIn(r: Reading, scope: Scope, given: { name: string; binding: Binding }): number {
  const at = r.facts.bindings.push(given.binding) - 1
  if (given.binding.kind === 'typeParameter') (scope.types ??= new Map()).set(given.name, at)
  else (scope.names ??= new Map()).set(given.name, at)
  return at
}

export const declare = (r: Reading, name: string, binding: Binding): number =>
  declareIn(r, r.scope, { name, binding })

/** Adds the symbol to the name's binding in this scope; declarations of one name are merged (a class and its interface). */
export function declareSymbol(r: Reading, given: { name: string; symbol: number; scope?: Scope }): number {
  const scope = given.scope ?? r.scope
  const at = scope.names?.get(given.name)
  const binding = at === undefined ? undefined : r.facts.bindings[at]
  if (at === undefined || binding?.kind !== 'symbol')
    return declareIn(r, scope, { name: given.name, binding: { kind: 'symbol', symbols: [given.symbol] } })
  if (!binding.symbols.includes(given.symbol)) binding.symbols.push(given.symbol)
  return at
}

export interface NewSymbol {
  name: string
  kind: SymbolKind
  node: Node
  /** The name's own node, where a click lands. */
  at?: Node | undefined
  parent?: number
  exported?: boolean
  /** Where the declaration with its `export` and decorators begins, for the comment before it. */
  outer?: Node | undefined
}

const SIGNATURE_LENGTH = 240

export function addSymbol(r: Reading, given: NewSymbol): number {
  const parent = given.parent ?? r.symbol
  const place = positionOf(r, (given.at ?? given.node).start)
  const symbol: SymbolFact = {
    name: given.name,
    path: freePath(r, parent, given.name),
    kind: given.kind,
    parent,
    line: place.line,
    column: place.column,
    endLine: positionOf(r, given.node.end).line,
    signature: signatureOf(r, given.node),
    complexity: 0,
  }
  if (given.exported) symbol.exported = true
  if (r.nested) symbol.nested = true
  const doc = docBefore(r, (given.outer ?? given.node).start)
  if (doc) {
    symbol.doc = doc.text
    symbol.docLine = positionOf(r, doc.start).line
  }
  return r.facts.symbols.push(symbol) - 1
}

function freePath(r: Reading, parent: number, name: string): string {
  const above = r.facts.symbols[parent]
  const path = above?.path ? `${above.path}.${name}` : name
  const taken = (r.paths.get(path) ?? 0) + 1
  r.paths.set(path, taken)
  return taken === 1 ? path : `${path}~${taken}`
}

/** The first line of the declaration, up to its body. */
function signatureOf(r: Reading, node: Node): string {
  const text = r.source.slice(node.start, Math.min(node.end, node.start + SIGNATURE_LENGTH * 2))
  const body = text.search(/\{\s*\n|=>\s*\{|\)\s*\{/)
  const cut = body < 0 ? text : text.slice(0, body + (text[body] === ')' ? 1 : 0))
  // A single blank stays as it is: most are.
  return cut
    .replaceAll(/\s{2,}|[^\S ]/g, ' ')
    .trim()
    .slice(0, SIGNATURE_LENGTH)
}

/** The comment that ends right before a declaration, without its stars. */
function docBefore(r: Reading, start: number): Doc | undefined {
  let low = 0
  let high = r.comments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((r.comments[middle]?.end ?? 0) <= start) low = middle + 1
    else high = middle
  }
  const last = r.comments[low - 1]
  if (!last || !/^\s*$/.test(r.source.slice(last.end, start)) || !beginsLine(r, last)) return undefined
  return last.block ? { start: last.start, text: textOf(last) } : lineComments(r, low - 1)
}

/** A comment after code is about that code. */
function beginsLine(r: Reading, comment: DocComment): boolean {
  const { line } = positionOf(r, comment.start)
  return /^\s*$/.test(r.source.slice(r.lineStarts[line - 1], comment.start))
}

const textOf = ({ block, raw, isBare }: DocComment): string => {
  if (isBare) return raw
  return block
    ? raw
        .replace(/^\*/, '')
        .replaceAll(/^[ \t]*\* ?/gm, '')
        .trim()
    : raw.replace(/^ /, '')
}

function lineComments(r: Reading, last: number): Doc | undefined {
  const end = r.comments[last]
  if (!end) return undefined
  let at = last
  let text = textOf(end)
  for (;;) {
    const above = r.comments[at - 1]
    const here = r.comments[at]
    if (
      !above ||
      !here ||
      above.block ||
      !beginsLine(r, above) ||
      !/^[ \t]*\r?\n[ \t]*$/.test(r.source.slice(above.end, here.start))
    )
      break
    text = `${textOf(above)}\n${text}`
    at -= 1
  }
  return { start: r.comments[at]?.start ?? end.start, text }
}

export function positionOf(r: Reading, offset: number): { line: number; column: number } {
  let low = 0
  let high = r.lineStarts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((r.lineStarts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return { line: low, column: offset - (r.lineStarts[low - 1] ?? 0) + 1 }
}

/** A reference is kept where it may lead out of the function: to what is imported or declared with a name. */
export function refer(
  r: Reading,
  binding: number,
  given: { node: Node; member?: string | undefined; type?: boolean },
): void {
  const kind = r.facts.bindings[binding]?.kind
  if (kind !== 'import' && kind !== 'symbol') return
  const { line, column } = positionOf(r, given.node.start)
  // Written out with its member: a field that is added later takes a list of its own.
  const reference: Reference = given.member
    ? { from: r.symbol, binding, line, column, member: given.member }
    : { from: r.symbol, binding, line, column }
  if (given.type) reference.type = true
  r.facts.references.push(reference)
}

/** The same one for every use: half of all expressions are names. */
export function refTo(r: Reading, binding: number): Expr {
  return (r.refs[binding] ??= { is: 'ref', binding })
}

export const symbolAt = (r: Reading, at: number): SymbolFact | undefined => r.facts.symbols[at]

export function addMember(r: Reading, owner: number, given: { name: string; member: number }): void {
  const symbol = r.facts.symbols[owner]
  if (!symbol) return
  const own = memberOf(symbol, given.name)
  symbol.members ??= {}
  if (own !== undefined) symbol.members[given.name]?.push(given.member)
  // A plain write, many times as quick, would set the record's own prototype.
  else if (given.name !== '__proto__') symbol.members[given.name] = [given.member]
  else
    Object.defineProperty(symbol.members, given.name, {
      value: [given.member],
      enumerable: true,
      writable: true,
      configurable: true,
    })
}
