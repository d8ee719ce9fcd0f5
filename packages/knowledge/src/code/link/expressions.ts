// What an expression is, as far as facts of files tell.
import { never } from '@tutti/core'
import type { Binding, Expr, SymbolFact, SymbolKind, TypeFact } from '../facts.ts'
import { expectedParameter, expectedValue } from './expected.ts'
import { awaited, elementOf } from './library.ts'
import { instanceOf } from './types.ts'
import { NO_ENV, UNKNOWN, classOf, library, perhaps, type Link, type Target, type Value } from './value.ts'

export function expressionValue(link: Link, file: string, of: Expr): Value {
  switch (of.is) {
    case 'ref':
      return link.bindingValue(file, of.binding)
    case 'member':
      return link.member(link.expression(file, of.of), of.name)
    case 'result':
      return link.result(file, of.site)
    case 'element':
      return elementOf(link, link.expression(file, of.of), of.index)
    case 'await':
      return awaited(link.expression(file, of.of))
    case 'either':
      return perhaps(of.of.map((one) => link.expression(file, one)))
    default:
      return plainValue(link, file, of)
  }
}

type Plain = Exclude<Expr, { is: 'ref' | 'member' | 'result' | 'element' | 'await' | 'either' }>

function plainValue(link: Link, file: string, of: Plain): Value {
  switch (of.is) {
    case 'this':
      return of.fixed ? { is: 'class', file, symbol: of.symbol } : thisValue(link, file, of.symbol)
    case 'super':
      return baseValue(link, file, of)
    case 'cast':
      return link.type(file, of.type)
    case 'function':
      return functionValue(link, file, of)
    case 'symbol':
      return link.symbolValue(file, of.symbol)
    case 'expected':
      return expectedValue(link, file, of.expected)
    case 'instance':
      return instanceOf(link, link.expression(file, of.of))
    case 'first':
      return firstKnown(link, file, of.of)
    case 'guarded':
      return guardedValue(link, file, of)
    default:
      return literalValue(link, file, of)
  }
}

/** Only a class or interface says more than what is known already. */
function guardedValue(link: Link, file: string, of: Extract<Expr, { is: 'guarded' }>): Value {
  const by = link.expression(file, of.by)
  const fn = by.is === 'fn' ? by.fns[0] : undefined
  const guard = fn?.returns?.is === 'guard' ? fn.returns : undefined
  if (by.is !== 'fn' || !guard?.type || fn?.params[of.argument]?.binding !== guard.binding)
    return link.expression(file, of.of)
  const said = link.type(by.file, guard.type, { env: by.env })
  return said.is === 'instance' ? said : link.expression(file, of.of)
}

function firstKnown(link: Link, file: string, of: readonly Expr[]): Value {
  for (const one of of) {
    const found = link.expression(file, one)
    if (found.is !== 'unknown') return found
  }
  return UNKNOWN
}

type Literal = Exclude<
  Plain,
  { is: 'this' | 'super' | 'cast' | 'function' | 'symbol' | 'expected' | 'instance' | 'first' | 'guarded' }
>

function literalValue(link: Link, file: string, of: Literal): Value {
  switch (of.is) {
    case 'class':
      return { is: 'class', file, symbol: of.symbol }
    case 'object':
      return { is: 'object', file, of }
    case 'array':
      return { is: 'tuple', of: of.of.map((one) => link.expression(file, one)) }
    case 'literal':
      return library(of.type)
    case 'global':
      return { is: 'global', name: of.name }
    case 'module':
      return moduleValue(link, file, of.specifier)
    case 'unknown':
      return UNKNOWN
    default:
      return never(of)
  }
}

/** `this` is an instance with its own parameters standing for themselves. */
export function thisValue(link: Link, file: string, symbol: number): Value {
  const params = link.symbol(file, symbol)?.typeParams ?? []
  return { is: 'instance', file, symbol, args: params.map((binding) => ({ is: 'parameter', file, binding })) }
}

function baseValue(link: Link, file: string, of: { symbol: number; fixed?: boolean }): Value {
  const made = link.symbol(file, of.symbol)
  if (made && !made.base && made.supers)
    return baseOfTypes(link, file, { types: made.supers, fixed: of.fixed === true })
  const base = classOf(made?.base ? link.expression(file, made.base) : UNKNOWN)
  if (base.is !== 'class' || of.fixed) return base
  const args = (made?.baseArgs ?? []).map((one) => link.type(file, one))
  return { is: 'instance', file: base.file, symbol: base.symbol, args }
}

/** Languages that do not tell what is extended from what is implemented: the first that has it. */
function baseOfTypes(link: Link, file: string, given: { types: readonly TypeFact[]; fixed: boolean }): Value {
  const bases = given.types.map((one) => link.type(file, one)).filter((one) => one.is === 'instance')
  if (!given.fixed) return bases.length > 1 ? { is: 'all', of: bases } : (bases[0] ?? UNKNOWN)
  const base = bases.find((one) => link.symbol(one.file, one.symbol)?.kind === 'class')
  return base ? { is: 'class', file: base.file, symbol: base.symbol } : UNKNOWN
}

