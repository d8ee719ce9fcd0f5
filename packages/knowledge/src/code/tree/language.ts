// What a language of tree-sitter brings, and the tools with which it turns its tree into facts.
import type { Expected, Expr, FunctionFact, Site, SymbolKind, TypeFact } from '../facts.ts'
import { addImport } from '../typescript/declare.ts'
import {
  UNKNOWN,
  addMember,
  addSymbol,
  declare,
  declareIn,
  declareSymbol,
  inScope,
  lookup,
  lookupType,
  positionOf,
  refTo,
  refer,
  within,
  type Reading,
  type Scope,
} from '../typescript/reading.ts'
import type { TreeNode } from './parser.ts'

/** `expected` is what the place of an argument expects. */
export type ReadExpression = (t: Tree, node: TreeNode, expected?: Expected) => Expr
export type ReadStatement = (t: Tree, node: TreeNode) => void

export interface Language {
  name: string
  grammar: string
  files: RegExp
  version: number
  comments: RegExp
  branches: ReadonlySet<string>
  expressions: Record<string, ReadExpression>
  /** Declarations and whatever else is not a value. */
  statements: Record<string, ReadStatement>
  /** Runs over a block before its statements are read, so that uses above a declaration find it. */
  hoist: Record<string, ReadStatement>
  types: Record<string, (t: Tree, node: TreeNode) => TypeFact>
  /** The same code of the same length, for what the grammar does not take as people write it. */
  mend?(source: string): string
  /** What a name means that nothing in the file declares: of the same package, found by its name, or nothing. */
  unbound?(t: Tree, name: string): { specifier: string; name: string } | undefined
  /** What is inherited or done when the file has been read. */
  finish?(t: Tree): void
}

export interface Tree {
  r: Reading
  language: Language
  root: Scope
  /** Symbols that were declared ahead. */
  ahead: Map<TreeNode, number>
  /** For the argument that is read next. */
  expected?: Expected | undefined
}

export const kid = (node: TreeNode | undefined, field: string): TreeNode | undefined =>
  node?.kids.find((one) => one.field === field)
export const kids = (node: TreeNode | undefined, field: string): TreeNode[] =>
  node?.kids.filter((one) => one.field === field) ?? []
export const ofType = (node: TreeNode | undefined, ...types: string[]): TreeNode | undefined =>
  node?.kids.find((one) => types.includes(one.type))
export const word = (t: Tree, node: TreeNode | undefined): string =>
  node ? t.r.source.slice(node.start, node.end) : ''

export function expression(t: Tree, node: TreeNode | undefined): Expr {
  if (!node) return UNKNOWN
  countBranch(t, node)
  const { expected } = t
  t.expected = undefined
  const read = own(t.language.expressions, node.type)
  if (read) return read(t, node, expected)
  for (const one of node.kids) visit(t, one)
  return UNKNOWN
}

