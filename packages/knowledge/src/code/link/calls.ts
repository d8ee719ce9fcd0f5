// What a call gives back: chooses the overload, infers type parameters from the arguments, reads the return type or the body.
import type { Expr, FunctionFact, Site, SymbolFact, TypeFact } from '../facts.ts'
import { awaited, elementOf, libraryCall } from './library.ts'
import { instanceOf, limitOf } from './types.ts'
import {
  UNKNOWN,
  classOf,
  envKey,
  library,
  siteOf,
  union,
  type Env,
  type Link,
  type SitePlace,
  type Value,
  writtenType,
} from './value.ts'

export function resultOf(link: Link, file: string, at: number): Value {
  const site = link.facts(file)?.sites[at]
  if (!site) return UNKNOWN
  const callee = classOf(link.expression(file, site.callee))
  if (site.how === 'new') return constructed(link, callee, { file, at })
  return link.returned(callee, { file, at })
}

function constructed(link: Link, callee: Value, place: SitePlace): Value {
  const site = siteOf(link, place)
  const types = (site?.types ?? []).map((one) => link.type(place.file, one))
  if (callee.is !== 'class' || types.length > 0) {
    if (callee.is === 'global' && types.length === 0) return fromArguments(link, callee.name, place)
    return instanceOf(link, callee, types)
  }
  return instanceOf(link, callee, inferredArgs(link, callee, place))
}

/** `new Set(items)`, `new Map(entries)`: what they hold follows from what they are given. */
function fromArguments(link: Link, name: string, place: SitePlace): Value {
  const first = siteOf(link, place)?.args[0]
  const given = first ? elementOf(link, link.expression(place.file, first)) : UNKNOWN
  if (name === 'Map' && given.is === 'tuple')
    return library('Map', given.of[0] ?? UNKNOWN, given.of[1] ?? UNKNOWN)
  if (name === 'Promise') return library('Promise', UNKNOWN)
  return library(name, given)
}

function inferredArgs(
  link: Link,
  callee: Extract<Value, { is: 'class' }>,
  place: SitePlace,
): readonly Value[] {
  const symbol = link.symbol(callee.file, callee.symbol)
  const params = symbol?.typeParams ?? []
  const maker =
    symbol?.members && Object.hasOwn(symbol.members, 'constructor')
      ? symbol.members['constructor']?.[0]
      : undefined
  const fn = maker === undefined ? undefined : link.symbol(callee.file, maker)?.fns?.[0]
  if (params.length === 0 || !fn) return []
  const env = inferred(
    link,
    { is: 'fn', file: callee.file, fns: [fn], env: new Map() },
    { fn: { ...fn, typeParams: params }, place },
  )
  return params.map((one) => env.get(envKey(callee.file, one)) ?? UNKNOWN)
}

export function returnedBy(link: Link, callee: Value, place?: SitePlace): Value {
  switch (callee.is) {
    case 'fn':
      return functionResult(link, callee, place)
    case 'union':
      return union(callee.of.map((one) => link.returned(one, place)))
    case 'all':
      return callee.of.map((one) => link.returned(one, place)).find((one) => one.is !== 'unknown') ?? UNKNOWN
    case 'parameter':
      return link.returned(limitOf(link, callee), place)
    case 'method':
    case 'global':
      return libraryCall(link, callee, place)
    case 'instance': {
      const made = link.member(callee, '()')
      return made.is === 'fn' ? functionResult(link, made, place) : UNKNOWN
    }
    case 'class':
      return { is: 'instance', file: callee.file, symbol: callee.symbol, args: [] }
    default:
      return UNKNOWN
  }
}

type Fn = Extract<Value, { is: 'fn' }>

/** The first overload that takes as many arguments. */
export function chosen(fn: Fn, site: Site | undefined): FunctionFact | undefined {
  if (fn.fns.length < 2 || !site) return fn.fns[0]
  const count = site.args.length
  const fits = fn.fns.find((one) => {
    const needed = one.params.filter((param) => !param.optional && !param.rest).length
    return count >= needed && (count <= one.params.length || one.params.at(-1)?.rest === true)
  })
  return fits ?? fn.fns[0]
}

