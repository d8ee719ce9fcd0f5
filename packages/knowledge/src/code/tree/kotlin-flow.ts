// Kotlin's variables and branches: what a name holds, and what a test of its type makes of it.
import type { Expr } from '../facts.ts'
import { addMember, declare } from '../typescript/reading.ts'
import { expression, give, inner, kid, ofType, type, visit, word, type Tree } from './language.ts'
import { typeIn } from './kotlin-types.ts'
import type { TreeNode } from './parser.ts'
import { assign, field } from './variables.ts'

const PARTS =
  /^(?:modifiers|variable_declaration|multi_variable_declaration|type_parameters|type_constraints|getter|setter|property_delegate)$|_type$/

/** A field where a class is open, else a variable. */
export function property(t: Tree, node: TreeNode): Expr {
  const id = ofType(node, 'variable_declaration')
  const given = node.kids.find((one) => !PARTS.test(one.type))
  const value = given ? expression(t, given) : delegated(t, node)
  const many = ofType(node, 'multi_variable_declaration')
  many?.kids.forEach((one, index) => {
    const name = one.kids[0]
    if (name) assign(t, name, { value: { is: 'element', of: value, index }, fresh: true })
  })
  const name = id?.kids[0]
  if (!id || !name) return { is: 'unknown' }
  const known = { type: typeIn(t, id), value }
  if (t.r.self && !t.r.fn) ownField(t, node, { ...known, name })
  else assign(t, name, { ...known, fresh: true })
  for (const one of node.kids) if (/^[gs]etter$/.test(one.type)) visit(t, one)
  return { is: 'unknown' }
}

/** `by lazy { value }` gives what its lambda gives. */
function delegated(t: Tree, node: TreeNode): Expr {
  const [made] = ofType(node, 'property_delegate')?.kids ?? []
  const body = ofType(made, 'annotated_lambda')
  if (!made || !body || word(t, made.kids[0]) !== 'lazy') {
    visit(t, made)
    return { is: 'unknown' }
  }
  const read = expression(t, body)
  return (read.is === 'function' ? read.fn?.gives?.[0] : undefined) ?? { is: 'unknown' }
}

function ownField(
  t: Tree,
  node: TreeNode,
  given: { name: TreeNode; type?: ReturnType<typeof typeIn>; value: Expr },
): void {
  const { self } = t.r
  if (!self) return
  const name = word(t, given.name)
  field(t, node, { owner: self.symbol, name, type: given.type, value: given.value, at: given.name })
  const made = t.r.facts.symbols[self.symbol]?.members?.[name]?.[0]
  if (made === undefined) return
  if (self.fixed) addMember(t.r, self.symbol, { name: `static ${name}`, member: made })
  declare(t.r, name, { kind: 'symbol', symbols: [made] })
}

export function assignment(t: Tree, node: TreeNode): Expr {
  const left = kid(node, 'left')
  const value = expression(t, kid(node, 'right'))
  if (left?.type === 'identifier') assign(t, left, { value })
  else visit(t, left)
  return { is: 'unknown' }
}

export function loop(t: Tree, node: TreeNode): void {
  const [name, of, ...body] = node.kids
  const value: Expr = { is: 'element', of: expression(t, of) }
  inner(t, () => {
    const id = name?.type === 'variable_declaration' ? name.kids[0] : undefined
    if (id) assign(t, id, { type: typeIn(t, name), value, fresh: true })
    else for (const one of name?.kids ?? []) if (one.kids[0]) assign(t, one.kids[0], { fresh: true })
    for (const one of body) visit(t, one)
  })
}

export function caught(t: Tree, node: TreeNode): void {
  inner(t, () => {
    const id = ofType(node, 'identifier')
    if (id) assign(t, id, { type: typeIn(t, node), fresh: true })
    visit(t, ofType(node, 'block'))
  })
}

/** `if (a is A) a.x()`: within it is an A. */
export function narrowed(t: Tree, node: TreeNode): Expr {
  const test = kid(node, 'condition')
  visit(t, test)
  const [yes, ...rest] = node.kids.filter((one) => one !== test)
  const known = test?.type === 'is_expression' && !/!is\b/.test(word(t, test)) ? test : undefined
  const first = inBranch(t, yes, { name: kid(known, 'left'), type: kid(known, 'right') })
  return { is: 'either', of: [first, ...rest.map((one) => inBranch(t, one))] }
}

/** Each entry of `when`, whose subject is what the entry asks for. */
export function branches(t: Tree, node: TreeNode): Expr {
  const subject = ofType(node, 'when_subject')
  const of = subject?.kids.at(-1)
  visit(t, of)
  const values = node.kids
    .filter((one) => one.type === 'when_entry')
    .map((one) => {
      const tests = one.kids.filter((inner) => inner.field === 'condition')
      for (const test of tests) if (test.type !== 'type_test') visit(t, test)
      const asked = tests.length === 1 && tests[0]?.type === 'type_test' ? tests[0].kids[0] : undefined
      return inBranch(
        t,
        one.kids.findLast((inner) => inner.field !== 'condition'),
        { name: of, type: asked },
      )
    })
  return { is: 'either', of: values }
}

function inBranch(
  t: Tree,
  node: TreeNode | undefined,
  known?: { name: TreeNode | undefined; type: TreeNode | undefined },
): Expr {
  return inner(t, () => {
    if (known?.name?.type === 'identifier' && known.type)
      declare(t.r, word(t, known.name), { kind: 'value', type: type(t, known.type) })
    if (node?.type !== 'block') {
      // What leaves the function has no value here.
      if (node?.type === 'return_expression') {
        give(t, node.kids.at(-1))
        return { is: 'unknown' }
      }
      return expression(t, node)
    }
    for (const one of node.kids.slice(0, -1)) visit(t, one)
    return expression(t, node.kids.at(-1))
  })
}
