// What the linker knows of a value or type: enough to say which symbol a member or a call means.
import type { Expr, FileFacts, FunctionFact, Parameter, Site, SymbolFact, TypeFact } from '../facts.ts'

/** Type parameters by `file + binding`, and what stands for them here. */
export type Env = ReadonlyMap<string, Value>

export type Value =
  /** An instance of a class, or a value of an interface or literal type. */
  | { is: 'instance'; file: string; symbol: number; args: readonly Value[] }
  | { is: 'class'; file: string; symbol: number }
  | {
      is: 'fn'
      file: string
      fns: readonly FunctionFact[]
      symbol?: number
      env: Env
      self?: Value
      constructs?: boolean
    }
  | { is: 'object'; file: string; of: Extract<Expr, { is: 'object' }> }
  | { is: 'module'; file: string }
  | { is: 'space'; file: string; symbol: number }
  /** `open` where it may also be something that is not known. */
  | { is: 'union'; of: readonly Value[]; open?: boolean }
  | { is: 'all'; of: readonly Value[] }
  | { is: 'library'; name: string; args: readonly Value[] }
  /** A method of the language's own library, of that owner. */
  | { is: 'method'; owner: Value; name: string }
  /** What the library calls back, with these arguments. */
  | { is: 'callback'; params: readonly Value[] }
  | { is: 'global'; name: string }
  | { is: 'tuple'; of: readonly Value[] }
  | { is: 'parameter'; file: string; binding: number }
  | { is: 'text'; value: string }
  | { is: 'unknown' }

export const UNKNOWN: Value = { is: 'unknown' }
export const NO_ENV: Env = new Map()

export const library = (name: string, ...args: Value[]): Value => ({ is: 'library', name, args })

/** `null` and `undefined` are nobody's receiver. */
const isNothing = (one: Value) => one.is === 'unknown' || (one.is === 'library' && one.name === 'null')

/** One of these, or something unknown. */
export function perhaps(of: readonly Value[]): Value {
  const known = union(of)
  if (known.is === 'unknown' || !of.some((one) => one.is === 'unknown')) return known
  return { is: 'union', of: known.is === 'union' ? known.of : [known], open: true }
}

export function union(of: readonly Value[]): Value {
  const flat = of.flatMap((one) => (one.is === 'union' ? one.of : [one])).filter((one) => !isNothing(one))
  const distinct: Value[] = []
  for (const one of flat) if (!distinct.some((other) => same(one, other))) distinct.push(one)
  if (distinct.length === 0) return UNKNOWN
  return distinct.length === 1 && distinct[0] ? distinct[0] : { is: 'union', of: distinct.slice(0, 24) }
}

/** The class of a name that is also a namespace or function. */
export const classOf = (value: Value): Value =>
  value.is === 'all' ? (value.of.find((one) => one.is === 'class') ?? value) : value

/** Whether two values name the same symbol; arguments do not matter for whom a call meets. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a.is === 'text') return b.is === 'text' && a.value === b.value
  if (a.is === 'library')
    return b.is === 'library' && a.name === b.name && a.args.length + b.args.length === 0
  if (a.is !== b.is || !('symbol' in a) || !('symbol' in b)) return false
  return a.symbol !== undefined && a.symbol === b.symbol && a.file === b.file
}

/** All files, as the linker sees them. */
export interface Program {
  facts(path: string): FileFacts | undefined
  resolve(from: string, specifier: string): string | undefined
}

/** One file's linking: everything it looks at is remembered, so that it is linked again when that changes. */
export interface Link {
  facts(path: string): FileFacts | undefined
  /** The same for somebody who asks the file for a name: that is remembered too. */
  factsFor(name: string, path: string): FileFacts | undefined
  resolve(from: string, specifier: string): string | undefined
  symbol(file: string, at: number): SymbolFact | undefined
  /** Runs each question once; a question inside itself is unknown. */
  once(key: string, compute: () => Value): Value
  expression(file: string, of: Expr): Value
  bindingValue(file: string, binding: number): Value
  symbolValue(file: string, symbol: number): Value
  /** `around` is what stands for type parameters there, and for `this`. */
  type(file: string, of: TypeFact, around?: { env: Env; self?: Value | undefined }): Value
  member(of: Value, name: string): Value
  result(file: string, site: number): Value
  /** What a function gives for a call of that site; without one, for any. */
  returned(fn: Value, site?: SitePlace): Value
  exported(file: string, name: string): Target | undefined
  target(of: Target | undefined): Value
  /** Where an import of that file leads. */
  imported(file: string, binding: { specifier: string; name: string }): Target | undefined
}

/** Where a name of a module leads. */
export type Target =
  | { is: 'binding'; file: string; binding: number }
  | { is: 'value'; file: string; value: Expr; symbol?: number }
  | { is: 'module'; file: string }

export interface SitePlace {
  file: string
  at: number
  /** The argument whose own type is being asked: it says nothing about itself. */
  without?: number
}

export const siteOf = (link: Link, place: SitePlace | undefined): Site | undefined =>
  place && link.facts(place.file)?.sites[place.at]

/** The type that is written for a parameter. */
export function writtenType(link: Link, file: string, param: Parameter): TypeFact | undefined {
  const binding = link.facts(file)?.bindings[param.binding]
  return binding?.kind === 'parameter' ? binding.type : undefined
}

export const envKey = (file: string, binding: number) => `${file}\0${binding}`
