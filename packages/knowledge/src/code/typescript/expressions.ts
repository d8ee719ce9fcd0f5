// Reads expressions: what each may be, as far as its file tells, and every call on the way.
import type { Expected, Expr, Site, SiteKind } from '../facts.ts'
import { bare, child, eachChild, flag, isFunction, list, nameOf, slots, text, type Node } from './ast.ts'
import { readClass } from './classes.ts'
import { addValue } from './kept-values.ts'
import { addImport } from './declare.ts'
import { readFunction } from './functions.ts'
import { narrowing } from './narrowing.ts'
import { readObject } from './objects.ts'
import { UNKNOWN, addSymbol, lookup, positionOf, refTo, refer, within, type Reading } from './reading.ts'

export type ReadExpression = (r: Reading, node: Node, expected?: Expected) => Expr

export const EXPRESSIONS: Record<string, ReadExpression> = {
  Identifier: identifier,
  JSXIdentifier: identifier,
  Literal: literal,
  TemplateLiteral: (r, node) => {
    for (const one of list(node, 'expressions')) r.expression(one)
    return TEXT
  },
  MemberExpression: member,
  ChainExpression: (r, node, expected) => r.expression(child(node, 'expression'), expected),
  ParenthesizedExpression: (r, node, expected) => r.expression(child(node, 'expression'), expected),
  TSNonNullExpression: (r, node, expected) => r.expression(child(node, 'expression'), expected),
  TSInstantiationExpression: (r, node, expected) => r.expression(child(node, 'expression'), expected),
  TSAsExpression: cast,
  TSTypeAssertion: cast,
  TSSatisfiesExpression: (r, node) =>
    r.expression(child(node, 'expression'), { type: r.type(child(node, 'typeAnnotation')), path: [] }),
  ThisExpression: (r) => thisExpr(r),
  Super: (r) => (r.self ? { is: 'super', ...selfOf(r.self) } : UNKNOWN),
  AwaitExpression: (r, node) => ({ is: 'await', of: r.expression(child(node, 'argument')) }),
  CallExpression: call,
  NewExpression: (r, node) => site(r, node, { how: 'new', callee: child(node, 'callee') }),
  TaggedTemplateExpression: tagged,
  ImportExpression: dynamicImport,
  ArrowFunctionExpression: (r, node, expected) => ({
    is: 'function',
    fn: readFunction(r, node, { expected }),
  }),
  FunctionExpression: (r, node, expected) => ({ is: 'function', fn: readFunction(r, node, { expected }) }),
  ClassExpression: anonymousClass,
  ObjectExpression: (r, node, expected) => readObject(r, node, { expected }),
  ArrayExpression: array,
  ConditionalExpression: (r, node, expected) => {
    const test = child(node, 'test')
    r.expression(test)
    const yes = narrowing(r, test, () => r.expression(child(node, 'consequent'), expected))
    return either([yes, r.expression(child(node, 'alternate'), expected)])
  },
  LogicalExpression: logical,
  SequenceExpression: (r, node) => {
    let last: Expr = UNKNOWN
    for (const one of list(node, 'expressions')) last = r.expression(one)
    return last
  },
  AssignmentExpression: assignment,
  BinaryExpression: binary,
  UnaryExpression: (r, node) => {
    eachChild(node, (one) => r.visit(one))
    return UNKNOWN
  },
  JSXElement: element,
  JSXMemberExpression: jsxMember,
}

function thisExpr(r: Reading): Expr {
  if (r.fn?.self) return { is: 'cast', type: r.fn.self }
  if (r.receiver) return r.receiver
  return r.self ? { is: 'this', ...selfOf(r.self) } : UNKNOWN
}

const selfOf = (self: { symbol: number; fixed: boolean }) => ({
  symbol: self.symbol,
  ...(self.fixed ? { fixed: true } : {}),
})

function identifier(r: Reading, node: Node): Expr {
  const known = nameExpr(r, node)
  if (known.is === 'ref') refer(r, known.binding, { node })
  return known
}

