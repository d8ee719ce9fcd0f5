// Kotlin: packages of several files, classes with fields in their head, companions and objects, functions that extend a type.
import type { Expr } from '../facts.ts'
import { declareSymbol, within } from '../typescript/reading.ts'
import { bareName, invocation, lambdaOf, member } from './kotlin-calls.ts'
import {
  basesOf,
  classOf,
  modifiersOf,
  ownerOf,
  readClass,
  readCompanion,
  readEntry,
  typeParameters,
} from './kotlin-classes.ts'
import { assignment, branches, caught, loop, narrowed, property } from './kotlin-flow.ts'
import { KOTLIN_TYPES, typeIn } from './kotlin-types.ts'
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
  kid,
  nameExpr,
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

/** What every file has without an import. */
const BUILT_IN = new Set(
  'null true false it field value Any Unit Nothing Int Long Short Byte Double Float Boolean Char String List MutableList Set MutableSet Map MutableMap Array Pair Triple Sequence Exception Throwable RuntimeException IllegalStateException IllegalArgumentException println print listOf mutableListOf setOf mutableSetOf mapOf mutableMapOf arrayOf emptyList emptyMap emptySet sequenceOf error check require checkNotNull requireNotNull lazy with repeat run buildString TODO maxOf minOf'.split(
    ' ',
  ),
)

export const kotlin: Language = {
  name: 'kotlin',
  grammar: 'kotlin',
  files: /\.kts?$/,
  version: 1,
  comments: /comment$/,
  branches: new Set([
    'if_expression',
    'for_statement',
    'while_statement',
    'do_while_statement',
    'when_entry',
    'catch_block',
  ]),
  hoist: {
    import: (t, node) => importOne(t, node),
    class_declaration: (t, node) => void declareClass(t, node, classOf(t, node)),
    object_declaration: (t, node) => void declareClass(t, node, classOf(t, node)),
    type_alias: (t, node) => void declareClass(t, node, { name: kid(node, 'type'), kind: 'type' }),
    function_declaration: (t, node) => declareOne(t, node),
  },
  statements: {
    package_header: () => undefined,
    import: () => undefined,
    class_declaration: (t, node) => readClass(t, node, false),
    object_declaration: (t, node) => readClass(t, node, true),
    companion_object: (t, node) => readCompanion(t, node),
    function_declaration: (t, node) => readOne(t, node),
    secondary_constructor: (t, node) => readMaker(t, node),
    anonymous_initializer: (t, node) => block(t, node.kids[0]),
    type_alias: (t, node) => readAlias(t, node),
    enum_entry: (t, node) => readEntry(t, node),
    return_expression: (t, node) =>
      give(
        t,
        node.kids.findLast((one) => one.field !== 'label'),
      ),
    function_body: (t, node) => readBody(t, node),
    for_statement: (t, node) => loop(t, node),
    catch_block: (t, node) => caught(t, node),
    lambda_body: (t, node) => {
      hoist(t, node.kids)
      for (const one of node.kids.slice(0, -1)) visit(t, one)
      const last = node.kids.at(-1)
      if (last && Object.hasOwn(kotlin.statements, last.type)) visit(t, last)
      else give(t, last)
    },
  },
  expressions: {
    identifier: (t, node) => bareName(t, node),
    this_expression: (t, node) => (node.kids.length > 0 ? { is: 'unknown' } : thisExpr(t)),
    super_expression: (t) => (t.r.self ? { is: 'super', symbol: t.r.self.symbol } : { is: 'unknown' }),
    navigation_expression: (t, node) => member(t, node),
    call_expression: (t, node) => invocation(t, node),
    value_argument: (t, node, expected) => {
      t.expected = expected
      return expression(t, node.kids.at(-1))
    },
    annotated_lambda: (t, node, expected) => lambdaOf(t, ofType(node, 'lambda_literal'), { expected }),
    lambda_literal: (t, node, expected) => lambdaOf(t, node, { expected }),
    property_declaration: (t, node) => property(t, node),
    assignment: (t, node) => assignment(t, node),
    binary_expression: (t, node) => {
      const left = expression(t, kid(node, 'left'))
      const right = expression(t, kid(node, 'right'))
      return word(t, kid(node, 'operator')) === '?:' ? { is: 'either', of: [left, right] } : { is: 'unknown' }
    },
    as_expression: (t, node) => {
      visit(t, kid(node, 'left'))
      return { is: 'cast', type: type(t, kid(node, 'right')) }
    },
    is_expression: (t, node) => {
      visit(t, kid(node, 'left'))
      return { is: 'literal', type: 'boolean' }
    },
    unary_expression: (t, node) => expression(t, kid(node, 'argument')),
    parenthesized_expression: (t, node) => expression(t, node.kids[0]),
    index_expression: (t, node) => {
      for (const one of node.kids.slice(1)) visit(t, one)
      return { is: 'element', of: expression(t, node.kids[0]) }
    },
    if_expression: (t, node) => narrowed(t, node),
    when_expression: (t, node) => branches(t, node),
    string_literal: (t, node) => {
      for (const one of node.kids)
        if (one.type === 'interpolation') for (const inner of one.kids) visit(t, inner)
      return { is: 'literal', type: 'string' }
    },
    number_literal: () => ({ is: 'literal', type: 'number' }),
    callable_reference: (t, node) => nameExpr(t, node.kids.at(-1)),
    object_literal: (t, node) => {
      const given = basesOf(node)[0]
      block(t, ofType(node, 'class_body'))
      return given ? { is: 'cast', type: type(t, given) } : { is: 'unknown' }
    },
  },
  types: KOTLIN_TYPES,
  unbound: (_, name) =>
    BUILT_IN.has(name) || !/^[\p{L}_]\w*$/u.test(name) ? undefined : { specifier: 'kt:.', name },
  // The grammar wants a line's end behind the last member of a body: `interface Named { fun name(): String }`.
  mend: (source) =>
    source.replaceAll(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"| \}/g, (found) => (found === ' }' ? '\n}' : found)),
  finish: (t) => {
    exportAll(t)
    // The package is all of its files: what one does not have, the next may.
    t.r.facts.stars.push('kt:+')
    t.r.facts.imports.push({ specifier: 'kt:+', line: 1 })
  },
}

const thisExpr = (t: Tree): Expr => {
  if (t.r.receiver) return t.r.receiver
  return t.r.self
    ? { is: 'this', symbol: t.r.self.symbol, ...(t.r.self.fixed ? { fixed: true } : {}) }
    : { is: 'unknown' }
}

/** `import a.b.Name as Other`; what a star brings stays unknown. */
function importOne(t: Tree, node: TreeNode): void {
  const [path, alias] = node.kids
  const parts = (path?.kids ?? []).map((one) => word(t, one))
  const name = parts.at(-1)
  if (name === undefined || /\*\s*$/.test(word(t, node))) return
  importName(t, {
    local: alias?.type === 'identifier' ? word(t, alias) : name,
    specifier: `kt:${parts.join('/')}`,
    name,
    node,
  })
}

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const owner = ownerOf(t)
  const params = ofType(node, 'function_value_parameters')
  const after = node.kids.slice(node.kids.findIndex((one) => one === params) + 1)
  return {
    name: kid(node, 'name'),
    kind: owner === undefined ? 'function' : 'method',
    exported: !/\bprivate\b/.test(modifiersOf(t, node)),
    params,
    returns: after.find((one) => one.type.endsWith('type')),
    body: ofType(node, 'function_body'),
    owner,
    fixed: t.r.self?.fixed === true,
    param: paramOf,
    before: () => typeParameters(t, node),
  }
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  if (node.type !== 'parameter') {
    // A value that stands for what is not given.
    if (!node.type.endsWith('modifiers')) visit(t, node)
    return undefined
  }
  const given = typeIn(t, node)
  return {
    name: word(
      t,
      node.kids.find((one) => one.type === 'identifier'),
    ),
    type: given,
  }
}

