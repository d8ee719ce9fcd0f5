// Reads statements and declarations: fills in what was declared ahead, follows exports, counts branches.
import type { Expr } from '../facts.ts'
import { bare, child, eachChild, flag, isFunction, list, nameOf, text, type Node } from './ast.ts'
import { readClass } from './classes.ts'
import { addImport, declareAll, wrapsFunction } from './declare.ts'
import { narrowing, readObject } from './expressions.ts'
import { bindPattern, expectedOf, give, readFunction, readTypeParams } from './functions.ts'
import {
  UNKNOWN,
  addMember,
  addSymbol,
  inScope,
  lookup,
  positionOf,
  symbolAt,
  within,
  type Reading,
} from './reading.ts'
import { readTypeMembers } from './types.ts'

type Read = (r: Reading, node: Node) => void

export const STATEMENTS: Record<string, Read> = {
  BlockStatement: (r, node) => block(r, list(node, 'body')),
  SwitchStatement: (r, node) => {
    r.expression(child(node, 'discriminant'))
    const cases = list(node, 'cases')
    inScope(r, false, () => {
      declareAll(
        r,
        cases.flatMap((one) => list(one, 'consequent')),
      )
      for (const one of cases) eachChild(one, (inner) => r.visit(inner))
    })
  },
  FunctionDeclaration: (r, node) => functionDeclaration(r, node),
  TSDeclareFunction: (r, node) => functionDeclaration(r, node),
  ClassDeclaration: (r, node) => {
    const symbol = r.declared.get(node)
    if (symbol !== undefined) readClass(r, node, symbol)
  },
  VariableDeclaration: (r, node) => {
    for (const one of list(node, 'declarations')) declarator(r, one)
  },
  IfStatement: (r, node) => {
    const test = child(node, 'test')
    r.expression(test)
    narrowing(r, test, () => r.visit(child(node, 'consequent')))
    r.visit(child(node, 'alternate'))
  },
  ReturnStatement: (r, node) => {
    const value = child(node, 'argument')
    if (value && r.fn) give(r, value, r.fn)
  },
  YieldExpression: (r, node) => {
    r.expression(child(node, 'argument'))
  },
  ForOfStatement: (r, node) => loop(r, node),
  ForInStatement: (r, node) => loop(r, node),
  ForStatement: (r, node) =>
    inScope(r, false, () => {
      const init = child(node, 'init')
      if (init) declareAll(r, [init])
      eachChild(node, (one) => r.visit(one))
    }),
  CatchClause: (r, node) =>
    inScope(r, false, () => {
      const param = child(node, 'param')
      if (param) declareCatch(r, param)
      block(r, list(child(node, 'body'), 'body'))
    }),
  TSInterfaceDeclaration: (r, node) => interfaceDeclaration(r, node),
  TSTypeAliasDeclaration: (r, node) => typeAlias(r, node),
  TSEnumDeclaration: (r, node) => enumDeclaration(r, node),
  TSModuleDeclaration: (r, node) => namespace(r, node),
  ExportNamedDeclaration: (r, node) => exportNamed(r, node),
  ExportDefaultDeclaration: (r, node) => exportDefault(r, node),
  ExportAllDeclaration: (r, node) => exportAll(r, node),
  TSExportAssignment: (r, node) => {
    const value = r.expression(child(node, 'expression'))
    r.facts.exports['='] = { kind: 'value', value }
  },
  ImportDeclaration: () => undefined,
  Decorator: (r, node) => decorator(r, node),
  ExpressionStatement: (r, node) => expressionStatement(r, node),
}

function block(r: Reading, statements: Node[]): void {
  inScope(r, false, () => {
    declareAll(r, statements)
    for (const one of statements) r.visit(one)
  })
}

function functionDeclaration(r: Reading, node: Node): void {
  const symbol = r.declared.get(node)
  const fn = readFunction(r, node, { symbol })
  const made = symbol === undefined ? undefined : symbolAt(r, symbol)
  if (!made) return
  // The body behind overloads is not what callers see.
  if (made.fns && node.type === 'FunctionDeclaration') return
  ;(made.fns ??= []).push(fn)
}

function declarator(r: Reading, node: Node): void {
  const id = child(node, 'id')
  const init = child(node, 'init')
  if (!id) return
  const symbol = r.declared.get(node)
  const value = within(r, { symbol: symbol ?? ownerOfPattern(r, id) }, () => initial(r, init, { symbol, id }))
  bindPattern(r, id, value)
}

