// What is put into a variable after its declaration.
import type { Expr } from '../facts.ts'
import { variableOf } from './functions.ts'
import type { Reading } from './reading.ts'

const VALUES_KEPT = 4

/** A variable without a type may be any of the values put into it. */
export function addValue(r: Reading, at: number, value: Expr): void {
  const binding = r.facts.bindings[at]
  if (value.is === 'unknown' || !binding) return
  const into = binding.kind === 'symbol' ? variableOf(r, binding.symbols) : binding
  if (!into || (into.kind !== 'value' && into.kind !== 'variable') || into.type) return
  if (!into.value) Object.assign(into, { value })
  else if (into.value.is !== 'either')
    Object.assign(into, { value: { is: 'either', of: [into.value, value] } })
  else if (into.value.of.length < VALUES_KEPT) into.value.of.push(value)
}
