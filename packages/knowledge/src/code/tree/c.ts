// C and C++: functions through includes and the source beside a header, classes with typed members, methods defined elsewhere.
import type { Expr, TypeFact } from '../facts.ts'
import { addImport } from '../typescript/declare.ts'
import { lookup } from '../typescript/reading.ts'
import {
  call,
  declareClass,
  declareFunction,
  exportAll,
  expression,
  give,
  hoist,
  inClass,
  kid,
  kids,
  memberExpr,
  nameExpr,
  namedType,
  ofType,
  readFunction,
  type,
  visit,
  word,
  type Language,
  type NewFunction,
  type Param,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'
import { assign, field } from './variables.ts'

const CLASSES = ['class_specifier', 'struct_specifier', 'union_specifier']

const table = <T>(names: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(names.map((one): [string, T] => [one, value]))

export const c: Language = {
  name: 'c',
  grammar: 'cpp',
  files: /\.(?:c|h|cc|cpp|cxx|hh|hpp|hxx)$/,
  version: 1,
  comments: /^comment$/,
  branches: new Set([
    'if_statement',
    'for_statement',
    'for_range_loop',
    'while_statement',
    'do_statement',
    'case_statement',
    'catch_clause',
    'conditional_expression',
  ]),
  hoist: {
    preproc_include: (t, node) => include(t, node),
    ...table(['preproc_ifdef', 'preproc_if', 'preproc_else', 'linkage_specification'], hoistInner),
    namespace_definition: (t, node) => hoist(t, kid(node, 'body')?.kids ?? []),
    declaration_list: (t, node) => hoist(t, node.kids),
    template_declaration: (t, node) => hoist(t, node.kids),
    type_definition: (t, node) => hoist(t, node.kids),
    ...table(CLASSES, (t: Tree, node: TreeNode) => {
      if (kid(node, 'body') && kid(node, 'name')) declareClass(t, node, classOf(t, node))
    }),
    function_definition: (t, node) => {
      if (!definedElsewhere(node)) declareFunction(t, node, functionOf(t, node))
    },
    field_declaration: (t, node) => declareMember(t, node),
  },
  statements: {
    preproc_include: () => undefined,
    field_declaration: () => undefined,
    ...table(CLASSES, (t: Tree, node: TreeNode) => readClass(t, node)),
    function_definition: (t, node) => readDefinition(t, node),
    return_statement: (t, node) => give(t, node.kids[0]),
    declaration: (t, node) => declaration(t, node),
    for_range_loop: (t, node) => forRange(t, node),
  },
  expressions: {
    identifier: (t, node) => nameIn(t, node),
    this: (t) => thisExpr(t),
    field_expression: (t, node) => memberExpr(t, kid(node, 'argument'), word(t, kid(node, 'field'))),
    call_expression: (t, node) => readCall(t, node),
    new_expression: (t, node) => creation(t, node),
    pointer_expression: (t, node) => expression(t, kid(node, 'argument')),
    parenthesized_expression: (t, node) => expression(t, node.kids[0]),
    subscript_expression: (t, node) => ({ is: 'element', of: expression(t, kid(node, 'argument')) }),
    assignment_expression: (t, node) => {
      visit(t, kid(node, 'left'))
      return expression(t, kid(node, 'right'))
    },
    cast_expression: (t, node) => {
      visit(t, kid(node, 'value'))
      return { is: 'cast', type: type(t, kid(kid(node, 'type'), 'type')) }
    },
    string_literal: () => ({ is: 'literal', type: 'string' }),
  },
  types: {
    type_identifier: (t, node) => namedType(t, node),
    namespace_identifier: (t, node) => namedType(t, node),
    qualified_identifier: (t, node) => type(t, kid(node, 'name')),
    struct_specifier: (t, node) => type(t, kid(node, 'name')),
    class_specifier: (t, node) => type(t, kid(node, 'name')),
    template_type: (t, node) => template(t, node),
    type_descriptor: (t, node) => type(t, kid(node, 'type')),
  },
  // Through what is included, and the source beside it.
  unbound: (t, name) =>
    t.r.facts.stars.length > 0 && /^[A-Za-z_]\w*$/.test(name) ? { specifier: 'c:.', name } : undefined,
  finish: (t) => {
    t.r.facts.stars.push('c:+')
    exportAll(t, (name) => t.r.facts.bindings[t.root.names?.get(name) ?? -1]?.kind === 'symbol')
  },
}

function hoistInner(t: Tree, node: TreeNode): void {
  hoist(t, node.kids)
}

const ownerOf = (t: Tree): number | undefined => (t.r.self && !t.r.fn ? t.r.symbol : undefined)

const classOf = (t: Tree, node: TreeNode) => ({ name: kid(node, 'name'), exported: true, owner: ownerOf(t) })

/** Through pointers and references to the name. */
function nameOf(node: TreeNode | undefined): TreeNode | undefined {
  let at = node
  while (at && !/identifier$|^destructor_name$|^operator_name$/.test(at.type))
    at = kid(at, 'declarator') ?? at.kids.find((one) => /declarator$|identifier$/.test(one.type))
  return at
}

function functionIn(node: TreeNode | undefined): TreeNode | undefined {
  let at = node
  while (at && at.type !== 'function_declarator')
    at = kid(at, 'declarator') ?? ofType(at, 'function_declarator')
  return at
}

/** `void Cart::put()`. */
function definedElsewhere(node: TreeNode): TreeNode | undefined {
  const name = nameOf(kid(functionIn(kid(node, 'declarator')), 'declarator'))
  return name?.type === 'qualified_identifier' ? name : undefined
}

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const declarator = functionIn(kid(node, 'declarator'))
  const owner = ownerOf(t)
  const name = nameOf(kid(declarator, 'declarator'))
  return {
    name,
    kind: owner === undefined ? 'function' : 'method',
    exported: true,
    params: kid(declarator, 'parameters'),
    returns: kid(node, 'type'),
    body: kid(node, 'body'),
    owner,
    fixed: node.kids.some((one) => one.type === 'storage_class_specifier' && word(t, one) === 'static'),
    param: paramOf,
  }
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  const name = nameOf(kid(node, 'declarator'))
  return name && { name: word(t, name), type: type(t, kid(node, 'type')) }
}

function readClass(t: Tree, node: TreeNode): void {
  const body = kid(node, 'body')
  if (!body || !kid(node, 'name')) return
  const symbol = declareClass(t, node, classOf(t, node))
  inClass(t, symbol, () => {
    const bases = ofType(node, 'base_class_clause')?.kids ?? []
    const types = bases.map((one) => type(t, one)).filter((one) => one.is !== 'unknown')
    const made = t.r.facts.symbols[symbol]
    if (made && types.length > 0) made.supers = types
    hoist(t, body.kids)
    for (const one of body.kids) visit(t, one)
  })
}

/** A field, or a method whose body stands elsewhere. */
function declareMember(t: Tree, node: TreeNode): void {
  const owner = ownerOf(t)
  if (owner === undefined) return
  if (functionIn(kid(node, 'declarator'))) {
    const given = functionOf(t, node)
    const symbol = declareFunction(t, node, given)
    const made = t.r.facts.symbols[symbol]
    const returns = type(t, given.returns)
    if (made) made.fns = [{ params: [], ...(returns.is === 'unknown' ? {} : { returns }) }]
    return
  }
  for (const one of kids(node, 'declarator')) {
    const id = nameOf(one)
    if (id) field(t, one, { owner, name: word(t, id), type: type(t, kid(node, 'type')), at: id })
  }
}

/** A method that is defined outside of its class knows it by name. */
function readDefinition(t: Tree, node: TreeNode): void {
  const qualified = definedElsewhere(node)
  if (!qualified) {
    readFunction(t, node, functionOf(t, node))
    return
  }
  const scope = kid(qualified, 'scope')
  const known = scope && lookup(t.r, word(t, scope))
  const binding = known === undefined ? undefined : t.r.facts.bindings[known]
  const owner = binding?.kind === 'symbol' ? binding.symbols[0] : undefined
  const name = nameOf(kid(qualified, 'name'))
  const given = { ...functionOf(t, node), name: name ?? qualified }
  if (owner !== undefined) {
    const members = t.r.facts.symbols[owner]?.members ?? {}
    const declared = [`static ${word(t, name)}`, word(t, name)]
      .map((one) => (Object.hasOwn(members, one) ? members[one]?.[0] : undefined))
      .find((one) => one !== undefined)
    // Its body belongs to the method that the class has declared.
    if (declared !== undefined) t.ahead.set(node, declared)
    inClass(t, owner, () => void readFunction(t, node, { ...given, owner, kind: 'method' }))
    return
  }
  const outer = t.r.receiver
  t.r.receiver = scope && { is: 'instance', of: nameExpr(t, scope, true) }
  readFunction(t, node, { ...given, name: qualified, kind: 'method' })
  t.r.receiver = outer
}

const thisExpr = (t: Tree): Expr =>
  t.r.self ? { is: 'this', symbol: t.r.self.symbol } : (t.r.receiver ?? { is: 'unknown' })

/** A bare name in a method may be a member: of the class in this file surely, of one elsewhere perhaps. */
function nameIn(t: Tree, node: TreeNode): Expr {
  const name = word(t, node)
  if (lookup(t.r, name) !== undefined) return nameExpr(t, node)
  const { self, receiver } = t.r
  const members = self && t.r.facts.symbols[self.symbol]?.members
  if (self && members && (Object.hasOwn(members, name) || Object.hasOwn(members, `static ${name}`))) {
    const isStatic = !Object.hasOwn(members, name)
    return {
      is: 'member',
      of: { is: 'this', symbol: self.symbol, ...(isStatic ? { fixed: true } : {}) },
      name,
    }
  }
  const outside = nameExpr(t, node)
  const own = self ? { is: 'this' as const, symbol: self.symbol } : receiver
  return own ? { is: 'either', of: [{ is: 'member', of: own, name }, outside] } : outside
}

function readCall(t: Tree, node: TreeNode): Expr {
  const id = kid(node, 'function')
  const args = kid(node, 'arguments')?.kids ?? []
  const at = kid(id, 'field') ?? kid(id, 'name') ?? id
  return call(t, node, { callee: calleeOf(t, id), args, at })
}

function calleeOf(t: Tree, id: TreeNode | undefined): Expr {
  if (id?.type !== 'qualified_identifier') return expression(t, id)
  const name = kid(id, 'name')
  if (name?.type === 'qualified_identifier') return calleeOf(t, name)
  const scope = kid(id, 'scope')
  const known = scope && lookup(t.r, word(t, scope))
  const isClass = known !== undefined && t.r.facts.bindings[known]?.kind === 'symbol'
  if (isClass) return { is: 'member', of: nameExpr(t, scope, true), name: word(t, name) }
  // A namespace, or a class from an include.
  const outside = name ? nameExpr(t, name, true) : { is: 'unknown' as const }
  const member: Expr = scope
    ? { is: 'member', of: nameExpr(t, scope, true), name: word(t, name) }
    : { is: 'unknown' }
  return word(t, scope) === 'std' ? { is: 'unknown' } : { is: 'either', of: [member, outside] }
}

function creation(t: Tree, node: TreeNode): Expr {
  const written = kid(node, 'type')
  const id = written?.type === 'qualified_identifier' ? kid(written, 'name') : written
  const args = kid(node, 'arguments')?.kids ?? []
  const callee: Expr = id?.type === 'type_identifier' ? nameExpr(t, id, true) : { is: 'unknown' }
  return call(t, node, { callee, args, how: 'new', at: written })
}

function declaration(t: Tree, node: TreeNode): void {
  const written = kid(node, 'type')
  const isAuto = written?.type === 'placeholder_type_specifier'
  const given = isAuto ? undefined : type(t, written)
  for (const one of kids(node, 'declarator')) if (!functionIn(one)) declared(t, one, given)
  if (written && CLASSES.includes(written.type)) visit(t, written)
}

/** `Cart c(1)` gives arguments, everything else a value. */
function declared(t: Tree, node: TreeNode, given: TypeFact | undefined): void {
  const value = kid(node, 'value')
  const isList = value?.type === 'argument_list'
  if (isList) for (const one of value.kids) visit(t, one)
  const known = isList ? undefined : expression(t, value)
  const id = nameOf(node)
  if (id?.type === 'identifier') assign(t, id, { type: given, value: known, fresh: true })
}

function forRange(t: Tree, node: TreeNode): void {
  const id = nameOf(kid(node, 'declarator'))
  const written = kid(node, 'type')
  const given = written?.type === 'placeholder_type_specifier' ? undefined : type(t, written)
  const value: Expr = { is: 'element', of: expression(t, kid(node, 'right')) }
  if (id) assign(t, id, { type: given, value, fresh: true })
  visit(t, kid(node, 'body'))
}

const LISTS = /^(?:vector|list|deque|set|unordered_set|array|span|initializer_list|queue|stack)$/
const POINTERS = /^(?:unique_ptr|shared_ptr|weak_ptr|optional|reference_wrapper)$/
const MAPS = /^(?:map|unordered_map|multimap)$/

/** The library's containers as the linker knows them; a smart pointer is what it points to. */
function template(t: Tree, node: TreeNode): TypeFact {
  const args = (kid(node, 'arguments')?.kids ?? []).map((one) => type(t, one))
  const name = word(t, kid(node, 'name'))
  if (LISTS.test(name)) return { is: 'name', name: 'Array', args }
  if (MAPS.test(name)) return { is: 'name', name: 'Map', args }
  if (POINTERS.test(name)) return args[0] ?? { is: 'unknown' }
  const head = kid(node, 'name')
  return head ? namedType(t, head, args) : { is: 'unknown' }
}

function include(t: Tree, node: TreeNode): void {
  const path = /^"(.+)"$/.exec(word(t, kid(node, 'path')))?.[1]
  if (path === undefined) return
  addImport(t.r, { specifier: `c:=${path}`, type: false, node })
  t.r.facts.stars.push(`c:=${path}`)
}
