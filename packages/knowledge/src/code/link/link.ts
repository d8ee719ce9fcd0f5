// Puts the linker together: questions about values, each answered once per file and safe against circles.
import { findExport, throughModule } from './exports.ts'
import { bindingValue, expressionValue, symbolValue, targetValue } from './expressions.ts'
import { memberOf } from './members.ts'
import { resultOf, returnedBy } from './calls.ts'
import { typeValue } from './types.ts'
import { NO_ENV, UNKNOWN, type Link, type Program, type Target, type Value } from './value.ts'

/** Deep enough for any chain that people write, shallow enough for the stack. */
const DEPTH = 120
/** A file that asks more is generated; the rest of its members stay unresolved. */
const QUESTIONS = 400_000

export interface Linking {
  link: Link
  /** Every file whose facts were looked at. */
  seen: Set<string>
}

export function createLink(program: Program): Linking {
  const seen = new Set<string>()
  const known = new Map<string, Value | undefined>()
  const exported = new Map<string, Target | undefined>()
  let depth = 0
  let asked = 0
  const link: Link = {
    facts(path) {
      seen.add(path)
      return program.facts(path)
    },
    resolve: (from, specifier) => program.resolve(from, specifier),
    symbol: (file, at) => link.facts(file)?.symbols[at],
    once(key, compute) {
      if (known.has(key)) return known.get(key) ?? UNKNOWN
      asked += 1
      if (depth > DEPTH || asked > QUESTIONS) return UNKNOWN
      known.set(key, undefined)
      depth += 1
      try {
        const value = compute()
        known.set(key, value)
        return value
      } finally {
        depth -= 1
      }
    },
    expression: (file, of) => expressionValue(link, file, of),
    bindingValue: (file, binding) =>
      link.once(`b${file}\0${binding}`, () => bindingValue(link, file, binding)),
    symbolValue: (file, symbol) => link.once(`s${file}\0${symbol}`, () => symbolValue(link, file, symbol)),
    type: (file, of, around) => typeValue(link, { file, env: around?.env ?? NO_ENV, self: around?.self }, of),
    member: (of, name) => memberOf(link, of, name),
    result: (file, site) => link.once(`r${file}\0${site}`, () => resultOf(link, file, site)),
    returned: (fn, site) => returnedBy(link, fn, site),
    imported: (file, { specifier, name }) => throughModule(link, { from: file, specifier, name }),
    target: (of) => targetValue(link, of),
    exported(file, name) {
      const key = `${file}\0${name}`
      if (!exported.has(key)) exported.set(key, findExport(link, { file, name }))
      return exported.get(key)
    },
  }
  return { link, seen }
}