const own = <T>(table: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

export function visit(t: Tree, node: TreeNode | undefined): void {
  if (!node) return
  const statement = own(t.language.statements, node.type)
  if (statement) {
    countBranch(t, node)
    statement(t, node)
  } else expression(t, node)
}

export function type(t: Tree, node: TreeNode | undefined): TypeFact {
  const read = node && own(t.language.types, node.type)
  if (node && read) return read(t, node)
  return { is: 'unknown' }
}

function countBranch(t: Tree, node: TreeNode): void {
  const symbol = t.language.branches.has(node.type) ? t.r.facts.symbols[t.r.symbol] : undefined
  if (symbol) symbol.complexity += 1
}

export function hoist(t: Tree, nodes: readonly TreeNode[]): void {
  for (const one of nodes) own(t.language.hoist, one.type)?.(t, one)
}

export function block(t: Tree, node: TreeNode | undefined): void {
  if (!node) return
  hoist(t, node.kids)
  for (const one of node.kids) visit(t, one)
}

/** A name: what the file declares, or what its package may. */
export function nameExpr(t: Tree, node: TreeNode | undefined, silent = false): Expr {
  const name = word(t, node)
  const binding = lookup(t.r, name) ?? unboundBinding(t, name, node)
  if (binding === undefined || !node) return { is: 'global', name }
  if (!silent) refer(t.r, binding, { node })
  return refTo(t.r, binding)
}

function unboundBinding(t: Tree, name: string, node: TreeNode | undefined): number | undefined {
  const found = node && t.language.unbound?.(t, name)
  if (!found || !node) return undefined
  return importName(t, { local: name, ...found, node })
}

/** Binds a name of the file's top to a name of another module. */
export function importName(
  t: Tree,
  given: {
    local: string
    specifier: string
    name: string
    node: TreeNode
    also?: string
    scope?: Scope
  },
): number {
  addImport(t.r, { specifier: given.specifier, type: false, node: given.node })
  if (given.also) addImport(t.r, { specifier: given.also, type: false, node: given.node })
  return declareIn(t.r, given.scope ?? t.root, {
    name: given.local,
    binding: { kind: 'import', specifier: given.specifier, name: given.name },
  })
}

export function memberExpr(t: Tree, owner: TreeNode | undefined, name: string): Expr {
  t.r.members.add(name)
  return { is: 'member', of: expression(t, owner), name }
}

export interface Call {
  callee: Expr
  args: readonly TreeNode[]
  how?: Site['how']
  at?: TreeNode | undefined
}

export function call(t: Tree, node: TreeNode, given: Call): Expr {
  const place = positionOf(t.r, (given.at ?? node).start)
  const site: Site = { how: given.how ?? 'call', from: t.r.symbol, callee: given.callee, args: [], ...place }
  const at = t.r.facts.sites.push(site) - 1
  const first = given.args[0]
  if (first && /string/.test(first.type))
    site.text = word(t, first)
      .replaceAll(/^[rbfu]*(["'`]+)([\s\S]*)\1$/g, '$2')
      .slice(0, 2000)
  given.args.forEach((one, argument) => {
    t.expected = { site: at, argument, path: [] }
    site.args.push(expression(t, one))
    t.expected = undefined
  })
  return { is: 'result', site: at }
}

export interface NewFunction {
  name: TreeNode | undefined
  kind: SymbolKind
  exported?: boolean
  params?: TreeNode | undefined
  returns?: TreeNode | undefined
  body?: TreeNode | undefined
  /** The class that it is a member of, and whether of its static side. */
  owner?: number | undefined
  fixed?: boolean
  /** Reads the parameters; each is a name with a type, or a value. */
  param?(t: Tree, node: TreeNode, at: number): Param | undefined
  outer?: TreeNode
  /** Declares what its signature brings along, such as parameters of types. */
  before?(t: Tree): void
  /** The name by which its class knows it, where that is another. */
  member?: string
}

export interface Param {
  name: string
  type?: TypeFact | undefined
  value?: Expr
  /** The receiver among the parameters: not one that callers give. */
  isSelf?: boolean
}

/** A function's symbol, declared ahead of its body. */
export function declareFunction(t: Tree, node: TreeNode, given: NewFunction): number {
  const known = t.ahead.get(node)
  if (known !== undefined) return known
  const name = word(t, given.name)
  const symbol = addSymbol(t.r, {
    name,
    kind: given.kind,
    node,
    at: given.name,
    outer: given.outer,
    exported: given.exported === true,
    ...(given.owner === undefined ? {} : { parent: given.owner }),
  })
  t.ahead.set(node, symbol)
  const made = t.r.facts.symbols[symbol]
  if (made && given.fixed) made.static = true
  if (given.owner === undefined) declareSymbol(t.r, { name: name, symbol: symbol })
  else {
    const own = given.member ?? name
    addMember(t.r, given.owner, { name: given.fixed ? `static ${own}` : own, member: symbol })
  }
  return symbol
}

/** Reads what was declared: parameters, return type, body, and what it gives back. */
export function readFunction(t: Tree, node: TreeNode, given: NewFunction): FunctionFact {
  const symbol = declareFunction(t, node, given)
  const made = t.r.facts.symbols[symbol]
  const fn: FunctionFact = { params: [] }
  if (made) {
    made.complexity += 1
    ;(made.fns ??= []).push(fn)
  }
  const self = given.owner === undefined ? t.r.self : { symbol: given.owner, fixed: given.fixed === true }
  within(t.r, { symbol, nested: true, fn, self }, () =>
    inScope(t.r, true, () => {
      given.before?.(t)
      if (given.returns) {
        const returns = type(t, given.returns)
        if (returns.is !== 'unknown') fn.returns = returns
      }
      given.params?.kids.forEach((one, at) => readParam(t, fn, given.param?.(t, one, at)))
      readBodyOf(t, given.body)
    }),
  )
  return fn
}

/** Some languages' bodies give their last expression: they read them themselves. */
function readBodyOf(t: Tree, body: TreeNode | undefined): void {
  if (body && own(t.language.statements, body.type)) visit(t, body)
  else block(t, body)
}

function readParam(t: Tree, fn: FunctionFact, param: Param | undefined): void {
  if (!param) return
  if (param.isSelf) {
    declare(t.r, param.name, {
      kind: 'value',
      ...(param.type ? { type: param.type } : {}),
      ...(param.value ? { value: param.value } : {}),
    })
    return
  }
  const at = fn.params.length
  const binding = declare(t.r, param.name, {
    kind: 'parameter',
    at,
    ...(param.type ? { type: param.type } : {}),
    ...(param.value ? { value: param.value } : {}),
  })
  fn.params.push({ binding })
}

/** Reads in a scope of its own. */
export const inner = <T>(t: Tree, run: () => T): T => inScope(t.r, false, run)

export interface Lambda {
  params: readonly Param[]
  body: TreeNode | undefined
  isBlock: boolean
  expected?: Expected | undefined
}

/** A function without a name: its parameters are what the place where it stands expects. */
export function lambda(t: Tree, given: Lambda): Expr {
  const fn: FunctionFact = { params: [], ...(given.expected ? { expected: given.expected } : {}) }
  within(t.r, { nested: true, fn }, () =>
    inScope(t.r, true, () => {
      given.params.forEach((one, at) => {
        const known = one.type && one.type.is !== 'unknown' ? { type: one.type } : {}
        const expected = given.expected ? { expected: given.expected } : {}
        fn.params.push({ binding: declare(t.r, one.name, { kind: 'parameter', at, ...known, ...expected }) })
      })
      if (given.isBlock) block(t, given.body)
      else if (given.body && own(t.language.statements, given.body.type)) visit(t, given.body)
      else give(t, given.body)
    }),
  )
  return { is: 'function', fn }
}

export interface NewClass {
  name: TreeNode | undefined
  kind?: SymbolKind
  exported?: boolean
  owner?: number | undefined
}

export function declareClass(t: Tree, node: TreeNode, given: NewClass): number {
  const known = t.ahead.get(node)
  if (known !== undefined) return known
  const name = word(t, given.name)
  const symbol = addSymbol(t.r, {
    name,
    kind: given.kind ?? 'class',
    node,
    at: given.name,
    exported: given.exported === true,
    ...(given.owner === undefined ? {} : { parent: given.owner }),
  })
  t.ahead.set(node, symbol)
  if (given.owner !== undefined) addMember(t.r, given.owner, { name: `static ${name}`, member: symbol })
  declareSymbol(t.r, { name: name, symbol: symbol })
  return symbol
}

/** Reads a class's body with the class as `this`. */
export function inClass(t: Tree, symbol: number, run: () => void): void {
  within(t.r, { symbol, self: { symbol, fixed: false } }, () => inScope(t.r, false, run))
}

export function give(t: Tree, node: TreeNode | undefined): void {
  const value = expression(t, node)
  if (t.r.fn && t.r.fn.returns === undefined && value.is !== 'unknown') (t.r.fn.gives ??= []).push(value)
}

/** The type of a name, bound where it is declared or imported. */
export function namedType(t: Tree, node: TreeNode, args: TypeFact[] = []): TypeFact {
  const name = word(t, node)
  const binding = lookupType(t.r, name) ?? unboundBinding(t, name, node)
  if (binding !== undefined) refer(t.r, binding, { node, type: true })
  return {
    is: 'name',
    name,
    ...(binding === undefined ? {} : { binding }),
    ...(args.length > 0 ? { args } : {}),
  }
}

/** Everything at the top is visible to others. */
export function exportAll(t: Tree, isOpen: (name: string) => boolean = () => true): void {
  for (const [name, binding] of t.root.names ?? []) {
    const made = t.r.facts.bindings[binding]
    // What the file itself looks for in its package is no offer to the package.
    const isWanted = made?.kind === 'import' && made.specifier.endsWith(':.')
    if (isWanted || !isOpen(name)) continue
    t.r.facts.exports[name] = { kind: 'local', binding }
    if (made?.kind === 'symbol') for (const one of made.symbols) markExported(t, one)
  }
}

function markExported(t: Tree, at: number): void {
  const symbol = t.r.facts.symbols[at]
  if (symbol) symbol.exported = true
}
