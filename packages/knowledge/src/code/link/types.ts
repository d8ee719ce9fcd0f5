// What a written type stands for.
import { never } from '@tutti/core'
import type { TypeFact } from '../facts.ts'
import { TRANSPARENT, awaited, elementOf, libraryType } from './library.ts'
import {
  UNKNOWN,
  classOf,
  envKey,
  library,
  union,
  type Env,
  type Link,
  type Target,
  type Value,
  writtenType,
} from './value.ts'

export interface TypePlace {
  file: string
  env: Env
  self?: Value | undefined
}

export function typeValue(link: Link, place: TypePlace, of: TypeFact): Value {
  const inner = (one: TypeFact) => typeValue(link, place, one)
  switch (of.is) {
    case 'name':
      return namedType(link, place, of)
    case 'array':
      return library('Array', inner(of.of))
    case 'tuple':
      return { is: 'tuple', of: of.of.map((one) => inner(one)) }
    case 'union':
      return union(of.of.map((one) => inner(one)))
    case 'all':
      return all(of.of.map((one) => inner(one)))
    case 'function':
      return {
        is: 'fn',
        file: place.file,
        fns: [of.fn],
        env: place.env,
        ...(of.constructs ? { constructs: true } : {}),
      }
    case 'object':
      return literalType(place, of.symbol)
    default:
      return otherType(link, place, of)
  }
}

type Other = Exclude<TypeFact, { is: 'name' | 'array' | 'tuple' | 'union' | 'all' | 'function' | 'object' }>

function otherType(link: Link, place: TypePlace, of: Other): Value {
  switch (of.is) {
    case 'typeof':
      return link.expression(place.file, of.of)
    case 'indexed':
      return indexed(link, typeValue(link, place, of.of), typeValue(link, place, of.key))
    case 'text':
      return { is: 'text', value: of.value }
    case 'module':
      return moduleType(link, place, of)
    case 'this':
      return place.self ?? UNKNOWN
    case 'primitive':
      return ['void', 'undefined', 'null', 'never'].includes(of.name) ? UNKNOWN : library(of.name)
    case 'guard':
      return library('boolean')
    case 'unknown':
      return UNKNOWN
    default:
      return never(of)
  }
}

/** A literal's members may use the parameters that are known here: they travel as its arguments' environment. */
function literalType(place: TypePlace, symbol: number): Value {
  const instance: Value = { is: 'instance', file: place.file, symbol, args: [] }
  return place.env.size > 0
    ? { ...instance, args: [{ is: 'fn', file: place.file, fns: [], env: place.env }] }
    : instance
}

function all(of: Value[]): Value {
  const known = of.filter((one) => one.is !== 'unknown')
  if (known.length === 0) return UNKNOWN
  return known.length === 1 && known[0] ? known[0] : { is: 'all', of: known }
}

function indexed(link: Link, of: Value, key: Value): Value {
  if (key.is === 'text') return link.member(of, key.value)
  if (key.is === 'union') return union(key.of.map((one) => indexed(link, of, one)))
  return key.is === 'library' && key.name === 'number' ? elementOf(link, of) : UNKNOWN
}

function moduleType(link: Link, place: TypePlace, of: Extract<TypeFact, { is: 'module' }>): Value {
  const file = link.resolve(place.file, of.specifier)
  const [name, ...rest] = of.path
  if (file === undefined) return UNKNOWN
  if (name === undefined) return { is: 'module', file }
  return declaredType(link, place, { target: link.exported(file, name), path: rest, args: of.args })
}

type Named = Extract<TypeFact, { is: 'name' }>

function namedType(link: Link, place: TypePlace, of: Named): Value {
  if (of.binding === undefined) return globalType(link, place, of)
  const binding = link.facts(place.file)?.bindings[of.binding]
  if (binding?.kind === 'typeParameter')
    return (
      place.env.get(envKey(place.file, of.binding)) ?? {
        is: 'parameter',
        file: place.file,
        binding: of.binding,
      }
    )
  if (binding?.kind === 'import') {
    return declaredType(link, place, {
      target: link.imported(place.file, binding),
      path: of.path ?? [],
      args: of.args,
    })
  }
  const target: Target = { is: 'binding', file: place.file, binding: of.binding }
  return declaredType(link, place, { target, path: of.path ?? [], args: of.args })
}

function globalType(link: Link, place: TypePlace, of: Named): Value {
  const args = (of.args ?? []).map((one) => typeValue(link, place, one))
  if (TRANSPARENT.has(of.name)) return args[0] ?? UNKNOWN
  if (of.name === 'ReturnType') return args[0] ? link.returned(args[0]) : UNKNOWN
  if (of.name === 'InstanceType') return instanceOf(link, args[0] ?? UNKNOWN)
  if (of.name === 'Awaited') return awaited(args[0] ?? UNKNOWN)
  if (of.name === 'Parameters') return parametersOf(link, args[0] ?? UNKNOWN)
  return libraryType(of.name, args)
}

function parametersOf(link: Link, of: Value): Value {
  if (of.is !== 'fn') return UNKNOWN
  return {
    is: 'tuple',
    of: (of.fns[0]?.params ?? []).map((one) => {
      const type = writtenType(link, of.file, one)
      return type ? link.type(of.file, type, of) : UNKNOWN
    }),
  }
}

