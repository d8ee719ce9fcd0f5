// What a test tells of a variable in the code that runs only where it holds.
import type { Expr } from '../facts.ts'
import { bare, child, nameOf, text, type Node } from './ast.ts'
import { lookup, type Reading } from './reading.ts'

/** Reads what runs only where a test holds: after `x instanceof C`, x is a C. */
export function narrowing<T>(r: Reading, test: Node | undefined, run: () => T): T {
  const found = narrowedBy(r, test)
  if (!found) return run()
  const before = r.narrowed.get(found.binding)
  r.narrowed.set(found.binding, found.to)
  try {
    return run()
  } finally {
    if (before) r.narrowed.set(found.binding, before)
    else r.narrowed.delete(found.binding)
  }
}

interface Narrowed {
  binding: number
  to: Expr
}

function narrowedBy(r: Reading, test: Node | undefined): Narrowed | undefined {
  const at = bare(test)
  const operator = at && text(at, 'operator')
  if (at?.type === 'LogicalExpression' && operator === '&&')
    return narrowedBy(r, child(at, 'left')) ?? narrowedBy(r, child(at, 'right'))
  if (at?.type !== 'BinaryExpression' || operator !== 'instanceof') return undefined
  const binding = bindingOf(r, child(at, 'left'))
  const to = bindingOf(r, child(at, 'right'))
  if (binding === undefined || to === undefined) return undefined
  return { binding, to: { is: 'instance', of: { is: 'ref', binding: to } } }
}

function bindingOf(r: Reading, node: Node | undefined): number | undefined {
  const id = bare(node)
  return id?.type === 'Identifier' ? lookup(r, nameOf(id) ?? '') : undefined
}
