// Declares the names of a block before its statements are read, as the language does, so that a use above its declaration finds it.
import { bare, child, eachChild, isFunction, list, nameOf, slots, text, type Node } from './ast.ts'
import {
  addSymbol,
  declare,
  declareIn,
  declareSymbol,
  positionOf,
  type Reading,
  type Scope,
} from './reading.ts'

export function declareAll(r: Reading, statements: readonly Node[]): void {
  for (const one of statements) declareOne(r, one, { exported: false, outer: one })
}

interface How {
  exported: boolean
  outer: Node
}

type Declare = (r: Reading, node: Node, how: How) => void

const DECLARATIONS: Record<string, Declare> = {
  FunctionDeclaration: (r, node, how) => declareFunction(r, node, how),
  TSDeclareFunction: (r, node, how) => declareFunction(r, node, how),
  ClassDeclaration: (r, node, how) => declareNamed(r, node, { ...how, kind: 'class' }),
  TSInterfaceDeclaration: (r, node, how) => declareNamed(r, node, { ...how, kind: 'interface' }),
  TSTypeAliasDeclaration: (r, node, how) => declareNamed(r, node, { ...how, kind: 'type' }),
  TSEnumDeclaration: (r, node, how) => declareNamed(r, node, { ...how, kind: 'enum' }),
  TSModuleDeclaration: (r, node, how) => declareNamed(r, node, { ...how, kind: 'namespace' }),
  VariableDeclaration: (r, node, how) => declareVariables(r, node, how),
  ImportDeclaration: (r, node) => declareImports(r, node),
  TSImportEqualsDeclaration: (r, node) => declareImportEquals(r, node),
  ExportNamedDeclaration: (r, node) => declareExported(r, node),
  ExportDefaultDeclaration: (r, node) => declareExported(r, node),
}

function declareOne(r: Reading, node: Node, how: How): void {
  DECLARATIONS[node.type]?.(r, node, how)
}

function declareExported(r: Reading, node: Node): void {
  const inner = child(node, 'declaration')
  if (inner && (inner.type.endsWith('Declaration') || inner.type === 'TSDeclareFunction'))
    declareOne(r, inner, { exported: true, outer: node })
}

function declareNamed(
  r: Reading,
  node: Node,
  how: How & { kind: 'class' | 'interface' | 'type' | 'enum' | 'namespace' },
): void {
  const id = child(node, 'id')
  const name = nameOf(id) ?? 'default'
  // An interface or namespace may be written in several pieces: one symbol.
  const before = ['interface', 'namespace'].includes(how.kind) ? sameKind(r, name, how.kind) : undefined
  const symbol =
    before ?? addSymbol(r, { name, kind: how.kind, node, at: id, exported: how.exported, outer: how.outer })
  r.declared.set(node, symbol)
  if (id?.type !== 'Literal') declareSymbol(r, { name: name, symbol: symbol })
}

function sameKind(r: Reading, name: string, kind: string): number | undefined {
  const at = r.scope.names?.get(name)
  const binding = at === undefined ? undefined : r.facts.bindings[at]
  if (binding?.kind !== 'symbol') return undefined
  return binding.symbols.find((one) => r.facts.symbols[one]?.kind === kind)
}

/** Overloads are one symbol. */
function declareFunction(r: Reading, node: Node, how: How): void {
  const id = child(node, 'id')
  const name = nameOf(id) ?? 'default'
  const symbol =
    sameKind(r, name, 'function') ??
    addSymbol(r, { name, kind: 'function', node, at: id, exported: how.exported, outer: how.outer })
  r.declared.set(node, symbol)
  const made = r.facts.symbols[symbol]
  if (made && how.exported) made.exported = true
  declareSymbol(r, { name: name, symbol: symbol })
}

function declareVariables(r: Reading, node: Node, how: How): void {
  // A `var` of a function was declared when the function began.
  if (text(node, 'kind') === 'var' && !r.scope.hoists) return
  for (const one of list(node, 'declarations')) declareVariable(r, one, { ...how, scope: r.scope })
}

