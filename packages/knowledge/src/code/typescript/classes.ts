// Reads classes: members with their types, parameter properties, heritage, decorators.
import { memberOf } from '../facts.ts'
import type { FunctionFact, SymbolFact, SymbolKind } from '../facts.ts'
import { bare, child, flag, isFunction, keyOf, list, nameOf, text, type Node } from './ast.ts'
import { declareSymbol, addMember, addSymbol, inScope, symbolAt, within, type Reading } from './reading.ts'
import { expectedOf, readFunction, readTypeParams } from './functions.ts'

export function readClass(r: Reading, node: Node, symbol: number): void {
  const made = symbolAt(r, symbol)
  if (!made) return
  within(r, { symbol, self: { symbol, fixed: false } }, () =>
    inScope(r, false, () => {
      for (const one of list(node, 'decorators')) r.visit(one)
      const own = nameOf(child(node, 'id'))
      if (own && node.type === 'ClassExpression') declareSymbol(r, { name: own, symbol: symbol })
      readTypeParams(r, node, made)
      const base = child(node, 'superClass')
      if (base) made.base = r.expression(base)
      const args = list(child(node, 'superTypeArguments') ?? child(node, 'superTypeParameters'), 'params')
      if (args.length > 0) made.baseArgs = args.map((one) => r.type(one))
      const supers = list(node, 'implements').map((one) => r.type(one))
      if (supers.length > 0) made.supers = supers
      for (const one of list(child(node, 'body'), 'body')) readMember(r, one, symbol)
    }),
  )
}

const MEMBERS: Record<string, (r: Reading, node: Node, owner: number) => void> = {
  MethodDefinition: (r, node, owner) => readMethod(r, node, owner),
  TSAbstractMethodDefinition: (r, node, owner) => readMethod(r, node, owner),
  PropertyDefinition: (r, node, owner) => readProperty(r, node, owner),
  AccessorProperty: (r, node, owner) => readProperty(r, node, owner),
  TSAbstractPropertyDefinition: (r, node, owner) => readProperty(r, node, owner),
  StaticBlock: (r, node, owner) =>
    within(r, { self: { symbol: owner, fixed: true }, nested: true }, () =>
      inScope(r, true, () => {
        for (const one of list(node, 'body')) r.visit(one)
      }),
    ),
  TSIndexSignature: (r, node, owner) => {
    const made = within(r, { nested: true }, () =>
      addSymbol(r, { name: '[]', kind: 'property', node, parent: owner }),
    )
    const symbol = symbolAt(r, made)
    if (symbol) symbol.type = r.type(child(child(node, 'typeAnnotation') ?? node, 'typeAnnotation'))
    addMember(r, owner, { name: '[]', member: made })
  },
}

function readMember(r: Reading, node: Node, owner: number): void {
  MEMBERS[node.type]?.(r, node, owner)
}

/** Overloads, a getter and its setter: one member, one symbol. */
function memberSymbol(r: Reading, node: Node, given: { owner: number; kind: SymbolKind }): number {
  const name = keyOf(node) ?? COMPUTED
  const slot = flag(node, 'static') ? `static ${name}` : name
  const before = name === COMPUTED ? undefined : memberOf(symbolAt(r, given.owner), slot)
  if (before !== undefined) return before
  const at = child(node, 'key')
  const symbol = addSymbol(r, { name, kind: given.kind, node, at, parent: given.owner, outer: node })
  const made = symbolAt(r, symbol)
  if (made) markMember(made, node)
  addMember(r, given.owner, { name: slot, member: symbol })
  return symbol
}

const COMPUTED = '[computed]'

function markMember(made: SymbolFact, node: Node): void {
  if (flag(node, 'static')) made.static = true
  if (flag(node, 'optional')) made.optional = true
  if (text(node, 'accessibility') === 'private' || made.name.startsWith('#')) made.private = true
}

function readMethod(r: Reading, node: Node, owner: number): void {
  for (const one of list(node, 'decorators')) r.visit(one)
  if (flag(node, 'computed')) r.visit(child(node, 'key'))
  const kind = text(node, 'kind') ?? 'method'
  const symbol = memberSymbol(r, node, { owner, kind: /^[gs]et$/.test(kind) ? 'accessor' : 'method' })
  const value = child(node, 'value')
  const made = symbolAt(r, symbol)
  if (!value || !made) return
  const fn = readFunction(r, value, { symbol, self: { symbol: owner, fixed: flag(node, 'static') } })
  if (kind === 'constructor') readParameterProperties(r, value, owner)
  if (kind === 'get') keepGiven(made, fn)
  else if (kind !== 'set') keepSignature(made, fn, value)
}

/** An implementation behind overloads is not what callers see. */
function keepSignature(made: SymbolFact, fn: FunctionFact, value: Node): void {
  if (!made.fns || !child(value, 'body')) (made.fns ??= []).push(fn)
}

/** A getter is what it gives. */
function keepGiven(made: SymbolFact, fn: FunctionFact): void {
  if (fn.returns) made.type = fn.returns
  else if (fn.gives) made.value = { is: 'either', of: fn.gives }
}

function readParameterProperties(r: Reading, constructor: Node, owner: number): void {
  for (const one of list(constructor, 'params')) {
    if (one.type !== 'TSParameterProperty') continue
    const inner = child(one, 'parameter')
    const id = inner?.type === 'AssignmentPattern' ? child(inner, 'left') : inner
    const name = nameOf(id)
    if (!id || name === undefined) continue
    const made = addSymbol(r, { name, kind: 'property', node: one, at: id, parent: owner })
    const symbol = symbolAt(r, made)
    const expected = expectedOf(r, id)
    if (symbol && expected?.type) symbol.type = expected.type
    if (symbol && text(one, 'accessibility') === 'private') symbol.private = true
    addMember(r, owner, { name: name, member: made })
  }
}

function readProperty(r: Reading, node: Node, owner: number): void {
  for (const one of list(node, 'decorators')) r.visit(one)
  if (flag(node, 'computed')) r.visit(child(node, 'key'))
  const value = child(node, 'value')
  const inner = bare(value)
  const symbol = memberSymbol(r, node, { owner, kind: isFunction(inner) ? 'method' : 'property' })
  const made = symbolAt(r, symbol)
  if (!made) return
  const self = { symbol: owner, fixed: flag(node, 'static') }
  const expected = expectedOf(r, node)
  if (expected?.type) made.type = expected.type
  if (isFunction(inner)) {
    made.fns = [within(r, { self }, () => readFunction(r, inner, { symbol, expected }))]
    return
  }
  const given = within(r, { symbol, self, nested: true }, () => r.expression(value, expected))
  if (!made.type && given.is !== 'unknown') made.value = given
}
