// Rust's calls: many only hand on what they were given.
import type { Expr } from '../facts.ts'
import { call, expression, kid, nameExpr, word, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

/** Hand on what they hold, or the same as another view. */
const SAME = new Set(
  'unwrap expect clone as_ref as_mut borrow borrow_mut lock read write to_owned unwrap_or_default iter iter_mut into_iter cloned copied as_deref unwrap_or ok await into take get_mut'.split(
    ' ',
  ),
)

export function readCall(t: Tree, node: TreeNode): Expr {
  const given = kid(node, 'function')
  const callee = given?.type === 'generic_function' ? kid(given, 'function') : given
  const args = kid(node, 'arguments')?.kids ?? []
  const to = callee?.type === 'identifier' ? nameExpr(t, callee, true) : expression(t, callee)
  const at = kid(callee, 'field') ?? kid(callee, 'name') ?? callee
  const result = call(t, node, { callee: to, args, at })
  if (to.is === 'member' && SAME.has(to.name)) return { is: 'either', of: [result, to.of] }
  return WRAPS.test(word(t, callee)) ? firstArgument(t, result) : result
}

/** `Some(x)`, `Ok(x)`, `Box::new(x)`: the thing inside. */
const WRAPS = /^(?:Some|Ok|Err|(?:Box|Rc|Arc|Mutex|RwLock|RefCell|Cell)::new)$/

function firstArgument(t: Tree, result: Expr): Expr {
  const site = result.is === 'result' ? t.r.facts.sites[result.site] : undefined
  return site?.args[0] ?? result
}