function functionResult(link: Link, callee: Fn, place: SitePlace | undefined): Value {
  const fn = chosen(callee, siteOf(link, place))
  if (!fn) return UNKNOWN
  const env = place ? inferred(link, callee, { fn, place }) : callee.env
  if (fn.returns) return link.type(callee.file, fn.returns, { env, self: callee.self })
  if (!fn.gives) return fn.async ? library('Promise', UNKNOWN) : UNKNOWN
  const gives = fn.gives
  const key = `f${callee.file}\0${fn.params[0]?.binding ?? ''}\0${callee.symbol ?? ''}`
  const run = () => union(gives.map((one) => link.expression(callee.file, one)))
  const value = callee.symbol === undefined ? run() : link.once(key, run)
  const filled = env.size > 0 ? substitute(value, env) : value
  return fn.async ? library('Promise', awaited(filled)) : filled
}

/** Puts what is known in the place of type parameters. */
function substitute(value: Value, env: Env): Value {
  if (value.is === 'parameter') return env.get(envKey(value.file, value.binding)) ?? value
  if (value.is === 'library') return { ...value, args: value.args.map((one) => substitute(one, env)) }
  if (value.is === 'tuple') return { ...value, of: value.of.map((one) => substitute(one, env)) }
  if (value.is === 'union') return union(value.of.map((one) => substitute(one, env)))
  if (value.is === 'instance') return { ...value, args: value.args.map((one) => substitute(one, env)) }
  return value
}

/** What stands for the function's type parameters in this call. */
export function inferred(link: Link, callee: Fn, given: { fn: FunctionFact; place: SitePlace }): Env {
  const { fn, place } = given
  const params = fn.typeParams ?? []
  const site = siteOf(link, place)
  if (params.length === 0 || !site) return callee.env
  const env = new Map(callee.env)
  const wanted = new Set(params)
  site.types?.forEach((one, at) => {
    const binding = params[at]
    if (binding !== undefined) env.set(envKey(callee.file, binding), link.type(place.file, one))
  })
  const matcher: Matcher = { link, file: callee.file, wanted, env, depth: 0 }
  fn.params.forEach((param, at) => {
    const argument = site.args[at]
    const type = writtenType(link, callee.file, param)
    if (!type || !argument || at === place.without) return
    if (mentions(type, wanted))
      match(matcher, param.rest ? restElement(type) : type, argumentValue(link, place, argument))
  })
  for (const one of params)
    if (!env.has(envKey(callee.file, one))) setFallback(link, { file: callee.file, binding: one }, env)
  return env
}

const restElement = (type: TypeFact): TypeFact => (type.is === 'array' ? type.of : type)

const argumentValue = (link: Link, place: SitePlace, argument: Expr): Value =>
  link.expression(place.file, argument)

function setFallback(link: Link, of: { file: string; binding: number }, env: Map<string, Value>): void {
  const binding = link.facts(of.file)?.bindings[of.binding]
  const type = binding?.kind === 'typeParameter' ? (binding.fallback ?? binding.limit) : undefined
  if (type) env.set(envKey(of.file, of.binding), link.type(of.file, type, { env }))
}

function mentions(type: TypeFact, wanted: ReadonlySet<number>): boolean {
  switch (type.is) {
    case 'name':
      return (
        (type.binding !== undefined && wanted.has(type.binding)) ||
        (type.args ?? []).some((one) => mentions(one, wanted))
      )
    case 'array':
    case 'indexed':
      return mentions(type.of, wanted)
    case 'tuple':
    case 'union':
    case 'all':
      return type.of.some((one) => mentions(one, wanted))
    case 'function':
    case 'object':
      return true
    default:
      return false
  }
}

interface Matcher {
  link: Link
  file: string
  wanted: ReadonlySet<number>
  env: Map<string, Value>
  depth: number
}

const MATCH_DEPTH = 6

/** Learns type parameters by laying a parameter's type over what is given for it. */
function match(m: Matcher, type: TypeFact, value: Value): void {
  if (value.is === 'unknown' || m.depth > MATCH_DEPTH) return
  m.depth += 1
  MATCH[type.is]?.(m, type, value)
  m.depth -= 1
}

