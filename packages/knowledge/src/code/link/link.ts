// Puts the linker together: questions about values, each answered once per file and safe against circles.
import type { FileFacts } from '../facts.ts'
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
  /** Every file whose facts were looked at, and for which names. */
  seen(): Iterable<[path: string, names: Iterable<string>]>
}

/** What is known of a file so far: undefined while the question is being answered. */
interface Opened {
  facts: FileFacts | undefined
  /** What it was asked for. */
  names: Set<string>
  bindings: Map<number, Value | undefined>
  symbols: Map<number, Value | undefined>
  results: Map<number, Value | undefined>
}

export function createLink(program: Program): Linking {
  // By file first: a key of path and number would be a new text for each question.
  const opened = new Map<string, Opened>()
  const others = new Map<string, Value | undefined>()
  const exported = new Map<string, Target | undefined>()
  const open = (path: string): Opened => {
    let found = opened.get(path)
    if (!found) {
      found = {
        facts: program.facts(path),
        names: new Set(),
        bindings: new Map(),
        symbols: new Map(),
        results: new Map(),
      }
      opened.set(path, found)
    }
    return found
  }
  const once = createOnce()
  const link: Link = {
    facts: (path) => open(path).facts,
    factsFor(name, path) {
      const found = open(path)
      found.names.add(name)
      return found.facts
    },
    resolve: (from, specifier) => program.resolve(from, specifier),
    symbol: (file, at) => open(file).facts?.symbols[at],
    once: (key, compute) => once(others, key, compute),
    expression: (file, of) => expressionValue(link, file, of),
    bindingValue: (file, binding) =>
      once(open(file).bindings, binding, () => bindingValue(link, file, binding)),
    symbolValue: (file, symbol) => once(open(file).symbols, symbol, () => symbolValue(link, file, symbol)),
    type: (file, of, around) => typeValue(link, { file, env: around?.env ?? NO_ENV, self: around?.self }, of),
    member: (of, name) => memberOf(link, of, name),
    result: (file, site) => once(open(file).results, site, () => resultOf(link, file, site)),
    returned: (fn, site) => returnedBy(link, fn, site),
    imported: (file, { specifier, name }) => throughModule(link, { from: file, specifier, name }),
    target: (of) => targetValue(link, of),
    exported(file, name) {
      const key = `${file}\0${name}`
      if (!exported.has(key)) exported.set(key, findExport(link, { file, name }))
      return exported.get(key)
    },
  }
  return { link, seen: () => [...opened].map(([path, { names }]) => [path, names]) }
}

/** Answers each question once; one inside itself, too deep or too late is unknown. */
function createOnce() {
  let depth = 0
  let asked = 0
  return <K>(known: Map<K, Value | undefined>, key: K, compute: () => Value): Value => {
    const found = known.get(key)
    if (found !== undefined || known.has(key)) return found ?? UNKNOWN
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
  }
}
