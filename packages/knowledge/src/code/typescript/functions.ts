// Reads functions: parameters with what they destructure, return types, and what the body gives back.
import type { Expected, Expr, FunctionFact, Parameter, SymbolFact, TypeFact } from '../facts.ts'
import { child, flag, list, nameOf, slots, type Node } from './ast.ts'
import { declareAll, declareVars, namesIn } from './declare.ts'
import {
  UNKNOWN,
  declare,
  declareSymbol,
  inScope,
  lookup,
  within,
  type Reading,
  type Self,
} from './reading.ts'

export interface FunctionPlace {
  /** The symbol that this function is; without one it belongs to the one around it. */
  symbol?: number | undefined
  expected?: Expected | undefined
  self?: Self | undefined
  receiver?: Expr | undefined
}

export function readFunction(r: Reading, node: Node, place: FunctionPlace = {}): FunctionFact {
  const fn: FunctionFact = { params: [] }
  if (flag(node, 'async')) fn.async = true
  if (flag(node, 'generator')) fn.generator = true
  if (place.expected) fn.expected = place.expected
  const own = place.symbol === undefined ? undefined : r.facts.symbols[place.symbol]
  if (own) own.complexity += 1
  // An arrow keeps the `this` around it.
  const self = place.self ?? (node.type === 'ArrowFunctionExpression' ? r.self : undefined)
  const receiver = place.receiver ?? (node.type === 'ArrowFunctionExpression' ? r.receiver : undefined)
  const changes = { symbol: place.symbol ?? r.symbol, nested: true, fn, self, receiver }
  const outer = r.fn
  within(r, changes, () =>
    inScope(r, true, () => {
      // The name of a function expression is known in itself only.
      const name = node.type === 'FunctionExpression' ? nameOf(child(node, 'id')) : undefined
      if (name && place.symbol !== undefined) declareSymbol(r, { name, symbol: place.symbol })
      readTypeParams(r, node, fn)
      fn.params = readParams(r, node, place.expected)
      const written = node.type === 'ArrowFunctionExpression' ? outer?.self : writtenThis(r)
      if (written) fn.self = written
      const returns = child(node, 'returnType')
      if (returns) fn.returns = r.type(child(returns, 'typeAnnotation'))
      readBody(r, node, fn)
    }),
  )
  return fn
}

/** The type of a parameter called `this`. */
function writtenThis(r: Reading): TypeFact | undefined {
  const at = r.scope.names?.get('this')
  const binding = at === undefined ? undefined : r.facts.bindings[at]
  return binding?.kind === 'parameter' ? binding.type : undefined
}

export function readTypeParams(r: Reading, node: Node, into: { typeParams?: number[] }): void {
  const params = list(child(node, 'typeParameters'), 'params')
  if (params.length === 0) return
  // Names first: a limit may name a later one.
  const made = params.map((one) => declare(r, nameOf(child(one, 'name')) ?? '', { kind: 'typeParameter' }))
  params.forEach((one, at) => {
    const binding = r.facts.bindings[made[at] ?? -1]
    if (binding?.kind !== 'typeParameter') return
    const limit = child(one, 'constraint')
    const fallback = child(one, 'default')
    if (limit) binding.limit = r.type(limit)
    if (fallback) binding.fallback = r.type(fallback)
  })
  into.typeParams = made
}

export function readParams(r: Reading, node: Node, expected?: Expected): Parameter[] {
  const params = list(node, 'params')
  // All names before any default value is read.
  const bindings = params.map((one, at) => {
    const id = innerPattern(one)
    const name = id?.type === 'Identifier' ? (nameOf(id) ?? '') : ''
    const binding = declare(
      r,
      name,
      expected ? { kind: 'parameter', at, expected } : { kind: 'parameter', at },
    )
    if (id?.type !== 'Identifier')
      for (const inner of namesIn(id)) declare(r, nameOf(inner) ?? '', { kind: 'value' })
    return binding
  })
  const read = params.map((one, at) => readParam(r, one, bindings[at] ?? -1))
  return read.filter((_, at) => nameOf(innerPattern(params[at] ?? node)) !== 'this')
}

const innerPattern = (param: Node): Node | undefined => {
  if (param.type === 'TSParameterProperty') return innerPattern(child(param, 'parameter') ?? param)
  if (param.type === 'AssignmentPattern') return child(param, 'left')
  if (param.type === 'RestElement') return child(param, 'argument')
  return param
}

function readParam(r: Reading, param: Node, binding: number): Parameter {
  for (const one of list(param, 'decorators')) r.visit(one)
  const inner = param.type === 'TSParameterProperty' ? (child(param, 'parameter') ?? param) : param
  const id = innerPattern(param) ?? param
  const result: Parameter = { binding }
  if (inner.type === 'RestElement') result.rest = true
  if (flag(id, 'optional') || inner.type === 'AssignmentPattern') result.optional = true
  fillParam(r, binding, { inner, id, rest: result.rest === true })
  if (id.type !== 'Identifier') bindPattern(r, id, { is: 'ref', binding })
  return result
}

