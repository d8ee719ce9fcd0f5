// Java and C#: classes with typed members, packages found by folder, a class by its file's name.
import type { Expected, Expr, TypeFact } from '../facts.ts'
import { addMember, declare, lookup } from '../typescript/reading.ts'
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
  lambda,
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
import { forEach, importClass, namesIn, scopedClass, scopedType, variables } from './java-names.ts'
import { generic } from './java-types.ts'
import { assign, field } from './variables.ts'

const CLASSES = [
  'class_declaration',
  'interface_declaration',
  'enum_declaration',
  'record_declaration',
  'annotation_type_declaration',
  'struct_declaration',
]
const METHODS = [
  'method_declaration',
  'constructor_declaration',
  'compact_constructor_declaration',
  'local_function_statement',
]

const table = <T>(names: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(names.map((one): [string, T] => [one, value]))

const shared = {
  version: 1,
  comments: /comment$/,
  branches: new Set([
    'if_statement',
    'for_statement',
    'enhanced_for_statement',
    'foreach_statement',
    'while_statement',
    'do_statement',
    'switch_label',
    'catch_clause',
    'ternary_expression',
    'conditional_expression',
  ]),
  hoist: {
    ...table(CLASSES, (t: Tree, node: TreeNode) => void declareClass(t, node, classOf(t, node))),
    ...table(METHODS, (t: Tree, node: TreeNode) => void declareFunction(t, node, functionOf(t, node))),
    field_declaration: (t: Tree, node: TreeNode) => declareFields(t, node),
    property_declaration: (t: Tree, node: TreeNode) => declareFields(t, node),
    namespace_declaration: (t: Tree, node: TreeNode) => hoistBody(t, node),
    file_scoped_namespace_declaration: (t: Tree, node: TreeNode) => hoistBody(t, node),
    import_declaration: (t: Tree, node: TreeNode) => importClass(t, node),
  },
  statements: {
    import_declaration: () => undefined,
    package_declaration: () => undefined,
    using_directive: () => undefined,
    ...table(CLASSES, (t: Tree, node: TreeNode) => readClass(t, node)),
    ...table(METHODS, (t: Tree, node: TreeNode) => void readFunction(t, node, functionOf(t, node))),
    return_statement: (t: Tree, node: TreeNode) => give(t, node.kids[0]),
    enhanced_for_statement: (t: Tree, node: TreeNode) => forEach(t, node, kid(node, 'value')),
    foreach_statement: (t: Tree, node: TreeNode) => forEach(t, node, kid(node, 'right')),
  },
  expressions: {
    identifier: (t: Tree, node: TreeNode) => nameExpr(t, node),
    this: (t: Tree) => thisExpr(t),
    this_expression: (t: Tree) => thisExpr(t),
    super: (t: Tree) => superExpr(t),
    base_expression: (t: Tree) => superExpr(t),
    field_access: (t: Tree, node: TreeNode) =>
      memberExpr(t, kid(node, 'object'), word(t, kid(node, 'field'))),
    member_access_expression: (t: Tree, node: TreeNode) =>
      memberExpr(t, kid(node, 'expression'), word(t, nameIn(kid(node, 'name')))),
    method_invocation: (t: Tree, node: TreeNode) => invocation(t, node),
    invocation_expression: (t: Tree, node: TreeNode) => sharpInvocation(t, node),
    argument: (t: Tree, node: TreeNode, expected?: Expected) => {
      t.expected = expected
      return expression(t, node.kids.at(-1))
    },
    object_creation_expression: (t: Tree, node: TreeNode) => creation(t, node),
    local_variable_declaration: (t: Tree, node: TreeNode) => variables(t, node),
    variable_declaration: (t: Tree, node: TreeNode) => variables(t, node),
    cast_expression: (t: Tree, node: TreeNode): Expr => {
      visit(t, kid(node, 'value'))
      return { is: 'cast', type: type(t, kid(node, 'type')) }
    },
    parenthesized_expression: (t: Tree, node: TreeNode) => expression(t, node.kids[0]),
    await_expression: (t: Tree, node: TreeNode): Expr => ({ is: 'await', of: expression(t, node.kids[0]) }),
    array_access: (t: Tree, node: TreeNode): Expr => ({
      is: 'element',
      of: expression(t, kid(node, 'array')),
    }),
    element_access_expression: (t: Tree, node: TreeNode): Expr => ({
      is: 'element',
      of: expression(t, kid(node, 'expression')),
    }),
    assignment_expression: (t: Tree, node: TreeNode) => {
      visit(t, kid(node, 'left'))
      return expression(t, kid(node, 'right'))
    },
    string_literal: (): Expr => ({ is: 'literal', type: 'string' }),
    lambda_expression: (t: Tree, node: TreeNode, expected?: Expected) => lambdaOf(t, node, expected),
    instanceof_expression: (t: Tree, node: TreeNode): Expr => {
      visit(t, kid(node, 'left'))
      const id = kid(node, 'name')
      if (id) assign(t, id, { type: type(t, kid(node, 'right')), fresh: true })
      return { is: 'unknown' }
    },
    explicit_constructor_invocation: (t: Tree, node: TreeNode) => constructorCall(t, node),
  },
  types: {
    type_identifier: (t: Tree, node: TreeNode) => namedType(t, node),
    identifier: (t: Tree, node: TreeNode) => namedType(t, node),
    generic_type: (t: Tree, node: TreeNode) => generic(t, node),
    generic_name: (t: Tree, node: TreeNode) => generic(t, node),
    array_type: (t: Tree, node: TreeNode): TypeFact => ({
      is: 'array',
      of: type(t, kid(node, 'element') ?? kid(node, 'type')),
    }),
    nullable_type: (t: Tree, node: TreeNode) => type(t, node.kids[0]),
    scoped_type_identifier: (t: Tree, node: TreeNode): TypeFact => scopedType(t, node),
    qualified_name: (t: Tree, node: TreeNode) => namedType(t, node.kids.at(-1) ?? node),
    annotated_type: (t: Tree, node: TreeNode) => type(t, node.kids.at(-1)),
  },
  finish: (t: Tree) => exportAll(t, (name) => /^\p{Lu}/u.test(name)),
}

/** The language's own that everybody uses: they are not looked for in the package. */
const KNOWN =
  /^(?:String|Object|Integer|Long|Double|Boolean|List|Map|Set|Optional|System|Math|Override|Exception|RuntimeException|Arrays|Collections|Task|Console|var)$/

export const java: Language = {
  ...shared,
  name: 'java',
  grammar: 'java',
  files: /\.java$/,
  unbound: (_, name) =>
    /^\p{Lu}\w*$/u.test(name) && !KNOWN.test(name) ? { specifier: `java:.${name}`, name } : undefined,
}

export const csharp: Language = {
  ...shared,
  name: 'csharp',
  grammar: 'c-sharp',
  files: /\.cs$/,
  unbound: (_, name) =>
    /^\p{Lu}\w*$/u.test(name) && !KNOWN.test(name) ? { specifier: `cs:${name}`, name } : undefined,
}

function hoistBody(t: Tree, node: TreeNode): void {
  for (const one of [...node.kids, ...(kid(node, 'body')?.kids ?? [])]) hoist(t, [one])
}

const ownerOf = (t: Tree): number | undefined => (t.r.self && !t.r.fn ? t.r.symbol : undefined)

const thisExpr = (t: Tree): Expr => (t.r.self ? { is: 'this', symbol: t.r.self.symbol } : { is: 'unknown' })
const superExpr = (t: Tree): Expr => (t.r.self ? { is: 'super', symbol: t.r.self.symbol } : { is: 'unknown' })

const classOf = (t: Tree, node: TreeNode) => ({
  name: kid(node, 'name'),
  exported: true,
  owner: ownerOf(t),
  kind: node.type === 'interface_declaration' ? ('interface' as const) : ('class' as const),
})

const modifiersOf = (t: Tree, node: TreeNode): string =>
  node.kids
    .filter((one) => /^modifiers?$/.test(one.type))
    .map((one) => word(t, one))
    .join(' ')

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const isMaker = node.type.includes('constructor')
  return {
    name: kid(node, 'name'),
    kind: 'method',
    exported: true,
    params: kid(node, 'parameters'),
    returns: isMaker ? undefined : (kid(node, 'returns') ?? kid(node, 'type')),
    body: kid(node, 'body'),
    owner: node.type === 'local_function_statement' ? undefined : ownerOf(t),
    fixed: /\bstatic\b/.test(modifiersOf(t, node)),
    param: paramOf,
    ...(t.language.name === 'java' ? { member: methodName(word(t, kid(node, 'name'))) } : {}),
  }
}

