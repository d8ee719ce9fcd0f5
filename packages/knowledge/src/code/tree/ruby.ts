// Ruby: constants found by their file's name, methods of self by their bare name, instance variables as members.
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
  inClass,
  kid,
  lambda,
  memberExpr,
  nameExpr,
  readFunction,
  visit,
  word,
  type Language,
  type NewFunction,
  type Param,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'
import { assign, field } from './variables.ts'

export const ruby: Language = {
  name: 'ruby',
  grammar: 'ruby',
  files: /\.(?:rb|rake)$/,
  version: 1,
  comments: /^comment$/,
  branches: new Set([
    'if',
    'unless',
    'while',
    'until',
    'when',
    'rescue',
    'if_modifier',
    'unless_modifier',
    'conditional',
    'elsif',
  ]),
  hoist: {
    class: (t, node) =>
      void declareClass(t, node, { name: lastName(node), exported: true, owner: ownerOf(t) }),
    module: (t, node) =>
      void declareClass(t, node, { name: lastName(node), exported: true, owner: ownerOf(t) }),
    method: (t, node) => void declareFunction(t, node, functionOf(t, node)),
    singleton_method: (t, node) => void declareFunction(t, node, functionOf(t, node)),
    body_statement: (t, node) => hoist(t, node.kids),
  },
  statements: {
    class: (t, node) => readClass(t, node),
    module: (t, node) => readClass(t, node),
    singleton_class: (t, node) => visit(t, kid(node, 'body')),
    method: (t, node) => readMethod(t, node),
    singleton_method: (t, node) => readMethod(t, node),
    return: (t, node) => give(t, node.kids[0]?.kids[0]),
    body_statement: (t, node) => readBody(t, node),
    block_body: (t, node) => readBody(t, node),
  },
  expressions: {
    identifier: (t, node) => bare(t, node),
    constant: (t, node) => nameExpr(t, node),
    super: (t, node) => callSuper(t, node, []),
    self: (t) => (t.r.self ? { is: 'this', ...t.r.self } : { is: 'unknown' }),
    scope_resolution: (t, node) => scoped(t, node),
    call: (t, node) => readCall(t, node),
    assignment: (t, node) => assignment(t, node),
    operator_assignment: (t, node) => assignment(t, node),
    instance_variable: (t, node) =>
      t.r.self
        ? { is: 'member', of: { is: 'this', symbol: t.r.self.symbol }, name: word(t, node) }
        : { is: 'unknown' },
    parenthesized_statements: (t, node) => expression(t, node.kids.at(-1)),
    string: (t, node) => {
      for (const one of node.kids) visit(t, one)
      return { is: 'literal', type: 'string' }
    },
    conditional: (t, node) => {
      visit(t, kid(node, 'condition'))
      return {
        is: 'either',
        of: [expression(t, kid(node, 'consequence')), expression(t, kid(node, 'alternative'))],
      }
    },
    element_reference: (t, node) => ({ is: 'element', of: expression(t, kid(node, 'object')) }),
    array: (t, node) => ({ is: 'array', of: node.kids.map((one) => expression(t, one)).slice(0, 8) }),
  },
  types: {},
  // A constant is looked for in the file that would hold it by its name.
  unbound: (_, name) => (/^\p{Lu}\w*$/u.test(name) ? { specifier: `rb:${name}`, name } : undefined),
  finish: (t) => exportAll(t),
}

const ownerOf = (t: Tree): number | undefined => (t.r.self && !t.r.fn ? t.r.symbol : undefined)

const lastName = (node: TreeNode): TreeNode | undefined => {
  const name = kid(node, 'name')
  return name?.type === 'scope_resolution' ? kid(name, 'name') : name
}

