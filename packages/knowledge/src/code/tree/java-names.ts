// Names in Java and C#: of variables, of loops, of nested classes, and what imports bring.
import type { Expr, TypeFact } from '../facts.ts'
import { lookup } from '../typescript/reading.ts'
import {
  expression,
  importName,
  kid,
  nameExpr,
  namedType,
  ofType,
  type,
  visit,
  word,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'
import { assign } from './variables.ts'

/** `Outer.Inner`. */
export function scopedClass(t: Tree, node: TreeNode): Expr {
  const [outer, inner] = [node.kids[0], node.kids.at(-1)]
  if (!outer || !inner) return { is: 'unknown' }
  const of = outer.type === 'scoped_type_identifier' ? scopedClass(t, outer) : nameExpr(t, outer, true)
  return { is: 'member', of, name: word(t, inner) }
}

export function scopedType(t: Tree, node: TreeNode): TypeFact {
  const outer = node.kids[0]
  const binding = outer && lookup(t.r, word(t, outer))
  if (!outer || binding === undefined) return namedType(t, outer ?? node)
  return { is: 'name', name: word(t, outer), binding, path: [word(t, node.kids.at(-1))] }
}

export function variables(t: Tree, node: TreeNode): Expr {
  const written = kid(node, 'type')
  const isVar = /^(?:var|val)$/.test(word(t, written)) || written?.type === 'implicit_type'
  const given = written && !isVar ? type(t, written) : undefined
  for (const one of node.kids) if (one.type === 'variable_declarator') variable(t, one, given)
  return { is: 'unknown' }
}

function variable(t: Tree, node: TreeNode, given: TypeFact | undefined): void {
  const id = kid(node, 'name') ?? node.kids[0]
  const last = kid(node, 'value') ?? (node.kids.length > 1 ? node.kids.at(-1) : undefined)
  const value = expression(t, last?.type === 'equals_value_clause' ? last.kids[0] : last)
  if (id) assign(t, id, { type: given, value, fresh: true })
}

export function forEach(t: Tree, node: TreeNode, of: TreeNode | undefined): void {
  const written = kid(node, 'type')
  const id = kid(node, 'name') ?? kid(node, 'left')
  const value: Expr = { is: 'element', of: expression(t, of) }
  const isVar = word(t, written) === 'var'
  if (id) assign(t, id, { ...(written && !isVar ? { type: type(t, written) } : {}), value, fresh: true })
  visit(t, kid(node, 'body'))
}

export function importClass(t: Tree, node: TreeNode): void {
  const path = word(
    t,
    node.kids.find((one) => one.type.endsWith('identifier')),
  )
  if (ofType(node, 'asterisk') || path === '') return
  const isStatic = /^import\s+static\b/.test(word(t, node))
  const parts = path.split('.')
  const local = parts.at(-1) ?? ''
  if (isStatic) importName(t, { local, specifier: `java:${parts.slice(0, -1).join('/')}`, name: local, node })
  else importName(t, { local, specifier: `java:${parts.join('/')}`, name: local, node })
}

export function namesIn(node: TreeNode | undefined): TreeNode[] {
  if (!node) return []
  if (/(?:type_identifier|generic_type|identifier|generic_name|qualified_name)$/.test(node.type))
    return [node]
  return node.kids.flatMap((one) => namesIn(one))
}