/** In Java a field and a method may have one name: methods are members under another. */
const methodName = (name: string) => `${name}()`

function lambdaOf(t: Tree, node: TreeNode, expected: Expected | undefined): Expr {
  const given = kid(node, 'parameters')
  const ids = given?.type === 'identifier' ? [given] : (given?.kids ?? kids(node, 'name'))
  const params = ids.map((one): Param =>
    one.type === 'identifier' ? { name: word(t, one) } : (paramOf(t, one) ?? { name: '' }),
  )
  const body = kid(node, 'body')
  return lambda(t, { params, body, isBlock: body?.type === 'block', expected })
}

/** `super(…)` and `this(…)`. */
function constructorCall(t: Tree, node: TreeNode): Expr {
  const of = kid(node, 'constructor')
  const symbol = t.r.self?.symbol
  const args = kid(node, 'arguments')?.kids ?? []
  if (symbol === undefined) return { is: 'unknown' }
  const callee: Expr = of?.type === 'super' ? { is: 'super', symbol, fixed: true } : { is: 'class', symbol }
  return call(t, node, { callee, args, at: of })
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  const name = kid(node, 'name') ?? kid(ofType(node, 'variable_declarator'), 'name')
  if (!name) return undefined
  const given = type(t, kid(node, 'type') ?? node.kids.find((one) => /type/.test(one.type)))
  return { name: word(t, name), type: node.type === 'spread_parameter' ? { is: 'array', of: given } : given }
}

