// Rust: paths, impl blocks, references and the containers that hand their content on.
import type { Expr, TypeFact } from '../facts.ts'
import { addMember } from '../typescript/reading.ts'
import {
  block,
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
import { readCall } from './rust-calls.ts'
import { bind, closure, condition, letCondition, match, typeParams } from './rust-patterns.ts'
import { importUse } from './rust-use.ts'
import { assign, field } from './variables.ts'

export const rust: Language = {
  name: 'rust',
  grammar: 'rust',
  files: /\.rs$/,
  version: 1,
  comments: /comment$/,
  branches: new Set([
    'if_expression',
    'match_arm',
    'for_expression',
    'while_expression',
    'loop_expression',
    'try_expression',
  ]),
  hoist: {
    use_declaration: (t, node) => importUse(t, kid(node, 'argument'), []),
    mod_item: (t, node) => declareModule(t, node),
    function_item: (t, node) => void declareFunction(t, node, functionOf(t, node)),
    function_signature_item: (t, node) => void declareFunction(t, node, functionOf(t, node)),
    struct_item: (t, node) => void declareClass(t, node, { name: kid(node, 'name') }),
    enum_item: (t, node) => void declareClass(t, node, { name: kid(node, 'name') }),
    union_item: (t, node) => void declareClass(t, node, { name: kid(node, 'name') }),
    trait_item: (t, node) => void declareClass(t, node, { name: kid(node, 'name'), kind: 'interface' }),
    type_item: (t, node) => {
      if (t.r.self === undefined) declareClass(t, node, { name: kid(node, 'name'), kind: 'type' })
    },
    impl_item: (t, node) => declareImpl(t, node),
    const_item: (t, node) => declareConstant(t, node),
    static_item: (t, node) => declareConstant(t, node),
  },
  statements: {
    use_declaration: () => undefined,
    mod_item: (t, node) => readModule(t, node),
    function_item: (t, node) => void readFunction(t, node, functionOf(t, node)),
    function_signature_item: (t, node) => void readFunction(t, node, functionOf(t, node)),
    struct_item: (t, node) => readStruct(t, node),
    enum_item: () => undefined,
    trait_item: (t, node) => readBody(t, node, t.ahead.get(node)),
    type_item: (t, node) => {
      const made = t.r.facts.symbols[t.ahead.get(node) ?? -1]
      if (made) made.type = type(t, kid(node, 'type'))
    },
    impl_item: (t, node) => readImpl(t, node),
    return_expression: (t, node) => give(t, node.kids[0]),
    let_declaration: (t, node) => letDeclaration(t, node),
    block: (t, node) => readBlock(t, node),
    for_expression: (t, node) => {
      bind(t, kid(node, 'pattern'), { value: { is: 'element', of: expression(t, kid(node, 'value')) } })
      visit(t, kid(node, 'body'))
    },
    attribute_item: () => undefined,
    const_item: (t, node) => visit(t, kid(node, 'value')),
    static_item: (t, node) => visit(t, kid(node, 'value')),
  },
  expressions: {
    identifier: (t, node) => nameExpr(t, node),
    self: (t) => (t.r.self ? { is: 'this', symbol: t.r.self.symbol } : { is: 'unknown' }),
    scoped_identifier: (t, node) => scoped(t, node),
    field_expression: (t, node) => memberExpr(t, kid(node, 'value'), word(t, kid(node, 'field'))),
    call_expression: (t, node) => readCall(t, node),
    struct_expression: (t, node) => {
      visit(t, kid(node, 'body'))
      return { is: 'cast', type: type(t, kid(node, 'name')) }
    },
    reference_expression: (t, node) => expression(t, kid(node, 'value')),
    unary_expression: (t, node) => expression(t, node.kids.at(-1)),
    try_expression: (t, node) => expression(t, node.kids[0]),
    await_expression: (t, node) => ({ is: 'await', of: expression(t, node.kids[0]) }),
    parenthesized_expression: (t, node) => expression(t, node.kids[0]),
    index_expression: (t, node) => ({ is: 'element', of: expression(t, node.kids[0]) }),
    type_cast_expression: (t, node) => {
      visit(t, kid(node, 'value'))
      return { is: 'cast', type: type(t, kid(node, 'type')) }
    },
    closure_expression: (t, node, expected) => closure(t, node, expected),
    match_expression: (t, node) => match(t, node),
    if_expression: (t, node) => condition(t, node),
    while_expression: (t, node) => condition(t, node),
    let_condition: (t, node) => letCondition(t, node),
    string_literal: () => ({ is: 'literal', type: 'string' }),
    macro_invocation: () => ({ is: 'unknown' }),
  },
  types: {
    type_identifier: (t, node) => (word(t, node) === 'Self' ? selfType(t) : namedType(t, node)),
    reference_type: (t, node) => type(t, kid(node, 'type')),
    pointer_type: (t, node) => type(t, kid(node, 'type')),
    dynamic_type: (t, node) => type(t, kid(node, 'trait')),
    abstract_type: (t, node) => type(t, kid(node, 'trait')),
    array_type: (t, node) => ({ is: 'array', of: type(t, kid(node, 'element')) }),
    tuple_type: (t, node) => ({ is: 'tuple', of: node.kids.map((one) => type(t, one)) }),
    generic_type: (t, node) => generic(t, node),
    scoped_type_identifier: (t, node) => scopedType(t, node),
  },
  finish: (t) => exportAll(t),
}

const selfType = (t: Tree): TypeFact => {
  const own = t.r.self ? t.r.facts.symbols[t.r.self.symbol] : undefined
  const at = own ? t.root.names?.get(own.name) : undefined
  return own && at !== undefined ? { is: 'name', name: own.name, binding: at } : { is: 'this' }
}

/** `const ZERO: Money = …`, of a type or of the module. */
function declareConstant(t: Tree, node: TreeNode): void {
  const owner = ownerOf(t)
  const id = kid(node, 'name')
  if (!id || t.r.fn) return
  const given = type(t, kid(node, 'type'))
  if (owner === undefined) assign(t, id, { type: given, fresh: true })
  else {
    field(t, node, { owner, name: word(t, id), type: given, at: id })
    const made = t.r.facts.symbols[owner]?.members?.[word(t, id)]?.[0]
    if (made !== undefined) addMember(t.r, owner, { name: `static ${word(t, id)}`, member: made })
  }
}

const ownerOf = (t: Tree): number | undefined => (t.r.self && !t.r.fn ? t.r.self.symbol : undefined)

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const owner = ownerOf(t)
  const params = kid(node, 'parameters')
  return {
    name: kid(node, 'name'),
    kind: owner === undefined ? 'function' : 'method',
    exported: ofType(node, 'visibility_modifier') !== undefined,
    params,
    returns: kid(node, 'return_type'),
    body: kid(node, 'body'),
    owner,
    // Without a self it is called by the type's name.
    fixed: owner !== undefined && !ofType(params, 'self_parameter'),
    before: () => typeParams(t, node),
    param: paramOf,
  }
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  const name = kid(node, 'pattern')
  if (node.type !== 'parameter' || !name) return undefined
  return { name: word(t, ofType(name, 'identifier') ?? name), type: type(t, kid(node, 'type')) }
}

