// Follows a module's exported name through re-exports to where it is declared.
import type { Export } from '../facts.ts'
import type { Link, Target } from './value.ts'

const DEPTH = 24

/** A name that a module offers. */
export interface Wanted {
  file: string
  name: string
}

export function findExport(link: Link, wanted: Wanted, seen: Set<string> = new Set()): Target | undefined {
  const { file, name } = wanted
  const key = `${file}\0${name}`
  if (seen.has(key) || seen.size > DEPTH * 8) return undefined
  seen.add(key)
  const facts = link.factsFor(name, file)
  if (!facts || name === '*') return facts && { is: 'module', file }
  const own = Object.hasOwn(facts.exports, name) ? facts.exports[name] : undefined
  if (own) return ownExport(link, { file, own }, seen)
  return fromStars(link, wanted, seen) ?? assigned(link, file, name) ?? submodule(link, file, name)
}

function ownExport(link: Link, given: { file: string; own: Export }, seen: Set<string>): Target | undefined {
  const { file, own } = given
  if (own.kind === 'from')
    return throughModule(link, { from: file, specifier: own.specifier, name: own.name }, seen)
  if (own.kind === 'local') return findBinding(link, { file, binding: own.binding }, seen)
  return { is: 'value', file, value: own.value, ...(own.symbol === undefined ? {} : { symbol: own.symbol }) }
}

/** `export *` leaves the default out. */
function fromStars(link: Link, { file, name }: Wanted, seen: Set<string>): Target | undefined {
  if (name === 'default') return undefined
  for (const specifier of link.facts(file)?.stars ?? []) {
    const found = throughModule(link, { from: file, specifier, name }, seen)
    if (found) return found
  }
  return undefined
}

/** A Python package's modules are its members, imported or not. */
function submodule(link: Link, file: string, name: string): Target | undefined {
  if (!file.endsWith('/__init__.py')) return undefined
  const found = link.resolve(file, `py:.${name}`)
  return found === undefined ? undefined : { is: 'module', file: found }
}

/** `export =` and `module.exports =` are the module and its default. */
function assigned(link: Link, file: string, name: string): Target | undefined {
  const facts = link.facts(file)
  const whole = facts && Object.hasOwn(facts.exports, '=') ? facts.exports['='] : undefined
  if (whole?.kind !== 'value') return undefined
  if (name === 'default') return { is: 'value', file, value: whole.value }
  return { is: 'value', file, value: { is: 'member', of: whole.value, name } }
}

export function throughModule(
  link: Link,
  to: { from: string; specifier: string; name: string },
  seen: Set<string> = new Set(),
): Target | undefined {
  const file = link.resolve(to.from, to.specifier)
  const found = file === undefined ? undefined : findExport(link, { file, name: to.name }, seen)
  return found ?? namedModule(link, to)
}

/** A binding, followed while it is an import. */
export function findBinding(
  link: Link,
  at: { file: string; binding: number },
  seen?: Set<string>,
): Target | undefined {
  const binding = link.facts(at.file)?.bindings[at.binding]
  if (binding?.kind !== 'import') return binding && { is: 'binding', ...at }
  return throughModule(link, { from: at.file, specifier: binding.specifier, name: binding.name }, seen)
}

/** `from package import module`, `use crate::module`: the name is a module itself. */
function namedModule(link: Link, to: { from: string; specifier: string; name: string }): Target | undefined {
  const joint = to.specifier.startsWith('py:') ? '.' : to.specifier.startsWith('rs:') ? '::' : undefined
  if (joint === undefined || to.name === '*') return undefined
  const specifier = to.specifier.endsWith(joint)
    ? `${to.specifier}${to.name}`
    : `${to.specifier}${joint}${to.name}`
  const file = link.resolve(to.from, specifier)
  return file === undefined ? undefined : { is: 'module', file }
}