function declareVariable(r: Reading, node: Node, how: How & { scope: Scope }): void {
  if (r.declared.has(node)) return
  const id = child(node, 'id')
  const init = bare(child(node, 'init'))
  if (id?.type !== 'Identifier') {
    for (const name of namesIn(id)) declarePlain(r, name, how)
    return
  }
  const name = nameOf(id) ?? ''
  const kind = kindOfValue(init)
  // In a function only functions and classes have symbols.
  if (r.nested && (kind === 'variable' || wrapsFunction(init))) {
    declareIn(r, how.scope, { name: name, binding: { kind: 'value' } })
    return
  }
  const symbol = addSymbol(r, { name, kind, node, at: id, exported: how.exported, outer: how.outer })
  r.declared.set(node, symbol)
  declareSymbol(r, { name, symbol, scope: how.scope })
}

/** What a variable is by the value that it begins with. */
export function kindOfValue(init: Node | undefined): 'class' | 'function' | 'variable' {
  if (init?.type === 'ClassExpression') return 'class'
  return isFunction(init) || wrapsFunction(init) ? 'function' : 'variable'
}

function declarePlain(r: Reading, id: Node, how: How & { scope: Scope }): void {
  const name = nameOf(id) ?? ''
  if (r.nested) {
    declareIn(r, how.scope, { name: name, binding: { kind: 'value' } })
    return
  }
  const symbol = addSymbol(r, {
    name,
    kind: 'variable',
    node: id,
    at: id,
    exported: how.exported,
    outer: how.outer,
  })
  declareSymbol(r, { name: name, symbol: symbol, scope: how.scope })
}

/** `memo(() => …)`, `forwardRef(function …)`: the variable is called as the function in it. */
export function wrapsFunction(node: Node | undefined): boolean {
  if (node?.type !== 'CallExpression') return false
  return list(node, 'arguments').some((one) => {
    const inner = bare(one)
    return isFunction(inner) || inner?.type === 'ClassExpression' || wrapsFunction(inner)
  })
}

/** The identifiers that a pattern binds. */
export function namesIn(pattern: Node | undefined): Node[] {
  if (!pattern) return []
  switch (pattern.type) {
    case 'Identifier':
      return [pattern]
    case 'ObjectPattern':
      return list(pattern, 'properties').flatMap((one) =>
        namesIn(one.type === 'RestElement' ? child(one, 'argument') : child(one, 'value')),
      )
    case 'ArrayPattern':
      return slots(pattern, 'elements').flatMap((one) => namesIn(one))
    case 'AssignmentPattern':
      return namesIn(child(pattern, 'left'))
    case 'RestElement':
      return namesIn(child(pattern, 'argument'))
    case 'TSParameterProperty':
      return namesIn(child(pattern, 'parameter'))
    default:
      return []
  }
}

function declareImports(r: Reading, node: Node): void {
  const specifier = text(child(node, 'source'), 'value') ?? ''
  const type = text(node, 'importKind') === 'type'
  addImport(r, { specifier, type, node })
  for (const one of list(node, 'specifiers')) {
    const name = importedName(one)
    const local = nameOf(child(one, 'local'))
    if (local) declare(r, local, { kind: 'import', specifier, name })
  }
}

function importedName(node: Node): string {
  if (node.type === 'ImportDefaultSpecifier') return 'default'
  if (node.type === 'ImportNamespaceSpecifier') return '*'
  return nameOf(child(node, 'imported')) ?? 'default'
}

export function addImport(r: Reading, given: { specifier: string; type: boolean; node: Node }): void {
  const known = r.facts.imports.find((one) => one.specifier === given.specifier)
  if (known) {
    if (!given.type) delete known.type
    return
  }
  const { line } = positionOf(r, given.node.start)
  r.facts.imports.push({ specifier: given.specifier, line, ...(given.type ? { type: true } : {}) })
}

/** `import x = require('y')`, and `import x = A.B`, which stays unknown. */
function declareImportEquals(r: Reading, node: Node): void {
  const local = nameOf(child(node, 'id'))
  const reference = child(node, 'moduleReference')
  if (!local || reference?.type !== 'TSExternalModuleReference') return
  const specifier = text(child(reference, 'expression'), 'value') ?? ''
  addImport(r, { specifier, type: false, node })
  declare(r, local, { kind: 'import', specifier, name: '*' })
}

/** Declares every `var` of a function, however deep in its blocks. */
export function declareVars(r: Reading, body: Node | undefined): void {
  if (!body || isFunction(body) || body.type === 'ClassBody') return
  if (body.type === 'VariableDeclaration' && text(body, 'kind') === 'var')
    for (const one of list(body, 'declarations'))
      declareVariable(r, one, { exported: false, outer: body, scope: r.scope })
  eachChild(body, (one) => declareVars(r, one))
}