/** What a destructuring at the top level calls is credited to its first name. */
function ownerOfPattern(r: Reading, id: Node): number {
  if (r.nested || id.type === 'Identifier') return r.symbol
  const first = list(id, 'properties')[0] ?? list(id, 'elements')[0]
  const name = nameOf(first && (child(first, 'value') ?? first))
  const at = name === undefined ? undefined : lookup(r, name)
  const binding = at === undefined ? undefined : r.facts.bindings[at]
  return binding?.kind === 'symbol' ? (binding.symbols[0] ?? r.symbol) : r.symbol
}

function initial(r: Reading, init: Node | undefined, place: { symbol: number | undefined; id: Node }): Expr {
  const expected = expectedOf(r, place.id)
  const inner = bare(init)
  if (place.symbol === undefined || !inner) return r.expression(init, expected)
  const made = symbolAt(r, place.symbol)
  if (isFunction(inner)) {
    const fn = readFunction(r, inner, { symbol: place.symbol, expected })
    if (made) made.fns = [fn]
    return { is: 'function', symbol: place.symbol }
  }
  if (inner.type === 'ClassExpression') {
    readClass(r, inner, place.symbol)
    return { is: 'class', symbol: place.symbol }
  }
  if (inner.type === 'ObjectExpression' && inner === withoutConst(init))
    return readObject(r, inner, { owner: place.symbol, expected })
  if (made && wrapsFunction(inner)) made.complexity += 1
  return r.expression(init, expected)
}

/** `{…} as const` and `satisfies` keep the literal's own type; another assertion replaces it. */
function withoutConst(node: Node | undefined): Node | undefined {
  let at = node
  while (at) {
    const type = nameOf(child(child(at, 'typeAnnotation') ?? at, 'typeName'))
    if (
      at.type === 'TSAsExpression'
        ? type !== 'const'
        : at.type !== 'TSSatisfiesExpression' && at.type !== 'ParenthesizedExpression'
    )
      break
    at = child(at, 'expression')
  }
  return at
}

function loop(r: Reading, node: Node): void {
  inScope(r, false, () => {
    const left = child(node, 'left')
    if (left) declareAll(r, [left])
    const right = r.expression(child(node, 'right'))
    const isOf = node.type === 'ForOfStatement'
    const each: Expr = isOf ? { is: 'element', of: right } : { is: 'literal', type: 'string' }
    const value: Expr = flag(node, 'await') ? { is: 'await', of: each } : each
    const id =
      left?.type === 'VariableDeclaration' ? child(list(left, 'declarations')[0] ?? left, 'id') : undefined
    if (id) bindPattern(r, id, value)
    else r.visit(left)
    r.visit(child(node, 'body'))
  })
}

function declareCatch(r: Reading, param: Node): void {
  declareAll(r, [
    {
      type: 'VariableDeclaration',
      start: param.start,
      end: param.end,
      kind: 'let',
      declarations: [{ type: 'VariableDeclarator', start: param.start, end: param.end, id: param }],
    },
  ])
}

function interfaceDeclaration(r: Reading, node: Node): void {
  const symbol = r.declared.get(node)
  const made = symbol === undefined ? undefined : symbolAt(r, symbol)
  if (!made || symbol === undefined) return
  within(r, { symbol }, () =>
    inScope(r, false, () => {
      readTypeParams(r, node, made)
      const supers = list(node, 'extends').map((one) => r.type(one))
      if (supers.length > 0) made.supers = [...(made.supers ?? []), ...supers]
      readTypeMembers(r, list(child(node, 'body'), 'body'), symbol)
    }),
  )
}

function typeAlias(r: Reading, node: Node): void {
  const symbol = r.declared.get(node)
  const made = symbol === undefined ? undefined : symbolAt(r, symbol)
  if (!made || symbol === undefined) return
  within(r, { symbol }, () =>
    inScope(r, false, () => {
      readTypeParams(r, node, made)
      const annotation = child(node, 'typeAnnotation')
      if (annotation?.type === 'TSTypeLiteral') readTypeMembers(r, list(annotation, 'members'), symbol)
      else made.type = r.type(annotation)
    }),
  )
}

