// Reads variables: what they are given, by the symbol that was declared for them.
import type { Expr } from '../facts.ts'
import { bare, child, isFunction, list, nameOf, type Node } from './ast.ts'
import { readClass } from './classes.ts'
import { wrapsFunction } from './declare.ts'
import { bindPattern, expectedOf, readFunction } from './functions.ts'
import { readObject } from './objects.ts'
import { lookup, symbolAt, within, type Reading } from './reading.ts'

export function readDeclarator(r: Reading, node: Node): void {
  const id = child(node, 'id')
  const init = child(node, 'init')
  if (!id) return
  const symbol = r.declared.get(node)
  const value = within(r, { symbol: symbol ?? ownerOfPattern(r, id) }, () =>
    readInitial(r, init, { symbol, id }),
  )
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

export function readInitial(
  r: Reading,
  init: Node | undefined,
  place: { symbol: number | undefined; id: Node },
): Expr {
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
