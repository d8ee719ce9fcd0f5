// Rust's patterns: the names that a match, a condition or a closure takes out of a value, and the parameters of types.
import type { Expected, Expr } from '../facts.ts'
import { UNKNOWN, declare } from '../typescript/reading.ts'
import {
  expression,
  inner,
  kid,
  kids,
  lambda,
  ofType,
  type,
  visit,
  word,
  type Param,
  type Tree,
} from './language.ts'
import type { TreeNode } from './parser.ts'
import { assign, type Known } from './variables.ts'

const THROUGH = /^(?:mut|ref|reference|tuple_struct|captured|match|or)_pattern$/

export function bind(t: Tree, pattern: TreeNode | undefined, given: Known): void {
  if (!pattern) return
  if (pattern.type === 'identifier') assign(t, pattern, { ...given, fresh: true })
  else if (pattern.type === 'tuple_pattern') {
    const of = given.value ?? UNKNOWN
    pattern.kids.forEach((one, index) => bind(t, one, { value: { is: 'element', of, index } }))
  } else if (THROUGH.test(pattern.type) && !kid(pattern, 'type')?.type.startsWith('scoped'))
    bind(t, pattern.type === 'match_pattern' ? pattern.kids[0] : pattern.kids.at(-1), { value: given.value })
}

/** Each arm sees what its pattern takes out. */
export function match(t: Tree, node: TreeNode): Expr {
  const value = expression(t, kid(node, 'value'))
  const gives: Expr[] = []
  for (const arm of kid(node, 'body')?.kids ?? []) {
    if (arm.type !== 'match_arm') continue
    inner(t, () => {
      const pattern = kid(arm, 'pattern')
      bind(t, pattern, { value })
      visit(t, kid(pattern, 'condition'))
      gives.push(expression(t, kid(arm, 'value')))
    })
  }
  return gives.length > 0 ? { is: 'either', of: gives.slice(0, 8) } : UNKNOWN
}

/** `if let Some(x) = y { … }`, `while let …`. */
export function condition(t: Tree, node: TreeNode): Expr {
  return inner(t, () => {
    visit(t, kid(node, 'condition'))
    visit(t, kid(node, 'body'))
    const yes = expression(t, kid(node, 'consequence'))
    const no = expression(t, ofType(kid(node, 'alternative'), 'block', 'if_expression'))
    return node.type === 'if_expression' ? { is: 'either', of: [yes, no] } : UNKNOWN
  })
}

export function letCondition(t: Tree, node: TreeNode): Expr {
  bind(t, kid(node, 'pattern'), { value: expression(t, kid(node, 'value')) })
  return UNKNOWN
}

export function closure(t: Tree, node: TreeNode, expected: Expected | undefined): Expr {
  const params = (kid(node, 'parameters')?.kids ?? []).map((one) => paramOf(t, one))
  const body = kid(node, 'body')
  return lambda(t, { params, body, isBlock: body?.type === 'block', expected })
}

function paramOf(t: Tree, node: TreeNode): Param {
  const name = node.type === 'parameter' ? kid(node, 'pattern') : node
  const plain = name?.type.endsWith('_pattern') ? name.kids.at(-1) : name
  const given = kid(node, 'type')
  return { name: word(t, plain), type: given && type(t, given) }
}

/** `<T: Priced>` and `where T: Priced`: what is called on a T is the bound's. */
export function typeParams(t: Tree, node: TreeNode): void {
  const given = ofType(node, 'type_parameters')?.kids ?? []
  const where = ofType(node, 'where_clause')?.kids ?? []
  for (const one of given) {
    const name = kid(one, 'name')
    if (name?.type !== 'type_identifier') continue
    const text = word(t, name)
    const clause = where.find((other) => word(t, kid(other, 'left')) === text)
    const [bound] = [...kids(one, 'bounds'), ...kids(clause, 'bounds')].flatMap((other) => other.kids)
    declare(t.r, text, { kind: 'typeParameter', ...(bound ? { limit: type(t, bound) } : {}) })
  }
}
