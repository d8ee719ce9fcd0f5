// Go: packages of several files, receivers, struct fields, embedded types.
import type { Expr, TypeFact } from '../facts.ts'
import { declareSymbol, lookup } from '../typescript/reading.ts'
import {
  block,
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
import { importAll } from './go-import.ts'
import { assign, field } from './variables.ts'

const BUILT_IN = new Set(
  'append cap close complex copy delete imag len make new panic print println real recover min max clear nil true false iota string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr byte rune float32 float64 complex64 complex128 bool error any comparable _'.split(
    ' ',
  ),
)

export const go: Language = {
  name: 'go',
  grammar: 'go',
  files: /\.go$/,
  version: 2,
  comments: /^comment$/,
  branches: new Set([
    'if_statement',
    'for_statement',
    'expression_case',
    'type_case',
    'communication_case',
    'binary_expression',
  ]),
  hoist: {
    import_declaration: (t, node) => importAll(t, node),
    function_declaration: (t, node) => void declareFunction(t, node, functionOf(node)),
    type_declaration: (t, node) => hoist(t, node.kids),
    type_spec: (t, node) => void declareClass(t, node, { name: kid(node, 'name'), kind: kindOf(node) }),
    type_alias: (t, node) => void declareClass(t, node, { name: kid(node, 'name'), kind: 'type' }),
  },
  statements: {
    import_declaration: () => undefined,
    package_clause: () => undefined,
    function_declaration: (t, node) => void readFunction(t, node, functionOf(node)),
    method_declaration: (t, node) => readMethod(t, node),
    type_spec: (t, node) => readType(t, node),
    type_alias: (t, node) => readType(t, node),
    return_statement: (t, node) => {
      const list = node.kids[0]?.type === 'expression_list' ? node.kids[0].kids : node.kids
      if (list.length === 1) give(t, list[0])
      else for (const one of list) visit(t, one)
    },
    range_clause: (t, node) => {
      const value: Expr = { is: 'element', of: expression(t, kid(node, 'right')) }
      const names = kid(node, 'left')?.kids ?? []
      names.forEach(
        (one, at) =>
          one.type === 'identifier' &&
          assign(t, one, { value: at === 1 ? value : { is: 'literal', type: 'number' }, fresh: true }),
      )
    },
  },
  expressions: {
    identifier: (t, node) => nameExpr(t, node),
    selector_expression: (t, node) => memberExpr(t, kid(node, 'operand'), word(t, kid(node, 'field'))),
    call_expression: (t, node) => readCall(t, node),
    composite_literal: (t, node) => {
      visit(t, kid(node, 'body'))
      return { is: 'cast', type: type(t, kid(node, 'type')) }
    },
    unary_expression: (t, node) => expression(t, kid(node, 'operand')),
    parenthesized_expression: (t, node) => expression(t, node.kids[0]),
    index_expression: (t, node) => {
      visit(t, kid(node, 'index'))
      return { is: 'element', of: expression(t, kid(node, 'operand')) }
    },
    type_assertion_expression: (t, node) => {
      visit(t, kid(node, 'operand'))
      return { is: 'cast', type: type(t, kid(node, 'type')) }
    },
    short_var_declaration: (t, node) => assignList(t, node, true),
    assignment_statement: (t, node) => assignList(t, node, false),
    var_spec: (t, node) => variable(t, node),
    const_spec: (t, node) => variable(t, node),
    func_literal: (t, node) => literal(t, node),
    interpreted_string_literal: () => ({ is: 'literal', type: 'string' }),
    keyed_element: (t, node) => expression(t, node.kids[1]),
    literal_element: (t, node) => expression(t, node.kids[0]),
  },
  types: {
    type_identifier: (t, node) => namedType(t, node),
    pointer_type: (t, node) => type(t, node.kids[0]),
    parenthesized_type: (t, node) => type(t, node.kids[0]),
    slice_type: (t, node) => ({ is: 'array', of: type(t, kid(node, 'element')) }),
    array_type: (t, node) => ({ is: 'array', of: type(t, kid(node, 'element')) }),
    channel_type: (t, node) => ({ is: 'array', of: type(t, kid(node, 'value')) }),
    // Ranging over a map and indexing it both give the value.
    map_type: (t, node) => ({ is: 'array', of: type(t, kid(node, 'value')) }),
    qualified_type: (t, node) => qualified(t, node),
    generic_type: (t, node) => type(t, kid(node, 'type')),
    parameter_list: (t, node) => results(t, node),
    function_type: (t, node) => ({
      is: 'function',
      fn: { params: [], returns: type(t, kid(node, 'result')) },
    }),
    struct_type: () => ({ is: 'unknown' }),
  },
  unbound: (_, name) => (BUILT_IN.has(name) || !/^\w+$/.test(name) ? undefined : { specifier: 'go:.', name }),
  finish: (t) => {
    exportAll(t)
    // The package is all of its files: what one does not have, the next may.
    t.r.facts.stars.push('go:+')
    t.r.facts.imports.push({ specifier: 'go:+', line: 1 })
  },
}

const kindOf = (node: TreeNode) => {
  const inner = kid(node, 'type')?.type
  return inner === 'interface_type' ? 'interface' : 'class'
}

const isExported = (name: string) => /^\p{Lu}/u.test(name)

function functionOf(node: TreeNode): NewFunction {
  return {
    name: kid(node, 'name'),
    kind: 'function',
    params: kid(node, 'parameters'),
    returns: kid(node, 'result'),
    body: kid(node, 'body'),
    param: paramOf,
  }
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  const written = kid(node, 'type')
  const names = kids(node, 'name')
  if (!written) return undefined
  const given = type(t, written)
  const whole: TypeFact = node.type === 'variadic_parameter_declaration' ? { is: 'array', of: given } : given
  // `a, b T`: the further names are declared here, as one node stands for them all.
  for (const one of names.slice(1)) assign(t, one, { type: whole, fresh: true })
  return { name: word(t, names[0]), type: whole }
}

function readMethod(t: Tree, node: TreeNode): void {
  const receiver = kid(node, 'receiver')?.kids[0]
  const owner = baseName(kid(receiver, 'type'))
  const ownerName = word(t, owner)
  const at = t.root.names?.get(ownerName)
  const binding = at === undefined ? undefined : t.r.facts.bindings[at]
  const symbol = binding?.kind === 'symbol' ? binding.symbols[0] : undefined
  const given: NewFunction = { ...functionOf(node), kind: 'method' }
  const receiverType: TypeFact = owner ? namedType(t, owner) : { is: 'unknown' }
  const name = kid(receiver, 'name')
  const before = t.r.scope
  // The receiver is one more name of the method's body.
  const scope = { names: new Map<string, number>(), parent: before, hoists: false }
  t.r.scope = scope
  if (name) {
    t.r.nested = true
    assign(t, name, { type: receiverType, fresh: true })
    t.r.nested = false
  }
  if (symbol === undefined) readForeignMethod(t, node, { given, ownerName })
  else readFunction(t, node, { ...given, owner: symbol })
  t.r.scope = before
}

/** A method of a type in another file of the package: exported under both names, for the type's members to be found. */
function readForeignMethod(
  t: Tree,
  node: TreeNode,
  { given, ownerName }: { given: NewFunction; ownerName: string },
): void {
  readFunction(t, node, { ...given, owner: -1 })
  const symbol = t.ahead.get(node) ?? -1
  const made = t.r.facts.symbols[symbol]
  if (made) made.path = `${ownerName}.${made.name}`
  const mangled = `${ownerName}.${word(t, given.name)}`
  declareSymbol(t.r, { name: mangled, symbol: symbol, scope: t.root })
}

const baseName = (node: TreeNode | undefined): TreeNode | undefined => {
  if (!node) return undefined
  if (node.type === 'type_identifier') return node
  return baseName(kid(node, 'type') ?? node.kids[0])
}

function readType(t: Tree, node: TreeNode): void {
  const symbol = declareClass(t, node, {
    name: kid(node, 'name'),
    kind: node.type === 'type_alias' ? 'type' : kindOf(node),
  })
  const made = t.r.facts.symbols[symbol]
  const inner = kid(node, 'type')
  if (!made || !inner) return
  made.exported = isExported(made.name)
  inClass(t, symbol, () => {
    if (inner.type === 'struct_type')
      for (const one of ofType(inner, 'field_declaration_list')?.kids ?? []) readField(t, one, symbol)
    else if (inner.type === 'interface_type')
      for (const one of inner.kids) readInterfaceMember(t, one, symbol)
    else if (made.kind === 'type') made.type = type(t, inner)
    else made.supers = [type(t, inner)]
  })
}

function readField(t: Tree, node: TreeNode, owner: number): void {
  const given = kid(node, 'type')
  const names = kids(node, 'name')
  for (const one of names) field(t, one, { owner, name: word(t, one), type: type(t, given), at: one })
  if (names.length > 0 || !given) return
  // An embedded type lends its members, and is a field of its own name.
  const made = t.r.facts.symbols[owner]
  const embedded = type(t, given)
  if (made) (made.supers ??= []).push(embedded)
  const name =
    word(t, baseName(given) ?? given)
      .split('.')
      .at(-1) ?? ''
  field(t, node, { owner, name, type: embedded })
}

function readInterfaceMember(t: Tree, node: TreeNode, owner: number): void {
  const made = t.r.facts.symbols[owner]
  if (node.type === 'method_elem' || node.type === 'method_spec')
    readFunction(t, node, { ...functionOf(node), kind: 'method', owner })
  else if (node.type === 'type_elem' && made) (made.supers ??= []).push(type(t, node.kids[0]))
}

function readCall(t: Tree, node: TreeNode): Expr {
  const callee = kid(node, 'function')
  const args = kid(node, 'arguments')?.kids ?? []
  const name = callee?.type === 'identifier' ? word(t, callee) : undefined
  const builtIn = name === undefined || lookup(t.r, name) !== undefined ? undefined : madeBy(t, name, args)
  if (builtIn) return builtIn
  const to = name === undefined ? expression(t, callee) : nameExpr(t, callee, true)
  return call(t, node, { callee: to, args, at: kid(callee, 'field') ?? callee })
}

/** `new(T)` and `make([]T)` give their type, `append(list, …)` its list. */
function madeBy(t: Tree, name: string, args: readonly TreeNode[]): Expr | undefined {
  if (name === 'append') return args.map((one) => expression(t, one))[0]
  if (name !== 'new' && name !== 'make') return undefined
  for (const one of args.slice(1)) visit(t, one)
  return { is: 'cast', type: type(t, args[0]) }
}

function assignList(t: Tree, node: TreeNode, fresh: boolean): Expr {
  const left = kid(node, 'left')?.kids ?? []
  const right = kid(node, 'right')?.kids ?? []
  const values = right.map((one) => expression(t, one))
  left.forEach((one, index) => {
    const value: Expr =
      right.length === left.length
        ? (values[index] ?? { is: 'unknown' })
        : { is: 'element', of: values[0] ?? { is: 'unknown' }, index }
    if (one.type === 'identifier')
      assign(t, one, { value, fresh: fresh && !t.r.scope.names?.has(word(t, one)) })
    else visit(t, one)
  })
  return { is: 'unknown' }
}

function variable(t: Tree, node: TreeNode): Expr {
  const written = kid(node, 'type')
  const given = written ? type(t, written) : undefined
  const right = kid(node, 'value')?.kids ?? []
  const values = right.map((one) => expression(t, one))
  kids(node, 'name').forEach((one, index) => {
    const value: Expr =
      right.length > 1 || index === 0
        ? (values[index] ?? { is: 'unknown' })
        : { is: 'element', of: values[0] ?? { is: 'unknown' }, index }
    assign(t, one, { ...(given ? { type: given } : {}), value, fresh: true })
  })
  return { is: 'unknown' }
}

function literal(t: Tree, node: TreeNode): Expr {
  const { fn, nested, scope } = t.r
  const made = { params: [], ...(kid(node, 'result') ? { returns: type(t, kid(node, 'result')) } : {}) }
  t.r.scope = { names: new Map(), parent: scope, hoists: true }
  Object.assign(t.r, { fn: made, nested: true })
  for (const one of kid(node, 'parameters')?.kids ?? []) {
    const param = paramOf(t, one)
    const id = kids(one, 'name')[0]
    if (param && id) assign(t, id, { ...(param.type ? { type: param.type } : {}), fresh: true })
  }
  block(t, kid(node, 'body'))
  t.r.scope = scope
  Object.assign(t.r, { fn, nested })
  return { is: 'function', fn: made }
}

function qualified(t: Tree, node: TreeNode): TypeFact {
  const owner = kid(node, 'package')
  const found = nameExpr(t, owner)
  if (found.is !== 'ref') return { is: 'unknown' }
  return { is: 'name', name: word(t, owner), binding: found.binding, path: [word(t, kid(node, 'name'))] }
}

/** Several results are a tuple; an error beside a value is left to its place. */
function results(t: Tree, node: TreeNode): TypeFact {
  const list = node.kids.flatMap((one) => {
    const given = type(t, kid(one, 'type'))
    return kids(one, 'name').length > 1 ? kids(one, 'name').map(() => given) : [given]
  })
  return list.length === 1 && list[0] ? list[0] : { is: 'tuple', of: list }
}
