// Kotlin's classes: fields in their head, companions whose members are the class's own, objects, values of an enum.
import { addMember, declare, within } from '../typescript/reading.ts'
import { typeIn } from './kotlin-types.ts'
import {
  call,
  declareClass,
  hoist,
  inClass,
  kid,
  nameExpr,
  ofType,
  type,
  visit,
  word,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'
import { field } from './variables.ts'

export const ownerOf = (t: Tree): number | undefined => (t.r.self && !t.r.fn ? t.r.self.symbol : undefined)

export const modifiersOf = (t: Tree, node: TreeNode): string => word(t, ofType(node, 'modifiers'))

export const classOf = (t: Tree, node: TreeNode) => ({
  name: kid(node, 'name'),
  exported: !/\bprivate\b/.test(modifiersOf(t, node)),
  owner: ownerOf(t),
  kind: /^(?:[\w\s]+\s)?interface\s/.test(headOf(t, node)) ? ('interface' as const) : ('class' as const),
})

/** The words before the name: the grammar has no node for `interface`. */
const headOf = (t: Tree, node: TreeNode): string =>
  t.r.source
    .slice(ofType(node, 'modifiers')?.end ?? node.start, kid(node, 'name')?.start ?? node.start)
    .trimStart()

export function typeParameters(t: Tree, node: TreeNode): void {
  for (const one of ofType(node, 'type_parameters')?.kids ?? []) {
    const limit = one.kids[1]
    declare(t.r, word(t, one.kids[0]), {
      kind: 'typeParameter',
      ...(limit ? { limit: type(t, limit) } : {}),
    })
  }
}

export const basesOf = (node: TreeNode): TreeNode[] =>
  (ofType(node, 'delegation_specifiers')?.kids ?? []).flatMap((one) => {
    const [inner] = one.kids
    return (inner && /invocation|delegation/.test(inner.type) ? inner.kids[0] : inner) ?? []
  })

/** Members of an object are of the class itself, as those of a companion are. */
export function readClass(t: Tree, node: TreeNode, isObject: boolean): void {
  const symbol = declareClass(t, node, classOf(t, node))
  const made = t.r.facts.symbols[symbol]
  within(t.r, { fn: undefined, receiver: undefined }, () =>
    inClass(t, symbol, () => {
      t.r.self = { symbol, fixed: isObject }
      typeParameters(t, node)
      const bases = basesOf(node)
      if (made && bases.length > 0) made.supers = bases.map((one) => type(t, one))
      readHead(t, node, symbol)
      const members = (ofType(node, 'class_body', 'enum_class_body')?.kids ?? []).flatMap((one) => one)
      readMembers(t, members)
      readBaseCalls(t, node)
    }),
  )
}

/** The class's own companion is known before its methods are read. */
function readMembers(t: Tree, members: readonly TreeNode[]): void {
  const isClass = (one: TreeNode) => /^(?:class|object)_declaration$/.test(one.type)
  hoist(
    t,
    members.filter((one) => isClass(one)),
  )
  for (const one of members) if (one.type === 'companion_object') hoistCompanion(t, one)
  hoist(
    t,
    members.filter((one) => !isClass(one)),
  )
  for (const one of members)
    if (one.type === 'property_declaration' || one.type === 'enum_entry') visit(t, one)
  for (const one of members)
    if (one.type !== 'property_declaration' && one.type !== 'enum_entry') visit(t, one)
}

function inCompanion(t: Tree, run: () => void): void {
  const { self } = t.r
  if (!self) return
  within(t.r, { self: { symbol: self.symbol, fixed: true } }, run)
}

const hoistCompanion = (t: Tree, node: TreeNode): void =>
  inCompanion(t, () => hoist(t, ofType(node, 'class_body')?.kids ?? []))

export const readCompanion = (t: Tree, node: TreeNode): void =>
  inCompanion(t, () => {
    for (const one of ofType(node, 'class_body')?.kids ?? []) visit(t, one)
  })

/** `class A(val b: B, c: C)`: b is a field, c a name while A is made. */
function readHead(t: Tree, node: TreeNode, owner: number): void {
  const head = ofType(ofType(node, 'primary_constructor'), 'class_parameters')
  for (const one of head?.kids ?? []) {
    const id = one.kids.find((inner) => inner.type === 'identifier')
    const name = word(t, id)
    const given = typeIn(t, one)
    if (/\b(?:val|var)\s/.test(t.r.source.slice(one.start, id?.start))) {
      field(t, one, { owner, name, type: given, at: id })
      const made = t.r.facts.symbols[owner]?.members?.[name]?.[0]
      if (made !== undefined) declare(t.r, name, { kind: 'symbol', symbols: [made] })
    } else declare(t.r, name, { kind: 'value', ...(given ? { type: given } : {}) })
  }
}

/** `: Base(value)` calls the constructor of Base. */
function readBaseCalls(t: Tree, node: TreeNode): void {
  for (const one of ofType(node, 'delegation_specifiers')?.kids ?? []) {
    const [inner] = one.kids
    if (inner?.type === 'constructor_invocation') {
      const id = inner.kids[0]?.kids[0]
      call(t, inner, {
        callee: nameExpr(t, id, true),
        args: ofType(inner, 'value_arguments')?.kids ?? [],
        how: 'new',
        at: id,
      })
    } else if (inner?.type === 'explicit_delegation') visit(t, inner.kids[1])
  }
}

/** `A(1)` of an enum is a value of it. */
export function readEntry(t: Tree, node: TreeNode): void {
  const owner = t.r.self?.symbol
  const id = node.kids.find((one) => one.type === 'identifier')
  const name = word(t, id)
  if (owner === undefined) return
  field(t, node, { owner, name, value: { is: 'this', symbol: owner }, at: id })
  const made = t.r.facts.symbols[owner]?.members?.[name]?.[0]
  if (made === undefined) return
  addMember(t.r, owner, { name: `static ${name}`, member: made })
  declare(t.r, name, { kind: 'symbol', symbols: [made] })
  for (const one of node.kids) if (one !== id) visit(t, one)
}