function enumDeclaration(r: Reading, node: Node): void {
  const symbol = r.declared.get(node)
  if (symbol === undefined) return
  for (const one of list(child(node, 'body') ?? node, 'members')) {
    const name = nameOf(child(one, 'id'))
    if (name === undefined) continue
    addMember(
      r,
      symbol,
      name,
      addSymbol(r, { name, kind: 'property', node: one, at: child(one, 'id'), parent: symbol }),
    )
    r.visit(child(one, 'initializer'))
  }
}

function namespace(r: Reading, node: Node): void {
  const symbol = r.declared.get(node)
  const body = child(node, 'body')
  if (symbol === undefined || !body) return
  within(r, { symbol }, () =>
    inScope(r, true, () => {
      const statements = body.type === 'TSModuleBlock' ? list(body, 'body') : [body]
      declareAll(r, statements)
      for (const [name, at] of r.scope.names) {
        const binding = r.facts.bindings[at]
        if (binding?.kind === 'symbol') for (const one of binding.symbols) addMember(r, symbol, name, one)
      }
      for (const one of statements) r.visit(one)
    }),
  )
}

function exportNamed(r: Reading, node: Node): void {
  const declaration = child(node, 'declaration')
  if (declaration) {
    r.visit(declaration)
    if (r.symbol === -1) exportDeclared(r, declaration)
    return
  }
  const specifier = text(child(node, 'source'), 'value')
  if (specifier !== undefined) addImport(r, { specifier, type: text(node, 'exportKind') === 'type', node })
  for (const one of list(node, 'specifiers')) {
    const local = nameOf(child(one, 'local')) ?? ''
    const name = nameOf(child(one, 'exported')) ?? local
    exportOne(r, one, { local, name, specifier })
  }
}

function exportOne(
  r: Reading,
  node: Node,
  given: { local: string; name: string; specifier: string | undefined },
): void {
  if (given.specifier !== undefined) {
    r.facts.exports[given.name] = { kind: 'from', specifier: given.specifier, name: given.local }
    return
  }
  const binding = lookup(r, given.local)
  if (binding === undefined) {
    r.facts.problems.push({
      line: positionOf(r, node.start).line,
      text: `exports ${given.local}, which is not declared`,
    })
    return
  }
  r.facts.exports[given.name] = { kind: 'local', binding }
  markExported(r, binding)
}

function markExported(r: Reading, at: number): void {
  const binding = r.facts.bindings[at]
  if (binding?.kind !== 'symbol') return
  for (const one of binding.symbols) {
    const symbol = symbolAt(r, one)
    if (symbol) symbol.exported = true
  }
}

function exportDeclared(r: Reading, declaration: Node): void {
  const names =
    declaration.type === 'VariableDeclaration'
      ? list(declaration, 'declarations').flatMap((one) => patternNames(child(one, 'id')))
      : [nameOf(child(declaration, 'id')) ?? '']
  for (const name of names) {
    const binding = r.scope.names.get(name)
    if (binding === undefined) continue
    r.facts.exports[name] = { kind: 'local', binding }
    markExported(r, binding)
  }
}

function patternNames(id: Node | undefined): string[] {
  if (!id) return []
  if (id.type === 'Identifier') return [nameOf(id) ?? '']
  const names: string[] = []
  eachChild(id, (one) => names.push(...patternNames(one.type === 'Property' ? child(one, 'value') : one)))
  return names
}

function exportDefault(r: Reading, node: Node): void {
  const declaration = child(node, 'declaration')
  if (!declaration) return
  const declared = r.declared.get(declaration)
  if (declared !== undefined) {
    r.visit(declaration)
    const binding = lookup(r, r.facts.symbols[declared]?.name ?? '')
    if (binding !== undefined) r.facts.exports['default'] = { kind: 'local', binding }
    return
  }
  const inner = bare(declaration)
  if (inner?.type === 'Identifier') {
    const binding = lookup(r, nameOf(inner) ?? '')
    r.expression(inner)
    if (binding !== undefined) {
      r.facts.exports['default'] = { kind: 'local', binding }
      markExported(r, binding)
      return
    }
  }
  exportValue(r, declaration)
}