const MATCH: Partial<Record<TypeFact['is'], (m: Matcher, type: TypeFact, value: Value) => void>> = {
  name: (m, type, value) => type.is === 'name' && matchName(m, type, value),
  array: (m, type, value) => type.is === 'array' && match(m, type.of, elementOf(m.link, value)),
  union: (m, type, value) => {
    if (type.is === 'union') for (const one of type.of) match(m, one, value)
  },
  all: (m, type, value) => {
    if (type.is === 'all') for (const one of type.of) match(m, one, value)
  },
  tuple: (m, type, value) => {
    if (type.is === 'tuple') type.of.forEach((one, at) => match(m, one, elementOf(m.link, value, at)))
  },
  function: (m, type, value) => {
    if (type.is === 'function' && type.fn.returns) match(m, type.fn.returns, m.link.returned(value))
  },
  object: (m, type, value) => {
    if (type.is === 'object') matchMembers(m, type.symbol, value)
  },
}

function matchMembers(m: Matcher, symbol: number, value: Value): void {
  for (const [name, [at = -1]] of Object.entries(m.link.symbol(m.file, symbol)?.members ?? {})) {
    const member = m.link.symbol(m.file, at)
    if (member) matchMember(m, member, m.link.member(value, name))
  }
}

function matchMember(m: Matcher, member: SymbolFact, value: Value): void {
  const returns = member.fns?.[0]?.returns
  if (member.type && mentions(member.type, m.wanted)) match(m, member.type, value)
  else if (returns && mentions(returns, m.wanted)) match(m, returns, m.link.returned(value))
}

function matchName(m: Matcher, type: Extract<TypeFact, { is: 'name' }>, value: Value): void {
  if (type.binding !== undefined && m.wanted.has(type.binding)) {
    const key = envKey(m.file, type.binding)
    if (!m.env.has(key)) m.env.set(key, value)
    return
  }
  const args = type.args ?? []
  if (args.length === 0) return
  if (value.is === 'instance') matchInstance(m, type, value)
  else if (type.binding === undefined) matchLibrary(m, type, value)
  else matchAlias(m, type, value)
}

function matchInstance(
  m: Matcher,
  type: Extract<TypeFact, { is: 'name' }>,
  value: Extract<Value, { is: 'instance' }>,
): void {
  const named = m.link.type(m.file, type)
  const owner = named.is === 'instance' && named.file === value.file && named.symbol === value.symbol
  if (!owner) {
    matchAlias(m, type, value)
    return
  }
  type.args?.forEach((one, at) => match(m, one, value.args[at] ?? UNKNOWN))
}

/** `type Maker<T> = (…) => T`, `interface Box<T> { value: T }`: looks into what the name stands for. */
function matchAlias(m: Matcher, type: Extract<TypeFact, { is: 'name' }>, value: Value): void {
  const named = m.link.type(m.file, type)
  if (named.is === 'fn' && named.fns[0]?.returns) {
    const given = m.link.returned(value)
    const back = m.link.returned(named)
    if (back.is === 'parameter' && m.wanted.has(back.binding) && back.file === m.file)
      setOnce(m, back.binding, given)
    return
  }
  if (named.is !== 'instance') return
  named.args.forEach((arg, at) => {
    if (arg.is !== 'parameter' || arg.file !== m.file || !m.wanted.has(arg.binding)) return
    const found = memberHolding(m.link, named, at)
    if (found !== undefined) setOnce(m, arg.binding, m.link.member(value, found))
  })
}

function setOnce(m: Matcher, binding: number, value: Value): void {
  const key = envKey(m.file, binding)
  if (value.is !== 'unknown' && !m.env.has(key)) m.env.set(key, value)
}

/** The member whose type is just that type parameter. */
function memberHolding(link: Link, of: Extract<Value, { is: 'instance' }>, at: number): string | undefined {
  const symbol = link.symbol(of.file, of.symbol)
  const param = symbol?.typeParams?.[at]
  for (const [name, [member]] of Object.entries(symbol?.members ?? {})) {
    const type = member === undefined ? undefined : link.symbol(of.file, member)?.type
    if (type?.is === 'name' && type.binding === param) return name
  }
  return undefined
}

function matchLibrary(m: Matcher, type: Extract<TypeFact, { is: 'name' }>, value: Value): void {
  const [first, second] = type.args ?? []
  if (!first) return
  if (type.name === 'Promise' || type.name === 'PromiseLike' || type.name === 'Awaited')
    match(m, first, awaited(value))
  else if (/Map|Record/.test(type.name) && second) {
    if (value.is === 'library') value.args.forEach((one, at) => match(m, at === 0 ? first : second, one))
  } else if (/Array|Iterable|Set|Iterator|Generator/.test(type.name))
    match(m, first, elementOf(m.link, value))
  else match(m, first, value)
}
