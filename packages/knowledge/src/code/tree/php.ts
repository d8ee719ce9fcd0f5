// PHP: classes found by `use` and by their file's name, typed properties and parameters, traits, functions of the same file.
import type { Expr, TypeFact } from '../facts.ts'
import { addImport } from '../typescript/declare.ts'
import { lookup } from '../typescript/reading.ts'
import {
  block,
  call,
  declareClass,
  declareFunction,
  exportAll,
  expression,
  give,
  hoist,
  importName,
  inClass,
  kid,
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

const CLASSES = ['class_declaration', 'interface_declaration', 'trait_declaration', 'enum_declaration']
const FUNCTIONS = ['method_declaration', 'function_definition']

const table = <T>(names: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(names.map((one): [string, T] => [one, value]))

export const php: Language = {
  name: 'php',
  grammar: 'php',
  files: /\.php$/,
  version: 1,
  comments: /^comment$/,
  branches: new Set([
    'if_statement',
    'else_if_clause',
    'for_statement',
    'foreach_statement',
    'while_statement',
    'do_statement',
    'case_statement',
    'catch_clause',
    'conditional_expression',
    'match_conditional_expression',
  ]),
  hoist: {
    namespace_use_declaration: (t, node) => importUse(t, node),
    namespace_definition: (t, node) => hoist(t, kid(node, 'body')?.kids ?? []),
    ...table(CLASSES, (t: Tree, node: TreeNode) => void declareClass(t, node, classOf(node))),
    ...table(FUNCTIONS, (t: Tree, node: TreeNode) => void declareFunction(t, node, functionOf(t, node))),
    property_declaration: (t, node) => properties(t, node),
  },
  statements: {
    namespace_use_declaration: () => undefined,
    property_declaration: () => undefined,
    ...table(CLASSES, (t: Tree, node: TreeNode) => readClass(t, node)),
    ...table(FUNCTIONS, (t: Tree, node: TreeNode) => readCallable(t, node)),
    return_statement: (t, node) => give(t, node.kids[0]),
    foreach_statement: (t, node) => forEach(t, node),
    require_once_expression: (t, node) => include(t, node),
    require_expression: (t, node) => include(t, node),
    include_expression: (t, node) => include(t, node),
    include_once_expression: (t, node) => include(t, node),
  },
  expressions: {
    variable_name: (t, node) => variable(t, node),
    name: (t, node) => nameExpr(t, node),
    qualified_name: (t, node) => nameExpr(t, node.kids.at(-1)),
    member_access_expression: (t, node) => memberOf(t, node),
    nullsafe_member_access_expression: (t, node) => memberOf(t, node),
    scoped_property_access_expression: (t, node) => scoped(t, node, true),
    class_constant_access_expression: () => ({ is: 'unknown' }),
    member_call_expression: (t, node) => methodCall(t, node, memberOf(t, node)),
    nullsafe_member_call_expression: (t, node) => methodCall(t, node, memberOf(t, node)),
    scoped_call_expression: (t, node) => methodCall(t, node, scoped(t, node, false)),
    function_call_expression: (t, node) => functionCall(t, node),
    object_creation_expression: (t, node) => creation(t, node),
    assignment_expression: (t, node) => assignment(t, node),
    parenthesized_expression: (t, node) => expression(t, node.kids[0]),
    argument: (t, node) => expression(t, node.kids.at(-1)),
    subscript_expression: (t, node) => ({ is: 'element', of: expression(t, node.kids[0]) }),
    conditional_expression: (t, node) => {
      visit(t, kid(node, 'condition'))
      return { is: 'either', of: [expression(t, kid(node, 'body')), expression(t, kid(node, 'alternative'))] }
    },
    string: () => ({ is: 'literal', type: 'string' }),
    encapsed_string: (t, node) => {
      for (const one of node.kids) visit(t, one)
      return { is: 'literal', type: 'string' }
    },
  },
  types: {
    named_type: (t, node) => named(t, node.kids.at(-1)),
    name: (t, node) => named(t, node),
    qualified_name: (t, node) => named(t, node.kids.at(-1)),
    optional_type: (t, node) => type(t, node.kids[0]),
    union_type: (t, node) => ({ is: 'union', of: node.kids.map((one) => type(t, one)) }),
  },
  // A class of the same namespace lies beside this file under its own name.
  unbound: (_, name) => (/^\p{Lu}\w*$/u.test(name) ? { specifier: `php:.${name}`, name } : undefined),
  finish: (t) => exportAll(t, (name) => !name.startsWith('$')),
}

const SELF = /^(?:self|static)$/

function named(t: Tree, node: TreeNode | undefined): TypeFact {
  if (!node) return { is: 'unknown' }
  if (!SELF.test(word(t, node))) return namedType(t, node)
  const name = t.r.self ? (t.r.facts.symbols[t.r.self.symbol]?.name ?? '') : ''
  const binding = lookup(t.r, name)
  return binding === undefined ? { is: 'unknown' } : { is: 'name', name, binding }
}

const ownerOf = (t: Tree): number | undefined => (t.r.self && !t.r.fn ? t.r.symbol : undefined)

const classOf = (node: TreeNode) => ({
  name: kid(node, 'name'),
  exported: true,
  kind: node.type === 'interface_declaration' ? ('interface' as const) : ('class' as const),
})

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const owner = ownerOf(t)
  return {
    name: kid(node, 'name'),
    kind: owner === undefined ? 'function' : 'method',
    exported: true,
    params: kid(node, 'parameters'),
    returns: kid(node, 'return_type'),
    body: kid(node, 'body'),
    owner,
    fixed: ofType(node, 'static_modifier') !== undefined,
    param: paramOf,
  }
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  const id = kid(node, 'name')
  return id && { name: word(t, id), type: type(t, kid(node, 'type')) }
}

function readClass(t: Tree, node: TreeNode): void {
  const symbol = declareClass(t, node, classOf(node))
  inClass(t, symbol, () => {
    const members = kid(node, 'body')?.kids ?? []
    const bases = node.kids.filter((one) => /^(?:base_clause|class_interface_clause)$/.test(one.type))
    // A trait lends its methods as a base does.
    const traits = members.filter((one) => one.type === 'use_declaration')
    const types = [...bases, ...traits].flatMap((one) => one.kids).map((one) => type(t, one))
    const made = t.r.facts.symbols[symbol]
    if (made && types.length > 0) made.supers = types
    for (const one of members) promoted(t, one, symbol)
    hoist(t, members)
    for (const one of members) visit(t, one)
  })
}

/** `__construct(private Disk $disk)` declares a property. */
function promoted(t: Tree, node: TreeNode, owner: number): void {
  if (node.type !== 'method_declaration') return
  for (const one of kid(node, 'parameters')?.kids ?? []) {
    if (one.type !== 'property_promotion_parameter') continue
    const param = paramOf(t, one)
    if (param) field(t, one, { owner, name: param.name.slice(1), type: param.type })
  }
}

function properties(t: Tree, node: TreeNode): void {
  const owner = ownerOf(t)
  if (owner === undefined) return
  for (const one of node.kids) {
    if (one.type !== 'property_element') continue
    const name = word(t, kid(one, 'name')).slice(1)
    field(t, one, { owner, name, type: type(t, kid(node, 'type')) })
  }
}

function readCallable(t: Tree, node: TreeNode): void {
  readFunction(t, node, functionOf(t, node))
}

function variable(t: Tree, node: TreeNode): Expr {
  if (word(t, node) === '$this') return t.r.self ? { is: 'this', symbol: t.r.self.symbol } : { is: 'unknown' }
  return nameExpr(t, node, true)
}

function memberOf(t: Tree, node: TreeNode): Expr {
  const name = kid(node, 'name')
  if (name?.type !== 'name') {
    visit(t, kid(node, 'object'))
    return { is: 'unknown' }
  }
  return memberExpr(t, kid(node, 'object'), word(t, name))
}

/** `self::make`, `parent::run`, `Item::$count`. */
function scoped(t: Tree, node: TreeNode, isProperty: boolean): Expr {
  const scope = kid(node, 'scope')
  const written = word(t, kid(node, 'name'))
  const name = isProperty ? written.slice(1) : written
  const relative = scope?.type === 'relative_scope' ? word(t, scope) : ''
  if (!t.r.self || relative === '') return memberExpr(t, scope, name)
  const { symbol } = t.r.self
  t.r.members.add(name)
  if (relative === 'parent') return { is: 'member', of: { is: 'super', symbol }, name }
  const isStatic = Object.hasOwn(t.r.facts.symbols[symbol]?.members ?? {}, `static ${name}`)
  return { is: 'member', of: { is: 'this', symbol, ...(isStatic ? { fixed: true } : {}) }, name }
}

const methodCall = (t: Tree, node: TreeNode, callee: Expr): Expr =>
  call(t, node, { callee, args: kid(node, 'arguments')?.kids ?? [], at: kid(node, 'name') })

function functionCall(t: Tree, node: TreeNode): Expr {
  const id = kid(node, 'function')
  const isName = id?.type === 'name' || id?.type === 'qualified_name'
  const callee = isName ? nameExpr(t, id.type === 'name' ? id : id.kids.at(-1), true) : expression(t, id)
  return call(t, node, { callee, args: kid(node, 'arguments')?.kids ?? [], at: id })
}

function creation(t: Tree, node: TreeNode): Expr {
  const id = node.kids.find((one) => /^(?:name|qualified_name|relative_scope)$/.test(one.type))
  const args = ofType(node, 'arguments')?.kids ?? []
  if (!id) {
    for (const one of node.kids) visit(t, one)
    return { is: 'unknown' }
  }
  const isSelf = SELF.test(word(t, id))
  const callee: Expr =
    isSelf && t.r.self
      ? { is: 'class', symbol: t.r.self.symbol }
      : nameExpr(t, id.type === 'qualified_name' ? id.kids.at(-1) : id, true)
  return call(t, node, { callee, args, how: 'new', at: id })
}

function assignment(t: Tree, node: TreeNode): Expr {
  const left = kid(node, 'left')
  const value = expression(t, kid(node, 'right'))
  if (left?.type === 'variable_name') assign(t, left, { value })
  else if (left?.type === 'member_access_expression' && word(t, kid(left, 'object')) === '$this' && t.r.self)
    field(t, left, { owner: t.r.self.symbol, name: word(t, kid(left, 'name')), value })
  else visit(t, left)
  return value
}

function forEach(t: Tree, node: TreeNode): void {
  const [of, ...names] = node.kids.filter((one) => one.field !== 'body')
  const value: Expr = { is: 'element', of: expression(t, of) }
  const last = names.at(-1)
  const id = last?.type === 'pair' ? last.kids.at(-1) : last
  if (id?.type === 'variable_name') assign(t, id, { value, fresh: true })
  visit(t, kid(node, 'body'))
}

function importUse(t: Tree, node: TreeNode): void {
  const group = ofType(node, 'namespace_use_group')
  const prefix = group ? word(t, ofType(node, 'namespace_name')) : ''
  for (const one of (group ?? node).kids) {
    if (one.type !== 'namespace_use_clause' || kid(one, 'type')) continue
    const path = ofType(one, 'qualified_name', 'name', 'namespace_name')
    const alias = kid(one, 'alias') ?? ofType(one, 'namespace_aliasing_clause')?.kids.at(-1)
    const whole = [prefix, word(t, path)].filter((part) => part !== '').join('\\')
    const parts = whole.replace(/^\\/, '').split('\\')
    const name = parts.at(-1) ?? ''
    importName(t, { local: word(t, alias) || name, specifier: `php:${parts.join('/')}`, name, node: one })
  }
}

/** A path that is written, or one beside the file (`__DIR__ . '/tools.php'`). */
function include(t: Tree, node: TreeNode): void {
  const path = /(?:__DIR__\s*\.\s*)?["']\/?([^"']+\.php)["']/.exec(word(t, node))?.[1]
  if (path !== undefined) addImport(t.r, { specifier: `php:=${path}`, type: false, node })
  for (const one of node.kids) block(t, one)
}