function functionValue(link: Link, file: string, of: Extract<Expr, { is: 'function' }>): Value {
  if (of.symbol === undefined) return { is: 'fn', file, fns: of.fn ? [of.fn] : [], env: NO_ENV }
  return { is: 'fn', file, fns: link.symbol(file, of.symbol)?.fns ?? [], symbol: of.symbol, env: NO_ENV }
}

function moduleValue(link: Link, file: string, specifier: string): Value {
  const found = link.resolve(file, specifier)
  return found === undefined ? UNKNOWN : { is: 'module', file: found }
}

export function targetValue(link: Link, target: Target | undefined): Value {
  if (!target) return UNKNOWN
  if (target.is === 'module') return { is: 'module', file: target.file }
  if (target.is === 'binding') return link.bindingValue(target.file, target.binding)
  if (target.symbol !== undefined) return link.symbolValue(target.file, target.symbol)
  return link.expression(target.file, target.value)
}

export function bindingValue(link: Link, file: string, at: number): Value {
  const binding = link.facts(file)?.bindings[at]
  if (!binding) return UNKNOWN
  switch (binding.kind) {
    case 'import':
      return imported(link, file, binding)
    case 'symbol':
      return mergedValue(link, file, binding.symbols)
    case 'value':
      if (binding.type) return link.type(file, binding.type)
      return binding.value ? link.expression(file, binding.value) : UNKNOWN
    case 'parameter':
      return parameterValue(link, file, binding)
    case 'typeParameter':
      return UNKNOWN
    default:
      return never(binding)
  }
}

function imported(link: Link, file: string, binding: Extract<Binding, { kind: 'import' }>): Value {
  return targetValue(link, link.imported(file, binding))
}

/** A class with an interface, a function with a namespace: the one that is a value first. */
function mergedValue(link: Link, file: string, symbols: readonly number[]): Value {
  const values = symbols.map((one) => link.symbolValue(file, one)).filter((one) => one.is !== 'unknown')
  if (values.length < 2) return values[0] ?? UNKNOWN
  return { is: 'all', of: values }
}

function parameterValue(link: Link, file: string, binding: Extract<Binding, { kind: 'parameter' }>): Value {
  if (binding.type) return link.type(file, binding.type)
  if (binding.expected) {
    const found = expectedParameter(link, file, {
      expected: binding.expected,
      at: binding.at,
      rest: binding.rest === true,
    })
    if (found.is !== 'unknown') return found
  }
  return binding.value ? link.expression(file, binding.value) : UNKNOWN
}

export function symbolValue(link: Link, file: string, at: number): Value {
  const symbol = link.symbol(file, at)
  return (symbol && BY_KIND[symbol.kind]?.(link, { file, at }, symbol)) ?? UNKNOWN
}

type OfSymbol = (link: Link, of: { file: string; at: number }, symbol: SymbolFact) => Value

const variableValue: OfSymbol = (link, { file }, symbol) => {
  if (symbol.type) return link.type(file, symbol.type)
  return symbol.value ? link.expression(file, symbol.value) : UNKNOWN
}

const callableValue: OfSymbol = (link, { file, at }, symbol) => {
  if (symbol.type && symbol.kind === 'function') return typedFunction(link, { file, at }, symbol.type)
  if (symbol.fns) return { is: 'fn', file, fns: symbol.fns, symbol: at, env: NO_ENV }
  return wrapped(link, file, at)
}

const spaceValue: OfSymbol = (_, { file, at }) => ({ is: 'space', file, symbol: at })

/** What is no value (a test, a section, a table) has none. */
const BY_KIND: Partial<Record<SymbolKind, OfSymbol>> = {
  class: (_, { file, at }) => ({ is: 'class', file, symbol: at }),
  function: callableValue,
  method: callableValue,
  enum: spaceValue,
  namespace: spaceValue,
  interface: () => UNKNOWN,
  type: () => UNKNOWN,
  variable: variableValue,
  property: variableValue,
  accessor: variableValue,
}

/** `const f: F = () => …` is called by what F says, and is f. */
function typedFunction(link: Link, of: { file: string; at: number }, type: TypeFact): Value {
  const value = link.type(of.file, type)
  if (value.is === 'unknown')
    return {
      is: 'fn',
      file: of.file,
      fns: link.symbol(of.file, of.at)?.fns ?? [],
      symbol: of.at,
      env: NO_ENV,
    }
  return value.is === 'fn' ? { ...value, symbol: of.at } : value
}

/** `memo(() => …)`: what the wrapper gives where it is known, else the variable itself. */
function wrapped(link: Link, file: string, at: number): Value {
  const value = link.symbol(file, at)?.value
  const found = value ? link.expression(file, value) : UNKNOWN
  return found.is === 'unknown' ? { is: 'fn', file, fns: [], symbol: at, env: NO_ENV } : found
}
