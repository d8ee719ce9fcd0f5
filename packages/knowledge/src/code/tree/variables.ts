// Fields and variables of the other languages: the first value counts, further ones may be it too.
import { memberOf, type Expr, type TypeFact } from '../facts.ts'
import { addMember, addSymbol, declare, declareSymbol, lookup } from '../typescript/reading.ts'
import { word, type Tree } from './language.ts'
import type { TreeNode } from './parser.ts'

/** What is known of a variable or field. */
export interface Known {
  type?: TypeFact | undefined
  value?: Expr | undefined
}

export function field(
  t: Tree,
  node: TreeNode,
  given: Known & { owner: number; name: string; at?: TreeNode | undefined },
): void {
  const before = t.r.facts.symbols[memberOf(t.r.facts.symbols[given.owner], given.name) ?? -1]
  if (before) {
    if (before.kind === 'property') keepFirst(before, given)
    return
  }
  const { name, owner } = given
  const symbol = addSymbol(t.r, { name, kind: 'property', node, at: given.at, parent: owner })
  const made = t.r.facts.symbols[symbol]
  if (made) keepFirst(made, given)
  addMember(t.r, owner, { name, member: symbol })
}

function keepFirst(into: Known, given: Known): void {
  const known = knownOf(given)
  if (!into.type && known.type) into.type = known.type
  if (!into.value && known.value) into.value = known.value
}

const knownOf = (given: Known): { type?: TypeFact; value?: Expr } => ({
  ...(given.type && given.type.is !== 'unknown' ? { type: given.type } : {}),
  ...(given.value && given.value.is !== 'unknown' ? { value: given.value } : {}),
})

/** A variable: of the module (with a symbol), or of a function. Known ones keep their first value and may get more. */
export function assign(t: Tree, id: TreeNode, given: Known & { fresh?: boolean }): void {
  const name = word(t, id)
  const rest = knownOf(given)
  const at = given.fresh ? undefined : lookup(t.r, name)
  if (at !== undefined) {
    const into = variableAt(t, at)
    if (into && !into.type) addValue(into, rest)
  } else if (t.r.nested) declare(t.r, name, { kind: 'value', ...rest })
  else {
    const symbol = addSymbol(t.r, { name, kind: 'variable', node: id, at: id, exported: true })
    Object.assign(t.r.facts.symbols[symbol] ?? {}, rest)
    declareSymbol(t.r, { name, symbol })
  }
}

function variableAt(t: Tree, at: number): Known | undefined {
  const binding = t.r.facts.bindings[at]
  if (binding?.kind === 'value') return binding
  const symbol = binding?.kind === 'symbol' ? t.r.facts.symbols[binding.symbols[0] ?? -1] : undefined
  return symbol?.kind === 'variable' ? symbol : undefined
}

const VALUES_KEPT = 4

function addValue(known: Known, given: Known): void {
  if (given.type) known.type = given.type
  if (!given.value) return
  if (!known.value) known.value = given.value
  else if (known.value.is !== 'either') known.value = { is: 'either', of: [known.value, given.value] }
  else if (known.value.of.length < VALUES_KEPT) known.value.of.push(given.value)
}