/** The last expression of a body is what it gives. */
function readBlock(t: Tree, node: TreeNode): void {
  hoist(t, node.kids)
  const last = node.kids.findLast((one) => !one.type.endsWith('comment'))
  for (const one of node.kids) {
    const isValue =
      one === last && t.r.fn !== undefined && !/statement|declaration|item|comment/.test(one.type)
    if (isValue) give(t, one)
    else visit(t, one)
  }
}

function implTarget(t: Tree, node: TreeNode): number | undefined {
  const given = kid(node, 'type')
  const name = given?.type === 'generic_type' ? kid(given, 'type') : given
  const at = t.root.names?.get(word(t, name)) ?? t.r.scope.names?.get(word(t, name))
  const binding = at === undefined ? undefined : t.r.facts.bindings[at]
  return binding?.kind === 'symbol' ? binding.symbols[0] : undefined
}

/** The methods of an impl are the type's; a type of another file gets a holder of its name here. */
function declareImpl(t: Tree, node: TreeNode): void {
  const owner = implTarget(t, node)
  if (owner === undefined) return
  t.ahead.set(node, owner)
  inClass(t, owner, () => hoist(t, kid(node, 'body')?.kids ?? []))
}

function readImpl(t: Tree, node: TreeNode): void {
  const owner = t.ahead.get(node) ?? implTarget(t, node)
  const trait = kid(node, 'trait')
  const made = owner === undefined ? undefined : t.r.facts.symbols[owner]
  if (made && trait) (made.supers ??= []).push(type(t, trait))
  if (owner === undefined) {
    for (const one of kid(node, 'body')?.kids ?? []) visit(t, one)
    return
  }
  readBody(t, node, owner)
}

function readBody(t: Tree, node: TreeNode, owner: number | undefined): void {
  if (owner === undefined) return
  inClass(t, owner, () => {
    typeParams(t, node)
    block(t, kid(node, 'body'))
  })
}

