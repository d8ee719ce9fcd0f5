// Reads statements and declarations: fills in what was declared ahead, follows exports, counts branches.
import type { Expr } from '../facts.ts'
import { child, eachChild, flag, list, nameOf, type Node } from './ast.ts'
import { readClass } from './classes.ts'
import { declareAll } from './declare.ts'
import { expressionStatement } from './assignments.ts'
import { exportAll, exportDefault, exportNamed } from './exports.ts'
import { narrowing } from './narrowing.ts'
import { readDeclarator } from './variables.ts'
import { bindPattern, give, readFunction, readTypeParams } from './functions.ts'
import { addMember, addSymbol, inScope, positionOf, symbolAt, within, type Reading } from './reading.ts'
import { readTypeMembers } from './types.ts'

export type ReadStatement = (r: Reading, node: Node) => void

export const STATEMENTS: Record<string, ReadStatement> = {
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
  FunctionDeclaration: functionDeclaration,
  TSDeclareFunction: functionDeclaration,
  ClassDeclaration: (r, node) => {
    const symbol = r.declared.get(node)
    if (symbol !== undefined) readClass(r, node, symbol)
  },
  VariableDeclaration: (r, node) => {
    for (const one of list(node, 'declarations')) readDeclarator(r, one)
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
  ForOfStatement: loop,
  ForInStatement: loop,
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
  TSInterfaceDeclaration: interfaceDeclaration,
  TSTypeAliasDeclaration: typeAlias,
  TSEnumDeclaration: enumDeclaration,
  TSModuleDeclaration: namespace,
  ExportNamedDeclaration: (r, node) => exportNamed(r, node),
  ExportDefaultDeclaration: (r, node) => exportDefault(r, node),
  ExportAllDeclaration: (r, node) => exportAll(r, node),
  TSExportAssignment: (r, node) => {
    const value = r.expression(child(node, 'expression'))
    r.facts.exports['='] = { kind: 'value', value }
  },
  ImportDeclaration: () => undefined,
  Decorator: decorator,
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
    addMember(r, symbol, {
      name,
      member: addSymbol(r, { name, kind: 'property', node: one, at: child(one, 'id'), parent: symbol }),
    })
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
      for (const [name, at] of r.scope.names ?? []) {
        const binding = r.facts.bindings[at]
        if (binding?.kind === 'symbol')
          for (const one of binding.symbols) addMember(r, symbol, { name: name, member: one })
      }
      for (const one of statements) r.visit(one)
    }),
  )
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
