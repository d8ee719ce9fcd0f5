// What a test tells of a variable in the code that runs only where it holds.
import type { Expr } from '../facts.ts'
import { bare, child, list, nameOf, text, type Node } from './ast.ts'
import { lookup, refTo, type Reading } from './reading.ts'

/** Reads what runs only where a test holds: after `x instanceof C` and `isC(x)`, x is a C. */
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
  if (at?.type === 'CallExpression') return guardedBy(r, at)
  return operator === 'instanceof' ? instanceBy(r, at) : undefined
}

function instanceBy(r: Reading, at: Node | undefined): Narrowed | undefined {
  if (at?.type !== 'BinaryExpression') return undefined
  const binding = bindingOf(r, child(at, 'left'))
  const to = bindingOf(r, child(at, 'right'))
  if (binding === undefined || to === undefined) return undefined
  return { binding, to: { is: 'instance', of: { is: 'ref', binding: to } } }
}

/** `isFoo(x)`: what it says of x is known when its declaration is. */
function guardedBy(r: Reading, call: Node): Narrowed | undefined {
  const by = bindingOf(r, child(call, 'callee'))
  if (by === undefined) return undefined
  for (const [argument, one] of list(call, 'arguments').entries()) {
    const binding = bindingOf(r, one)
    const kind = binding === undefined ? undefined : r.facts.bindings[binding]?.kind
    if (binding !== undefined && (kind === 'value' || kind === 'parameter'))
      return { binding, to: { is: 'guarded', of: known(r, binding), by: refTo(r, by), argument } }
  }
  return undefined
}

const known = (r: Reading, binding: number): Expr => r.narrowed.get(binding) ?? refTo(r, binding)

function bindingOf(r: Reading, node: Node | undefined): number | undefined {
  const id = bare(node)
  return id?.type === 'Identifier' ? lookup(r, nameOf(id) ?? '') : undefined
}