function readClass(t: Tree, node: TreeNode): void {
  const symbol = declareClass(t, node, classOf(t, node))
  inClass(t, symbol, () => {
    readBases(t, node, symbol)
    // The parameters of a record are its fields.
    for (const one of kid(node, 'parameters')?.kids ?? []) {
      const param = paramOf(t, one)
      if (param) field(t, one, { owner: symbol, name: param.name, type: param.type })
    }
    const members = (kid(node, 'body')?.kids ?? []).flatMap((one) =>
      one.type === 'enum_body_declarations' ? one.kids : [one],
    )
    // Fields may be of a class that is declared below them.
    const isClass = (one: TreeNode) => CLASSES.includes(one.type)
    hoist(t, members.filter(isClass))
    hoist(
      t,
      members.filter((one) => !isClass(one)),
    )
    for (const one of members) visit(t, one)
  })
}

/** C# does not say which of its bases is the class: all lend their members. */
function readBases(t: Tree, node: TreeNode, symbol: number): void {
  const places = [
    kid(node, 'superclass'),
    kid(node, 'interfaces'),
    kid(node, 'bases'),
    ofType(node, 'extends_interfaces', 'base_list'),
  ]
  const types = places.flatMap((one) => namesIn(one)).map((one) => type(t, one))
  const made = t.r.facts.symbols[symbol]
  if (made && types.length > 0) made.supers = types
}

function declareFields(t: Tree, node: TreeNode): void {
  const owner = ownerOf(t)
  if (owner === undefined) return
  const inner = ofType(node, 'variable_declaration') ?? node
  const given = type(t, kid(inner, 'type'))
  const names = inner.kids.filter((one) => one.type === 'variable_declarator')
  const isStatic = /\bstatic\b/.test(modifiersOf(t, node))
  for (const one of names.length > 0 ? names : [node]) {
    const id = kid(one, 'name') ?? one.kids[0]
    const name = word(t, id)
    field(t, one, { owner, name, type: given, at: id })
    const made = t.r.facts.symbols[owner]?.members?.[name]?.[0]
    if (isStatic && made !== undefined) addMember(t.r, owner, { name: `static ${name}`, member: made })
    // In a class its fields are names like any other.
    if (made !== undefined) declare(t.r, name, { kind: 'symbol', symbols: [made] })
  }
}

function invocation(t: Tree, node: TreeNode): Expr {
  const object = kid(node, 'object')
  const id = kid(node, 'name')
  const args = kid(node, 'arguments')?.kids ?? []
  const name = word(t, id)
  t.r.members.add(name)
  const callee = object ? memberExpr(t, object, methodName(name)) : ownOrImported(t, { id, name })
  return call(t, node, { callee, args, at: id })
}

/** A bare name is a method of the class around, or one that is imported by its name. */
function ownOrImported(t: Tree, { id, name }: { id: TreeNode | undefined; name: string }): Expr {
  const known = lookup(t.r, name)
  const isImported = known !== undefined && t.r.facts.bindings[known]?.kind === 'import'
  return isImported ? nameExpr(t, id, true) : ownMethod(t, methodName(name))
}

/** A bare name is a method of the class around, or of its static side. */
function ownMethod(t: Tree, name: string): Expr {
  t.r.members.add(name)
  if (!t.r.self) return { is: 'unknown' }
  const { symbol } = t.r.self
  const isStatic = Object.hasOwn(t.r.facts.symbols[symbol]?.members ?? {}, `static ${name}`)
  return { is: 'member', of: { is: 'this', symbol, ...(isStatic ? { fixed: true } : {}) }, name }
}

const nameIn = (node: TreeNode | undefined) => (node?.type === 'generic_name' ? node.kids[0] : node)

function sharpInvocation(t: Tree, node: TreeNode): Expr {
  const callee = kid(node, 'function')
  const args = kid(node, 'arguments')?.kids ?? []
  const name = callee && /identifier|generic_name/.test(callee.type) ? word(t, nameIn(callee)) : undefined
  const local = name === undefined ? undefined : nameExpr(t, nameIn(callee), true)
  const to =
    name === undefined
      ? expression(t, callee)
      : local?.is === 'ref' && t.r.facts.bindings[local.binding]?.kind !== 'import'
        ? local
        : ownMethod(t, name)
  return call(t, node, { callee: to, args, at: nameIn(kid(callee, 'name') ?? callee) })
}

function creation(t: Tree, node: TreeNode): Expr {
  const given = kid(node, 'type')
  const made = type(t, given)
  const [id] = namesIn(given)
  const head = id?.type === 'generic_type' || id?.type === 'generic_name' ? id.kids[0] : id
  const scoped = given?.type === 'scoped_type_identifier' ? given : undefined
  const result = call(t, node, {
    callee: scoped ? scopedClass(t, scoped) : nameExpr(t, head, true),
    args: kid(node, 'arguments')?.kids ?? [],
    how: 'new',
    at: given,
  })
  block(t, ofType(node, 'class_body'))
  return made.is === 'unknown' ? result : { is: 'cast', type: made }
}