function readStruct(t: Tree, node: TreeNode): void {
  const owner = t.ahead.get(node)
  if (owner === undefined) return
  inClass(t, owner, () => {
    typeParams(t, node)
    ;(kid(node, 'body')?.kids ?? []).forEach((one, at) => {
      const id = kid(one, 'name')
      if (one.type === 'field_declaration' && id)
        field(t, one, { owner, name: word(t, id), type: type(t, kid(one, 'type')), at: id })
      else if (/type/.test(one.type)) field(t, one, { owner, name: String(at), type: type(t, one) })
    })
  })
}

/** `mod name;` is a file beside this one; `mod name { … }` a space of its own. */
function declareModule(t: Tree, node: TreeNode): void {
  const name = word(t, kid(node, 'name'))
  if (!kid(node, 'body')) importName(t, { local: name, specifier: `rs:self::${name}`, name: '*', node })
  else declareClass(t, node, { name: kid(node, 'name'), kind: 'namespace' })
}

function readModule(t: Tree, node: TreeNode): void {
  const symbol = t.ahead.get(node)
  const body = kid(node, 'body')
  if (symbol === undefined || !body) return
  const { self } = t.r
  inClass(t, symbol, () => {
    t.r.self = undefined
    hoist(t, body.kids)
    for (const [name, at] of t.r.scope.names ?? []) {
      const binding = t.r.facts.bindings[at]
      if (binding?.kind === 'symbol')
        for (const one of binding.symbols) addMember(t.r, symbol, { name: name, member: one })
    }
    for (const one of body.kids) visit(t, one)
  })
  t.r.self = self
}

function scoped(t: Tree, node: TreeNode): Expr {
  const path = kid(node, 'path')
  const name = word(t, kid(node, 'name'))
  t.r.members.add(name)
  if (word(t, path) === 'Self' && t.r.self)
    return { is: 'member', of: { is: 'this', symbol: t.r.self.symbol, fixed: true }, name }
  const whole = word(t, node)
  if (/^(?:crate|self|super)\b/.test(whole)) return absolute(t, node, whole)
  return { is: 'member', of: expression(t, path), name }
}

/** `crate::a::b` without a `use`: as if it were imported. */
function absolute(t: Tree, node: TreeNode, whole: string): Expr {
  const parts = whole.replaceAll(/\s|<.*>/g, '').split('::')
  const name = parts.at(-1) ?? ''
  // A type's own function: the type is what is imported.
  const isOfType = /^\p{Lu}/u.test(parts.at(-2) ?? '')
  const module = parts.slice(0, isOfType ? -2 : -1).join('::')
  const imported = isOfType ? (parts.at(-2) ?? '') : name
  const binding = importName(t, {
    local: whole,
    specifier: `rs:${module}`,
    name: imported,
    node,
    also: `rs:${module}::${imported}`,
  })
  return isOfType ? { is: 'member', of: { is: 'ref', binding }, name } : { is: 'ref', binding }
}

function letDeclaration(t: Tree, node: TreeNode): void {
  const written = kid(node, 'type')
  const value = expression(t, kid(node, 'value'))
  visit(t, kid(node, 'alternative'))
  bind(t, kid(node, 'pattern'), { value, type: written && type(t, written) })
}

const INSIDE = new Set([
  'Box',
  'Rc',
  'Arc',
  'RefCell',
  'Cell',
  'Mutex',
  'RwLock',
  'Option',
  'Result',
  'Cow',
  'Pin',
  'Weak',
  'MutexGuard',
  'Ref',
  'RefMut',
])
const ARRAYS = new Set(['Vec', 'VecDeque', 'HashSet', 'BTreeSet', 'Iterator', 'IntoIterator'])

function generic(t: Tree, node: TreeNode): TypeFact {
  const head = kid(node, 'type')
  const args = (kid(node, 'type_arguments')?.kids ?? []).map((one) => type(t, one))
  const name = word(t, head).split('::').at(-1) ?? ''
  if (INSIDE.has(name)) return args[0] ?? { is: 'unknown' }
  if (ARRAYS.has(name)) return { is: 'name', name: 'Array', args }
  if (name === 'HashMap' || name === 'BTreeMap') return { is: 'name', name: 'Map', args }
  return head?.type === 'type_identifier' ? namedType(t, head, args) : type(t, head)
}

function scopedType(t: Tree, node: TreeNode): TypeFact {
  const found = scoped(t, node)
  return { is: 'typeof', of: { is: 'instance', of: found } }
}