function fillParam(r: Reading, binding: number, param: { inner: Node; id: Node; rest: boolean }): void {
  const made = r.facts.bindings[binding]
  if (made?.kind !== 'parameter') return
  const annotated = child(param.id, 'typeAnnotation') ?? child(param.inner, 'typeAnnotation')
  if (annotated) made.type = r.type(child(annotated, 'typeAnnotation'))
  if (param.rest) made.rest = true
  if (param.inner.type !== 'AssignmentPattern') return
  const value = r.expression(
    child(param.inner, 'right'),
    made.type ? { type: made.type, path: [] } : undefined,
  )
  if (!made.type) made.value = value
}

/** Gives each name of a pattern the value that it takes out. */
export function bindPattern(r: Reading, pattern: Node, value: Expr): void {
  BINDERS[pattern.type]?.(r, pattern, value)
}

const BINDERS: Record<string, (r: Reading, pattern: Node, value: Expr) => void> = {
  Identifier: (r, pattern, value) => assign(r, pattern, value),
  AssignmentPattern: (r, pattern, value) => {
    const fallback = r.expression(child(pattern, 'right'))
    const left = child(pattern, 'left')
    if (left) bindPattern(r, left, fallback === UNKNOWN ? value : { is: 'either', of: [value, fallback] })
  },
  RestElement: (r, pattern, value) => {
    const inner = child(pattern, 'argument')
    if (inner) bindPattern(r, inner, value)
  },
  ArrayPattern: (r, pattern, value) => {
    slots(pattern, 'elements').forEach((one, index) => {
      if (!one) return
      bindPattern(r, one, one.type === 'RestElement' ? value : { is: 'element', of: value, index })
    })
  },
  ObjectPattern: (r, pattern, value) => {
    for (const one of list(pattern, 'properties')) bindProperty(r, one, value)
  },
}

function bindProperty(r: Reading, property: Node, value: Expr): void {
  if (property.type === 'RestElement') {
    bindPattern(r, property, value)
    return
  }
  const key = child(property, 'key')
  const name = flag(property, 'computed') ? undefined : nameOf(key)
  if (flag(property, 'computed')) r.visit(key)
  if (name) r.members.add(name)
  const inner = child(property, 'value')
  if (inner) bindPattern(r, inner, name === undefined ? UNKNOWN : { is: 'member', of: value, name })
}

function assign(r: Reading, id: Node, value: Expr): void {
  const at = lookup(r, nameOf(id) ?? '')
  const binding = at === undefined ? undefined : r.facts.bindings[at]
  const annotation = child(child(id, 'typeAnnotation') ?? id, 'typeAnnotation')
  const type: TypeFact | undefined = annotation ? r.type(annotation) : undefined
  const into =
    binding?.kind === 'symbol'
      ? variableOf(r, binding.symbols)
      : binding?.kind === 'value'
        ? binding
        : undefined
  if (!into) return
  Object.assign(into, type ? { type } : {}, value.is === 'unknown' ? {} : { value })
}

/** The symbol of a name that holds a value: an interface may share the name. */
export const variableOf = (r: Reading, symbols: readonly number[]): SymbolFact | undefined =>
  symbols
    .map((one) => r.facts.symbols[one])
    .find((one) => one?.kind === 'variable' || one?.kind === 'function')

function readBody(r: Reading, node: Node, fn: FunctionFact): void {
  const body = child(node, 'body')
  if (!body) return
  if (body.type === 'BlockStatement') {
    const statements = list(body, 'body')
    if (r.hasVars && /\bvar\b/.test(r.source.slice(body.start, body.end))) declareVars(r, body)
    declareAll(r, statements)
    for (const one of statements) r.visit(one)
    return
  }
  give(r, body, fn)
}

/** Reads what a function gives back, expecting what it says it does. */
export function give(r: Reading, node: Node, fn: FunctionFact): void {
  const value = r.expression(node, expectedBack(fn))
  if (fn.returns !== undefined || value.is === 'unknown') return
  // Most give back one thing, and a list that grows takes room for sixteen more.
  if (fn.gives) fn.gives.push(value)
  else fn.gives = [value]
}

function expectedBack(fn: FunctionFact): Expected | undefined {
  const last = fn.async ? ['await'] : []
  if (fn.returns) return { type: fn.returns, path: last }
  return fn.expected ? { ...fn.expected, path: [...fn.expected.path, '()', ...last] } : undefined
}

/** The expected type of a variable, for the functions in its value. */
export function expectedOf(r: Reading, id: Node | undefined): Expected | undefined {
  const annotation = child(child(id ?? EMPTY, 'typeAnnotation') ?? EMPTY, 'typeAnnotation')
  return annotation ? { type: r.type(annotation), path: [] } : undefined
}

const EMPTY: Node = { type: '', start: 0, end: 0 }
