// Kotlin's calls: of members and of what extends a type, and the functions of the library that lend a lambda its subject.
import { memberOf, type Expected, type Expr } from '../facts.ts'
import { declare, inScope, lookup, within } from '../typescript/reading.ts'
import { call, expression, nameExpr, ofType, visit, word, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

/** Their lambda gets each element, and they give back the same elements. */
const SAME =
  /^(?:filter|filterNot|filterNotNull|onEach|sortedBy|sortedByDescending|sortedWith|distinctBy|takeWhile|dropWhile|take|drop|reversed|toList|toMutableList|toSet|asSequence|sorted|distinct|shuffled)$/
/** Their lambda gets each element, and they give back one. */
const ONE =
  /^(?:first|firstOrNull|last|lastOrNull|find|findLast|single|singleOrNull|maxByOrNull|minByOrNull|maxBy|minBy|random|elementAt|getOrNull|removeFirst|removeLast)$/
const EACH =
  /^(?:forEach|any|all|none|count|sumOf|sumBy|groupBy|associateBy|associateWith|partition|indexOfFirst|joinToString)$/
const MADE = /^(?:map|mapNotNull|flatMap)$/
/** Their lambda gets the owner as `it`. */
const LENT = /^(?:let|also|takeIf|takeUnless)$/
/** Their lambda has the owner as `this`. */
const INSIDE = /^(?:apply|run|with)$/

/** `a.b`, `a?.b`. */
export function member(t: Tree, node: TreeNode): Expr {
  const name = word(t, node.kids.at(-1))
  t.r.members.add(name)
  return { is: 'member', of: expression(t, node.kids[0]), name }
}

/** A name by itself: of the body, of what surrounds it (a receiver, the class), of the file or its package. */
export function bareName(t: Tree, node: TreeNode, silent = false): Expr {
  const name = word(t, node)
  const at = lookup(t.r, name)
  const kind = at === undefined ? undefined : t.r.facts.bindings[at]?.kind
  if (kind === 'value' || kind === 'parameter') return nameExpr(t, node, silent)
  const around = surroundings(t, name)
  // What is known here or above this class comes after its own members.
  return around.length === 0
    ? nameExpr(t, node, silent)
    : { is: 'first', of: [...around, nameExpr(t, node, silent)] }
}

function surroundings(t: Tree, name: string): Expr[] {
  const { receiver, self } = t.r
  const found: Expr[] = receiver ? [{ is: 'member', of: receiver, name }] : []
  if (!self) return found
  const made = t.r.facts.symbols[self.symbol]
  const isStatic = memberOf(made, `static ${name}`) !== undefined
  if (isStatic) found.push({ is: 'member', of: { is: 'this', symbol: self.symbol, fixed: true }, name })
  else if (!self.fixed && (memberOf(made, name) !== undefined || made?.supers))
    found.push({ is: 'member', of: { is: 'this', symbol: self.symbol }, name })
  if (found.length > 0) t.r.members.add(name)
  return found
}

export function invocation(t: Tree, node: TreeNode): Expr {
  const [callee] = node.kids
  const args = [...(ofType(node, 'value_arguments')?.kids ?? [])]
  const last = ofType(node, 'annotated_lambda')
  // `with(a) { … }` is read as a call of what `with(a)` gives; it is one call with a lambda behind.
  if (last && callee?.type === 'call_expression' && args.length === 0 && !ofType(callee, 'annotated_lambda'))
    return called(t, node, {
      callee: callee.kids[0],
      args: [...(ofType(callee, 'value_arguments')?.kids ?? [])],
      last,
    })
  return called(t, node, { callee, args, last })
}

interface Called {
  callee: TreeNode | undefined
  args: TreeNode[]
  last: TreeNode | undefined
}

function called(t: Tree, node: TreeNode, { callee, args, last }: Called): Expr {
  if (callee?.type !== 'navigation_expression') return bareCall(t, node, { callee, args, last })
  const id = callee.kids.at(-1)
  const name = word(t, id)
  t.r.members.add(name)
  const of = expression(t, callee.kids[0])
  const own: Expr = { is: 'member', of, name }
  const extension = extensionOf(t, id, name)
  const result = call(t, node, {
    callee: extension ? { is: 'first', of: [own, extension] } : own,
    args,
    at: id,
  })
  const given = last && lambdaOf(t, ofType(last, 'lambda_literal'), lentBy(name, of))
  return resultOf({ name, of, result, given })
}

function bareCall(t: Tree, node: TreeNode, { callee, args, last }: Called): Expr {
  const name = callee?.type === 'identifier' ? word(t, callee) : ''
  const to = callee?.type === 'identifier' ? bareName(t, callee, true) : expression(t, callee)
  const how = /^\p{Lu}/u.test(name) ? ('new' as const) : ('call' as const)
  const result = call(t, node, { callee: to, args, how, at: callee })
  if (!last) return result
  const subject = name === 'with' && args[0] ? quietly(t, args[0]) : undefined
  const given = lambdaOf(t, ofType(last, 'lambda_literal'), subject ? { receiver: subject } : {})
  return subject ? backOf(given) : result
}

/** The subject of `with` was read as its argument: it is read again without its calls being counted twice. */
function quietly(t: Tree, node: TreeNode): Expr | undefined {
  const inner = node.kids.at(-1)
  return inner?.type === 'identifier' ? nameExpr(t, inner, true) : undefined
}

/** What is imported by name, or extends a type in this file. */
function extensionOf(t: Tree, id: TreeNode | undefined, name: string): Expr | undefined {
  const at = t.root.names?.get(name)
  const binding = at === undefined ? undefined : t.r.facts.bindings[at]
  if (!id || binding === undefined) return undefined
  if (binding.kind === 'import') return binding.specifier === 'kt:.' ? undefined : nameExpr(t, id, true)
  return undefined
}

interface Lent {
  expected?: Expected | undefined
  it?: Expr
  receiver?: Expr
}

function lentBy(name: string, of: Expr): Lent {
  if (INSIDE.test(name)) return { receiver: of }
  if (LENT.test(name)) return { it: of }
  return [SAME, ONE, EACH, MADE].some((one) => one.test(name)) ? { it: { is: 'element', of } } : {}
}

/** A function of the code's own with such a name gives what it says. */
function resultOf(given: { name: string; of: Expr; result: Expr; given: Expr | undefined }): Expr {
  const { name, of, result } = given
  const library = SAME.test(name) || /^(?:also|apply|takeIf|takeUnless)$/.test(name) ? of : undefined
  if (library) return { is: 'first', of: [result, library] }
  if (ONE.test(name)) return { is: 'first', of: [result, { is: 'element', of }] }
  if (given.given && MADE.test(name))
    return { is: 'first', of: [result, { is: 'array', of: [backOf(given.given)] }] }
  if (given.given && /^(?:let|run)$/.test(name)) return { is: 'first', of: [result, backOf(given.given)] }
  return result
}

const backOf = (given: Expr): Expr => {
  const gives = given.is === 'function' ? (given.fn?.gives ?? []) : []
  return gives.length === 1 && gives[0] ? gives[0] : { is: 'either', of: gives }
}

export function lambdaOf(t: Tree, node: TreeNode | undefined, lent: Lent): Expr {
  if (!node) return { is: 'unknown' }
  const params = ofType(node, 'lambda_parameters')?.kids ?? []
  const rest = node.kids.filter((one) => one.type !== 'lambda_parameters')
  const fn = { params: [], ...(lent.expected ? { expected: lent.expected } : {}) }
  const changes = { nested: true, fn, ...(lent.receiver ? { receiver: lent.receiver } : {}) }
  within(t.r, changes, () =>
    inScope(t.r, true, () => {
      declareParams(t, params, lent)
      visit(t, { type: 'lambda_body', field: '', start: node.start, end: node.end, kids: rest })
    }),
  )
  return { is: 'function', fn }
}

function declareParams(t: Tree, params: readonly TreeNode[], { it, expected }: Lent): void {
  const from = (at: number): { value?: Expr } | { expected?: Expected } =>
    it && at === 0 ? { value: it } : {}
  if (params.length === 0) {
    if (it) declare(t.r, 'it', { kind: 'value', value: it })
    else declare(t.r, 'it', { kind: 'parameter', at: 0, ...(expected ? { expected } : {}) })
  }
  params.forEach((one, at) => {
    const id = ofType(one, 'identifier')
    if (id) declare(t.r, word(t, id), { kind: 'value', ...from(at) })
    else for (const inner of one.kids) declare(t.r, word(t, inner.kids[0]), { kind: 'value' })
  })
}