/** The same without counting it as a reference: the name of something called. */
function nameExpr(r: Reading, node: Node): Expr {
  const name = nameOf(node) ?? ''
  const binding = lookup(r, name)
  if (binding !== undefined) return r.narrowed.get(binding) ?? refTo(r, binding)
  return name === 'undefined' ? NOTHING : { is: 'global', name }
}

function literal(_: Reading, node: Node): Expr {
  const { value } = node
  if (text(node, 'bigint') !== undefined) return { is: 'literal', type: 'bigint' }
  if ('regex' in node) return { is: 'literal', type: 'RegExp' }
  if (value === null) return NOTHING
  return typeof value === 'string'
    ? TEXT
    : typeof value === 'number'
      ? NUMBER
      : { is: 'literal', type: typeof value }
}

function member(r: Reading, node: Node): Expr {
  const object = child(node, 'object')
  const property = child(node, 'property')
  readEnvironment(r, node)
  const name = flag(node, 'computed') ? literalKey(property) : nameOf(property)
  const of = object ? ownerOf(r, object, name) : UNKNOWN
  if (name === undefined) {
    r.visit(property)
    return { is: 'element', of }
  }
  r.members.add(name)
  return { is: 'member', of, name }
}

const literalKey = (property: Node | undefined) =>
  property?.type === 'Literal' ? nameOf(property) : undefined

/** A name before a dot is a reference to the member as well, where it is a module or an enum. */
function ownerOf(r: Reading, object: Node, name: string | undefined): Expr {
  if (object.type !== 'Identifier' && object.type !== 'JSXIdentifier') return r.expression(object)
  const known = nameExpr(r, object)
  if (known.is === 'ref') refer(r, known.binding, { node: object, member: name })
  return known
}

function readEnvironment(r: Reading, node: Node): void {
  const object = child(node, 'object')
  // Most members are of something plainer.
  if (object?.type !== 'MemberExpression' || nameOf(child(object, 'property')) !== 'env') return
  const owner = child(object, 'object')
  const isEnv = nameOf(owner) === 'process' || owner?.type === 'MetaProperty'
  const name = flag(node, 'computed') ? literalKey(child(node, 'property')) : nameOf(child(node, 'property'))
  if (isEnv && name) r.facts.environment.push({ name, from: r.symbol, line: positionOf(r, node.start).line })
}

function cast(r: Reading, node: Node): Expr {
  const annotation = child(node, 'typeAnnotation')
  const type = r.type(annotation)
  const inner = child(node, 'expression')
  // `as const` says nothing of the kind of value.
  const name = nameOf(child(annotation ?? node, 'typeName'))
  if (name === 'const') return r.expression(inner)
  r.expression(inner, { type, path: [] })
  return { is: 'cast', type }
}

interface Called {
  how: SiteKind
  callee: Node | undefined
}

function call(r: Reading, node: Node, expected?: Expected): Expr {
  const callee = bare(child(node, 'callee'))
  const first = list(node, 'arguments')[0]
  if (nameOf(callee) === 'require' && callee?.type === 'Identifier' && lookup(r, 'require') === undefined) {
    const specifier = nameOf(first)
    if (specifier !== undefined && first?.type === 'Literal') {
      addImport(r, { specifier, type: false, node })
      return { is: 'module', specifier }
    }
  }
  // Called at once: its parameters and body belong here.
  if (isFunction(callee)) {
    const fn = readFunction(r, callee, { expected })
    for (const one of list(node, 'arguments')) r.expression(one)
    return { is: 'result', site: pushSite(r, node, { how: 'call', callee: { is: 'function', fn } }) }
  }
  const title = r.isTest ? testTitle(node, callee) : undefined
  if (title === undefined) return site(r, node, { how: 'call', callee })
  const symbol = within(r, { nested: true }, () =>
    addSymbol(r, { name: title, kind: 'test', node, at: node, parent: r.symbol }),
  )
  return within(r, { symbol }, () => site(r, node, { how: 'call', callee }))
}

const TESTERS = new Set(['test', 'it', 'describe', 'bench'])