/** The type before the name of a function that extends it. */
const receiverOf = (node: TreeNode): TreeNode | undefined => {
  const name = node.kids.findIndex((one) => one.field === 'name')
  return node.kids.slice(0, name).find((one) => one.type.endsWith('type'))
}

function declareOne(t: Tree, node: TreeNode): void {
  const symbol = declareFunction(t, node, functionOf(t, node))
  const receiver = receiverOf(node)
  const made = t.r.facts.symbols[symbol]
  // Also under the name of what it extends, for the members of that type to be found.
  if (!receiver || !made || t.r.self) return
  const owner = word(t, receiver).replace(/[<?].*$/s, '')
  declareSymbol(t.r, { name: `${owner}.${made.name}`, symbol, scope: t.root })
}

function readOne(t: Tree, node: TreeNode): void {
  declareOne(t, node)
  const receiver = receiverOf(node)
  const read = () => void readFunction(t, node, functionOf(t, node))
  if (receiver) within(t.r, { receiver: { is: 'cast', type: type(t, receiver) } }, read)
  else read()
}

/** `fun f() = value` gives the value. */
function readBody(t: Tree, node: TreeNode): void {
  const [only] = node.kids
  if (only?.type === 'block') block(t, only)
  else give(t, only)
}

function readMaker(t: Tree, node: TreeNode): void {
  const symbol = t.r.self?.symbol
  if (symbol === undefined) return
  const given = ofType(node, 'constructor_delegation_call')
  readFunction(t, node, {
    name: undefined,
    kind: 'method',
    owner: symbol,
    member: 'constructor',
    params: ofType(node, 'function_value_parameters'),
    param: paramOf,
    body: ofType(node, 'block'),
    before: () => undefined,
  })
  const made = t.r.facts.symbols[t.ahead.get(node) ?? -1]
  if (made) made.name = 'constructor'
  if (!given) return
  const isOwn = word(t, given).startsWith('this')
  const callee: Expr = isOwn ? { is: 'class', symbol } : { is: 'super', symbol, fixed: true }
  call(t, given, { callee, args: ofType(given, 'value_arguments')?.kids ?? [] })
}

function readAlias(t: Tree, node: TreeNode): void {
  const symbol = declareClass(t, node, { name: kid(node, 'type'), kind: 'type' })
  const made = t.r.facts.symbols[symbol]
  if (made) made.type = type(t, node.kids.at(-1))
}