/** `export default () => …` and the like: a symbol called default. */
function exportValue(r: Reading, node: Node): void {
  const inner = bare(node)
  const runs = isFunction(inner) || wrapsFunction(inner)
  const kind = inner?.type === 'ClassExpression' ? 'class' : runs ? 'function' : 'variable'
  const symbol = addSymbol(r, { name: 'default', kind, node, exported: true, outer: node })
  const value = within(r, { symbol }, () => initial(r, node, { symbol, id: node }))
  const made = symbolAt(r, symbol)
  if (made && value !== UNKNOWN) made.value = value
  r.facts.exports['default'] = { kind: 'value', value, symbol }
}

function exportAll(r: Reading, node: Node): void {
  const specifier = text(child(node, 'source'), 'value') ?? ''
  const name = nameOf(child(node, 'exported'))
  addImport(r, { specifier, type: text(node, 'exportKind') === 'type', node })
  if (name) r.facts.exports[name] = { kind: 'from', specifier, name: '*' }
  else if (!r.facts.stars.includes(specifier)) r.facts.stars.push(specifier)
}

function decorator(r: Reading, node: Node): void {
  const expression = child(node, 'expression')
  if (!expression) return
  const value = r.expression(expression)
  if (value.is === 'result') return
  r.facts.sites.push({
    how: 'decorate',
    from: r.symbol,
    callee: value,
    args: [],
    ...positionOf(r, expression.start),
  })
}

/** `this.name = value` makes a member where none is declared; `exports.name = value` exports; `X.prototype.name` is a method. */
function expressionStatement(r: Reading, node: Node): void {
  const expression = child(node, 'expression')
  const target = expression?.type === 'AssignmentExpression' ? child(expression, 'left') : undefined
  const name =
    target?.type === 'MemberExpression' && !flag(target, 'computed')
      ? nameOf(child(target, 'property'))
      : undefined
  const object = target && child(target, 'object')
  if (!expression || !target || !object || name === undefined) {
    r.expression(expression)
    return
  }
  const given = child(expression, 'right')
  if (object.type === 'ThisExpression' && r.self && !r.self.fixed)
    assignMember(r, { owner: r.self.symbol, name, target, given })
  else if (isExports(r, object, name))
    assignExport(r, {
      name: object.type === 'Identifier' && nameOf(object) === 'module' ? '=' : name,
      given,
      target,
    })
  else r.expression(expression)
}

interface Assigned {
  name: string
  target: Node
  given: Node | undefined
}

function assignMember(r: Reading, given: Assigned & { owner: number }): void {
  const owner = symbolAt(r, given.owner)
  const at =
    owner?.members && Object.hasOwn(owner.members, given.name) ? owner.members[given.name]?.[0] : undefined
  const known = at === undefined ? undefined : symbolAt(r, at)
  r.members.add(given.name)
  const value = r.expression(given.given, known?.type ? { type: known.type, path: [] } : undefined)
  if (known) {
    if (known.kind === 'property' && !known.type && !known.value && value.is !== 'unknown')
      known.value = value
    return
  }
  // A member that is declared below, or in JavaScript nowhere: declared ones win, as they are read as members.
  if (!owner || r.facts.language !== 'javascript') return
  const symbol = addSymbol(r, { name: given.name, kind: 'property', node: given.target, parent: given.owner })
  const made = symbolAt(r, symbol)
  if (made && value.is !== 'unknown') made.value = value
  addMember(r, given.owner, given.name, symbol)
}

function isExports(r: Reading, object: Node, name: string): boolean {
  if (r.nested || lookup(r, 'exports') !== undefined || lookup(r, 'module') !== undefined) return false
  if (object.type === 'Identifier')
    return nameOf(object) === 'exports' || (nameOf(object) === 'module' && name === 'exports')
  return nameOf(child(object, 'object')) === 'module' && nameOf(child(object, 'property')) === 'exports'
}

function assignExport(r: Reading, given: Assigned): void {
  const inner = bare(given.given)
  const runs = isFunction(inner)
  if (given.name !== '=' && (runs || inner?.type === 'ClassExpression')) {
    const kind = runs ? 'function' : 'class'
    const symbol = addSymbol(r, { name: given.name, kind, node: given.target, exported: true })
    const value = within(r, { symbol }, () => initial(r, inner, { symbol, id: given.target }))
    r.facts.exports[given.name] = { kind: 'value', value, symbol }
    return
  }
  const value = r.expression(given.given)
  r.facts.exports[given.name] = { kind: 'value', value }
  if (value.is === 'object')
    for (const [name, one] of Object.entries(value.members))
      r.facts.exports[name] = { kind: 'value', value: one }
}