/** What a call of the tests' framework says that it shows. */
function testTitle(node: Node, callee: Node | undefined): string | undefined {
  // `test.only(…)` and `test.each(rows)(…)` are tests too.
  let at = callee
  while (at && (at.type === 'MemberExpression' || at.type === 'CallExpression'))
    at = child(at, at.type === 'MemberExpression' ? 'object' : 'callee')
  const [first, ...rest] = list(node, 'arguments')
  if (!TESTERS.has(nameOf(at) ?? '') || !rest.some((one) => isFunction(one))) return undefined
  const title = first?.type === 'TemplateLiteral' ? holedText(first) : nameOf(first)
  return title === undefined || title === '' ? undefined : title.slice(0, 200)
}

function site(r: Reading, node: Node, called: Called): Expr {
  const callee = calleeExpr(r, called.callee)
  const at = pushSite(r, node, { how: called.how, callee })
  const made = r.facts.sites[at]
  const types = list(child(node, 'typeArguments'), 'params')
  if (made && types.length > 0) made.types = types.map((one) => r.type(one))
  const given = list(node, 'arguments')
  // As long as it needs to be: a list that grows by one takes room for sixteen more.
  const args = given.map((one, argument) => {
    const spread = one.type === 'SpreadElement'
    const value = r.expression(spread ? child(one, 'argument') : one, { site: at, argument, path: NO_PATH })
    return spread ? UNKNOWN : value
  })
  if (made && args.length > 0) made.args = args
  return { is: 'result', site: at }
}

function calleeExpr(r: Reading, node: Node | undefined): Expr {
  if (node?.type === 'Identifier') return nameExpr(r, node)
  // `super(…)` calls the class, not an instance.
  if (node?.type === 'Super') return r.self ? { is: 'super', symbol: r.self.symbol, fixed: true } : UNKNOWN
  return r.expression(node)
}

function pushSite(r: Reading, node: Node, given: { how: SiteKind; callee: Expr }): number {
  const { line, column } = positionOf(r, placeOfCall(node))
  const made: Site = { how: given.how, callee: given.callee, from: r.symbol, args: NO_ARGS, line, column }
  const first = list(node, 'arguments')[0]
  const words =
    first?.type === 'TemplateLiteral'
      ? holedText(first)
      : first?.type === 'Literal'
        ? first['value']
        : undefined
  if (typeof words === 'string') made.text = words.slice(0, TEXT_LENGTH)
  return r.facts.sites.push(made) - 1
}

/** Calls in a chain stand where their name does, not all at the chain's beginning. */
function placeOfCall(node: Node): number {
  const callee = bare(child(node, 'callee') ?? child(node, 'tag') ?? child(node, 'name'))
  return (callee && (child(callee, 'property')?.start ?? callee.start)) ?? node.start
}

function tagged(r: Reading, node: Node): Expr {
  const result = site(r, node, { how: 'tag', callee: bare(child(node, 'tag')) })
  const quasi = child(node, 'quasi')
  const made = result.is === 'result' ? r.facts.sites[result.site] : undefined
  const words = quasi && holedText(quasi)
  if (made && words) made.text = words.slice(0, TEXT_LENGTH)
  r.expression(quasi)
  return result
}

/** More of a text than any statement of SQL needs. */
const TEXT_LENGTH = 2000

/** A template with a question mark for each hole. */
const holedText = (node: Node): string =>
  list(node, 'quasis')
    .map((one) => rawText(one))
    .join('?')

function rawText(quasi: Node): string {
  const { value } = quasi
  return typeof value === 'object' && value !== null && 'raw' in value && typeof value.raw === 'string'
    ? value.raw
    : ''
}

function dynamicImport(r: Reading, node: Node): Expr {
  const source = child(node, 'source')
  const specifier = source?.type === 'Literal' ? nameOf(source) : undefined
  if (specifier === undefined) {
    r.visit(source)
    return UNKNOWN
  }
  addImport(r, { specifier, type: false, node })
  return { is: 'module', specifier }
}