/** What a type parameter is at least. */
export function limitOf(link: Link, of: Extract<Value, { is: 'parameter' }>): Value {
  const binding = link.facts(of.file)?.bindings[of.binding]
  const limit = binding?.kind === 'typeParameter' ? binding.limit : undefined
  return limit ? link.once(`l${of.file}\0${of.binding}`, () => link.type(of.file, limit)) : UNKNOWN
}

export function instanceOf(link: Link, of: Value, args: readonly Value[] = []): Value {
  if (of.is === 'all') {
    const inner = classOf(of)
    return inner === of ? UNKNOWN : instanceOf(link, inner, args)
  }
  if (of.is === 'class') return { is: 'instance', file: of.file, symbol: of.symbol, args }
  if (of.is === 'fn' && of.constructs) return link.returned(of)
  if (of.is === 'union') return union(of.of.map((one) => instanceOf(link, one, args)))
  if (of.is === 'global') return libraryType(of.name, args)
  if (of.is === 'instance') return constructed(link, of)
  return UNKNOWN
}

/** An interface with `new (…): X`. */
function constructed(link: Link, of: Value): Value {
  const made = link.member(of, 'new')
  return made.is === 'fn' ? link.returned(made) : UNKNOWN
}

interface Declared {
  target: Target | undefined
  path: readonly string[]
  args: readonly TypeFact[] | undefined
}

function declaredType(link: Link, place: TypePlace, given: Declared): Value {
  const { target, path } = given
  if (!target) return UNKNOWN
  const [next, ...rest] = path
  if (next !== undefined)
    return declaredType(link, place, { ...given, target: inside(link, target, next), path: rest })
  if (target.is !== 'binding') return target.is === 'value' ? instanceOf(link, link.target(target)) : UNKNOWN
  const binding = link.facts(target.file)?.bindings[target.binding]
  if (binding?.kind !== 'symbol') return UNKNOWN
  const args = (given.args ?? []).map((one) => typeValue(link, place, one))
  const found = binding.symbols.map((symbol) => symbolType(link, { file: target.file, symbol, args }))
  return all(found)
}

function inside(link: Link, target: Target, name: string): Target | undefined {
  if (target.is === 'module') return link.exported(target.file, name)
  const space = link.target(target)
  if (space.is === 'module') return link.exported(space.file, name)
  if (space.is !== 'space') return undefined
  const members = link.symbol(space.file, space.symbol)?.members
  const symbol = members && Object.hasOwn(members, name) ? members[name]?.[0] : undefined
  if (symbol === undefined) return undefined
  const at =
    link
      .facts(space.file)
      ?.bindings.findIndex((one) => one.kind === 'symbol' && one.symbols.includes(symbol)) ?? -1
  return at < 0 ? undefined : { is: 'binding', file: space.file, binding: at }
}

function symbolType(link: Link, given: { file: string; symbol: number; args: readonly Value[] }): Value {
  const { file, symbol } = given
  const made = link.symbol(file, symbol)
  if (!made) return UNKNOWN
  if (made.kind === 'class' || made.kind === 'interface')
    return { is: 'instance', file, symbol, args: withFallbacks(link, given) }
  if (made.kind === 'enum') return library('enum')
  if (made.kind !== 'type') return UNKNOWN
  const args = withFallbacks(link, given)
  if (!made.type) return { is: 'instance', file, symbol, args }
  const { type } = made
  const env = envOf(link, { file, symbol }, args)
  const run = () => typeValue(link, { file, env }, type)
  // A generic alias depends on its arguments, so only the others are kept.
  return args.length === 0
    ? link.once(`t${file}\0${symbol}`, run)
    : link.once(`t${file}\0${symbol}\0${label(args)}`, run)
}

/** Two lists with the same label mean the same; where that cannot be told, the label is unique. */
let unique = 0
function label(values: readonly Value[]): string {
  return values
    .map((one): string => {
      if (one.is === 'instance') return `${one.file}\0${one.symbol}<${label(one.args)}>`
      if (one.is === 'library') return `${one.name}<${label(one.args)}>`
      if (one.is === 'parameter') return `${one.file}\0${one.binding}`
      if (one.is === 'text') return `"${one.value}"`
      if (one.is === 'unknown') return '?'
      if (one.is === 'class' || one.is === 'space') return `${one.is}${one.file}\0${one.symbol}`
      unique += 1
      return `#${unique}`
    })
    .join(',')
}

function withFallbacks(
  link: Link,
  given: { file: string; symbol: number; args: readonly Value[] },
): readonly Value[] {
  const params = link.symbol(given.file, given.symbol)?.typeParams ?? []
  return params.map((binding, at) => {
    const arg = given.args[at]
    if (arg) return arg
    const made = link.facts(given.file)?.bindings[binding]
    if (made?.kind !== 'typeParameter') return UNKNOWN
    return made.fallback ? link.type(given.file, made.fallback) : UNKNOWN
  })
}

/** The environment in which a class's or alias's members are read. */
export function envOf(link: Link, of: { file: string; symbol: number }, args: readonly Value[]): Env {
  const [first] = args
  const params = link.symbol(of.file, of.symbol)?.typeParams ?? []
  // A literal type carries the environment of the place where it was written.
  if (params.length === 0 && first?.is === 'fn' && first.fns.length === 0) return first.env
  return new Map(params.map((binding, at) => [envKey(of.file, binding), args[at] ?? UNKNOWN]))
}
