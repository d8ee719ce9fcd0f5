// Reads assignments that declare: members made by `this.name = …`, exports of CommonJS.
import { memberOf } from '../facts.ts'
import type { Expr, SymbolFact } from '../facts.ts'
import { bare, child, flag, isFunction, nameOf, type Node } from './ast.ts'
import { addMember, addSymbol, lookup, symbolAt, within, type Reading } from './reading.ts'
import { readInitial } from './variables.ts'

/** `this.name = value` makes a member where none is declared; `exports.name = value` exports; `X.prototype.name` is a method. */
export function expressionStatement(r: Reading, node: Node): void {
  const expression = child(node, 'expression')
  const assigned = expression?.type === 'AssignmentExpression' ? memberAssigned(expression) : undefined
  if (!assigned) r.expression(expression)
  else if (assigned.object.type === 'ThisExpression' && r.self && !r.self.fixed)
    assignMember(r, { ...assigned, owner: r.self.symbol })
  else if (isExports(r, assigned.object, assigned.name))
    assignExport(r, { ...assigned, name: nameOf(assigned.object) === 'module' ? '=' : assigned.name })
  else r.expression(expression)
}

/** `object.name = given`. */
function memberAssigned(expression: Node): (Assigned & { object: Node }) | undefined {
  const target = child(expression, 'left')
  const object = target && child(target, 'object')
  if (target?.type !== 'MemberExpression' || !object || flag(target, 'computed')) return undefined
  const name = nameOf(child(target, 'property'))
  return name === undefined ? undefined : { name, target, object, given: child(expression, 'right') }
}

interface Assigned {
  name: string
  target: Node
  given: Node | undefined
}

function assignMember(r: Reading, given: Assigned & { owner: number }): void {
  const owner = symbolAt(r, given.owner)
  const known = symbolAt(r, memberOf(owner, given.name) ?? -1)
  r.members.add(given.name)
  const value = r.expression(given.given, known?.type ? { type: known.type, path: [] } : undefined)
  if (known) keepFirst(known, value)
  // Declared members are read as members; only JavaScript makes them here.
  else if (owner && r.facts.language === 'javascript') {
    const symbol = addSymbol(r, {
      name: given.name,
      kind: 'property',
      node: given.target,
      parent: given.owner,
    })
    const made = symbolAt(r, symbol)
    if (made) keepFirst(made, value)
    addMember(r, given.owner, { name: given.name, member: symbol })
  }
}

function keepFirst(known: SymbolFact, value: Expr): void {
  if (known.kind === 'property' && !known.type && !known.value && value.is !== 'unknown') known.value = value
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
    const value = within(r, { symbol }, () => readInitial(r, inner, { symbol, id: given.target }))
    r.facts.exports[given.name] = { kind: 'value', value, symbol }
    return
  }
  const value = r.expression(given.given)
  r.facts.exports[given.name] = { kind: 'value', value }
  if (value.is === 'object')
    for (const [name, one] of Object.entries(value.members))
      r.facts.exports[name] = { kind: 'value', value: one }
}