function anonymousClass(r: Reading, node: Node): Expr {
  const name = nameOf(child(node, 'id')) ?? 'class'
  const symbol = within(r, { nested: true }, () => addSymbol(r, { name, kind: 'class', node }))
  readClass(r, node, symbol)
  return { is: 'class', symbol }
}

function array(r: Reading, node: Node, expected?: Expected): Expr {
  const inner = expected ? { ...expected, path: [...expected.path, '[]'] } : undefined
  const of = slots(node, 'elements').map((one) =>
    one?.type === 'SpreadElement'
      ? { is: 'element' as const, of: r.expression(child(one, 'argument')) }
      : r.expression(one, inner),
  )
  return { is: 'array', of: of.filter((one) => one.is !== 'unknown').slice(0, 8) }
}

// Shared, as there are many of each.
const NOTHING: Expr = { is: 'literal', type: 'null' }
const TEXT: Expr = { is: 'literal', type: 'string' }
const NUMBER: Expr = { is: 'literal', type: 'number' }
const NO_PATH: string[] = []
const NO_ARGS: Expr[] = []

function either(of: Expr[]): Expr {
  return of.every((one) => one.is === 'unknown') ? UNKNOWN : { is: 'either', of }
}

function logical(r: Reading, node: Node, expected?: Expected): Expr {
  const left = r.expression(child(node, 'left'), expected)
  const right = child(node, 'right')
  if (text(node, 'operator') === '&&')
    return narrowing(r, child(node, 'left'), () => r.expression(right, expected))
  return either([left, r.expression(right, expected)])
}

function binary(r: Reading, node: Node): Expr {
  const left = r.expression(child(node, 'left'))
  const right = r.expression(child(node, 'right'))
  const words =
    text(node, 'operator') === '+' &&
    [left, right].some((one) => one.is === 'literal' && one.type === 'string')
  return words ? { is: 'literal', type: 'string' } : UNKNOWN
}

function assignment(r: Reading, node: Node): Expr {
  const target = child(node, 'left')
  const value = child(node, 'right')
  if (target?.type === 'Identifier') {
    const to = nameExpr(r, target)
    const given = r.expression(value, to.is === 'ref' ? expectedOfBinding(r, to.binding) : undefined)
    if (to.is === 'ref') addValue(r, to.binding, given)
    return given
  }
  r.visit(target)
  return r.expression(value)
}

function expectedOfBinding(r: Reading, at: number): Expected | undefined {
  const binding = r.facts.bindings[at]
  return binding?.kind === 'value' && binding.type ? { type: binding.type, path: [] } : undefined
}

/** `<Name …>`: a call of Name where it is a component, not a tag of the page. */
function element(r: Reading, node: Node): Expr {
  const opening = child(node, 'openingElement')
  const name = opening && child(opening, 'name')
  if (!opening || !name) return UNKNOWN
  const isTag = name.type === 'JSXIdentifier' && /^[a-z]/.test(text(name, 'name') ?? '')
  let at: number | undefined
  if (!isTag) {
    const callee = name.type === 'JSXIdentifier' ? nameExpr(r, name) : r.expression(name)
    at = pushSite(r, opening, { how: 'jsx', callee })
  }
  for (const one of list(opening, 'attributes')) attribute(r, one, at)
  for (const one of list(node, 'children')) r.visit(one)
  return UNKNOWN
}

function attribute(r: Reading, node: Node, site: number | undefined): void {
  if (node.type === 'JSXSpreadAttribute') {
    r.expression(child(node, 'argument'))
    return
  }
  const value = child(node, 'value')
  const inner = value?.type === 'JSXExpressionContainer' ? child(value, 'expression') : value
  const name = nameOf(child(node, 'name'))
  r.expression(inner, site !== undefined && name ? { site, argument: 0, path: [`.${name}`] } : undefined)
}

function jsxMember(r: Reading, node: Node): Expr {
  const object = child(node, 'object')
  const name = nameOf(child(node, 'property')) ?? ''
  r.members.add(name)
  return { is: 'member', of: object ? ownerOf(r, object, name) : UNKNOWN, name }
}