function functionOf(t: Tree, node: TreeNode): NewFunction {
  const owner = ownerOf(t)
  return {
    name: kid(node, 'name'),
    kind: owner === undefined ? 'function' : 'method',
    exported: owner === undefined,
    params: kid(node, 'parameters'),
    body: kid(node, 'body'),
    owner,
    fixed: node.type === 'singleton_method',
    param: paramOf,
  }
}

function paramOf(t: Tree, node: TreeNode): Param | undefined {
  const id = kid(node, 'name') ?? (node.type === 'identifier' ? node : undefined)
  if (!id) return undefined
  const value = expression(t, kid(node, 'value'))
  return { name: word(t, id), ...(value.is === 'unknown' ? {} : { value }) }
}

function readMethod(t: Tree, node: TreeNode): void {
  const given = functionOf(t, node)
  void readFunction(t, node, given)
}

/** The last expression of a method is what it gives. */
function readBody(t: Tree, node: TreeNode): void {
  hoist(t, node.kids)
  const last = node.kids.findLast((one) => one.type !== 'comment')
  for (const one of node.kids) {
    if (one === last && t.r.fn && one.type !== 'return') give(t, one)
    else visit(t, one)
  }
}

function readClass(t: Tree, node: TreeNode): void {
  const symbol = declareClass(t, node, { name: lastName(node), exported: true, owner: ownerOf(t) })
  const made = t.r.facts.symbols[symbol]
  const above = kid(node, 'superclass')?.kids[0]
  if (made && above) made.base = expression(t, above)
  inClass(t, symbol, () => block(t, kid(node, 'body')))
}

function bare(t: Tree, node: TreeNode): Expr {
  const name = word(t, node)
  const known = lookup(t.r, name)
  if (known !== undefined) {
    const binding = t.r.facts.bindings[known]
    const symbol = binding?.kind === 'symbol' ? t.r.facts.symbols[binding.symbols[0] ?? -1] : undefined
    return symbol?.kind === 'function'
      ? call(t, node, { callee: nameExpr(t, node, true), args: [] })
      : nameExpr(t, node)
  }
  return call(t, node, { callee: ownMethod(t, name), args: [] })
}

function ownMethod(t: Tree, name: string): Expr {
  t.r.members.add(name)
  return t.r.self ? { is: 'member', of: { is: 'this', ...t.r.self }, name } : { is: 'global', name }
}

function scoped(t: Tree, node: TreeNode): Expr {
  const above = kid(node, 'scope')
  const name = word(t, kid(node, 'name'))
  const whole = word(t, node)
  // `A::B` in no file of A's is the file a/b.rb.
  const first = above?.type === 'constant' ? lookup(t.r, word(t, above)) : undefined
  if (above && first === undefined && /^[\w:]+$/.test(whole)) {
    addImport(t.r, { specifier: `rb:${whole}`, type: false, node })
    return { is: 'member', of: { is: 'module', specifier: `rb:${whole}` }, name }
  }
  return memberExpr(t, above, name)
}

const LOADS = /^(?:require|require_relative|load)$/
const MIXES = /^(?:include|prepend|extend)$/

function readCall(t: Tree, node: TreeNode): Expr {
  const receiver = kid(node, 'receiver')
  const method = kid(node, 'method')
  const name = word(t, method)
  const args = kid(node, 'arguments')?.kids ?? []
  if (method?.type === 'super') return callSuper(t, node, args)
  const known = receiver ? undefined : keyword(t, node, { name, args })
  if (known) return known
  const made = name === 'new' ? classOf(t, receiver) : undefined
  const callee = made ?? calleeOf(t, receiver, method)
  const isNew = made !== undefined
  const result = call(t, node, { callee, args, how: isNew ? 'new' : 'call', at: method ?? node.kids[0] })
  readBlock(t, kid(node, 'block'), result)
  return result
}

function calleeOf(t: Tree, receiver: TreeNode | undefined, method: TreeNode | undefined): Expr {
  const name = word(t, method)
  if (receiver) return memberExpr(t, receiver, name)
  return lookup(t.r, name) === undefined ? ownMethod(t, name) : nameExpr(t, method, true)
}

