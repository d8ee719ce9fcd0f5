// Reads object literals: their functions are methods of the symbol that they are the value of.
import type { Expected, Expr } from '../facts.ts'
import { bare, child, flag, isFunction, keyOf, list, nameOf, text, type Node } from './ast.ts'
import { readFunction } from './functions.ts'
import { addSymbol, within, type Reading } from './reading.ts'

/** `owner` is the symbol whose value the literal is: its functions are that symbol's methods. */
export function readObject(
  r: Reading,
  node: Node,
  place: { owner?: number; expected?: Expected | undefined },
): Expr {
  const members: Record<string, Expr> = {}
  const spread: Expr[] = []
  for (const one of list(node, 'properties')) {
    if (one.type === 'SpreadElement') {
      spread.push(r.expression(child(one, 'argument')))
      continue
    }
    const name = keyOf(one)
    if (flag(one, 'computed')) r.visit(child(one, 'key'))
    const value = property(r, one, { ...place, name })
    if (name !== undefined && name !== '__proto__')
      members[name] = name === 'method' ? withText(one, value) : value
  }
  return spread.length > 0 ? { is: 'object', members, spread } : { is: 'object', members }
}

/** The method of a request is part of where it leads. */
function withText(property: Node, value: Expr): Expr {
  const text = nameOf(child(property, 'value'))
  return value.is === 'literal' &&
    value.type === 'string' &&
    text !== undefined &&
    /^[A-Za-z]{3,8}$/.test(text)
    ? { is: 'literal', type: 'string', value: text }
    : value
}

interface PropertyPlace {
  owner?: number
  expected?: Expected | undefined
  name: string | undefined
}

function property(r: Reading, node: Node, place: PropertyPlace): Expr {
  const value = child(node, 'value')
  const inner = bare(value)
  const { name, owner } = place
  if (name === undefined) return r.expression(value)
  const expected = place.expected
    ? { ...place.expected, path: [...place.expected.path, `.${name}`] }
    : undefined
  if (isFunction(inner)) return method(r, node, { ...place, name, inner, inside: expected })
  if (inner?.type !== 'ObjectExpression' || owner === undefined) return r.expression(value, expected)
  const symbol = addSymbol(r, { name, kind: 'property', node, at: child(node, 'key'), parent: owner })
  return readObject(r, inner, { owner: symbol, expected })
}

interface MethodPlace extends PropertyPlace {
  name: string
  inner: Node
  inside: Expected | undefined
}

function method(r: Reading, node: Node, place: MethodPlace): Expr {
  const { name, inner, owner } = place
  const nested = r.nested || owner === undefined
  const symbol = within(r, { nested }, () =>
    addSymbol(r, {
      name,
      kind: 'method',
      node,
      at: child(node, 'key'),
      parent: owner ?? r.symbol,
      outer: node,
    }),
  )
  const fn = readFunction(r, inner, { symbol, expected: place.inside, receiver: receiverOf(place, inner) })
  const isAccessor = text(node, 'kind') !== 'init'
  Object.assign(r.facts.symbols[symbol] ?? {}, { fns: [fn] }, isAccessor ? { kind: 'accessor' } : {})
  return isAccessor ? { is: 'either', of: fn.gives ?? [] } : { is: 'function', symbol }
}

/** In a literal's method `this` is the literal: what it is said to be, or the variable that holds it. */
function receiverOf(place: PropertyPlace, node: Node): Expr | undefined {
  if (node.type === 'ArrowFunctionExpression') return undefined
  if (place.expected) return { is: 'expected', expected: place.expected }
  return place.owner === undefined ? undefined : { is: 'symbol', symbol: place.owner }
}