/** `require …` and `include …` are calls that declare. */
function keyword(
  t: Tree,
  node: TreeNode,
  given: { name: string; args: readonly TreeNode[] },
): Expr | undefined {
  if (LOADS.test(given.name)) return load(t, node, given)
  if (!t.r.self || t.r.fn) return undefined
  if (READERS.test(given.name)) return readers(t, given.args)
  return MIXES.test(given.name) ? mix(t, given.args) : undefined
}

/** What `new` makes: of the class before it, or alone in a method of the class itself. */
function classOf(t: Tree, receiver: TreeNode | undefined): Expr | undefined {
  if (receiver) return expression(t, receiver)
  return t.r.self?.fixed ? { is: 'class', symbol: t.r.self.symbol } : undefined
}

/** A block is the last argument of its call. */
function readBlock(t: Tree, node: TreeNode | undefined, result: Expr): void {
  if (!node) return
  const ids = (kid(node, 'parameters')?.kids ?? []).filter((one) => one.type === 'identifier')
  const site = result.is === 'result' ? result.site : -1
  const argument = t.r.facts.sites[site]?.args.length ?? 0
  const value = lambda(t, {
    params: ids.map((one) => ({ name: word(t, one) })),
    body: kid(node, 'body'),
    isBlock: false,
    ...(site < 0 ? {} : { expected: { site, argument, path: [] } }),
  })
  t.r.facts.sites[site]?.args.push(value)
}

/** `super` alone or with arguments: the method of that name above. */
function callSuper(t: Tree, node: TreeNode, args: readonly TreeNode[]): Expr {
  const own = t.r.facts.symbols[t.r.symbol]
  const { self } = t.r
  if (!self || own?.kind !== 'method') return { is: 'unknown' }
  const above: Expr = { is: 'super', symbol: self.symbol, ...(self.fixed ? { fixed: true } : {}) }
  return call(t, node, { callee: { is: 'member', of: above, name: own.name }, args })
}

const READERS = /^attr_(?:reader|accessor)$/

/** `attr_reader :name` is a method that gives `@name`. */
function readers(t: Tree, args: readonly TreeNode[]): Expr {
  const owner = t.r.symbol
  for (const one of args) {
    const name = word(t, one).replace(/^:/, '')
    const value: Expr = { is: 'member', of: { is: 'this', symbol: owner }, name: `@${name}` }
    if (/^\w+$/.test(name)) field(t, one, { owner, name, value })
  }
  return { is: 'unknown' }
}

function load(t: Tree, node: TreeNode, given: { name: string; args: readonly TreeNode[] }): Expr {
  const path = given.args[0] ? word(t, given.args[0]).replaceAll(/^["']|["']$/g, '') : ''
  const specifier = given.name === 'require_relative' ? `rb:=./${path}` : `rb:=${path}`
  addImport(t.r, { specifier, type: false, node })
  t.r.facts.stars.push(specifier)
  return { is: 'unknown' }
}

/** A module that is mixed in lends its methods. */
function mix(t: Tree, args: readonly TreeNode[]): Expr {
  const made = t.r.facts.symbols[t.r.symbol]
  for (const one of args) {
    const given: TypeFact = { is: 'typeof', of: { is: 'instance', of: expression(t, one) } }
    if (made) (made.supers ??= []).push(given)
  }
  return { is: 'unknown' }
}

function assignment(t: Tree, node: TreeNode): Expr {
  const left = kid(node, 'left')
  const value = expression(t, kid(node, 'right'))
  if (left?.type === 'identifier' || left?.type === 'constant') assign(t, left, { value })
  else if (left?.type === 'instance_variable' && t.r.self)
    field(t, left, { owner: t.r.self.symbol, name: word(t, left), value })
  else visit(t, left)
  return value
}
