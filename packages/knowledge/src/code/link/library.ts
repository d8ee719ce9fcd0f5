// The language's own library, as far as it carries values on: arrays, promises, maps and what they call back.
import { UNKNOWN, library, siteOf, union, type Link, type SitePlace, type Value } from './value.ts'

/** Utility types that keep the members of their first argument. */
export const TRANSPARENT = new Set([
  'Partial',
  'Required',
  'Readonly',
  'Pick',
  'Omit',
  'NonNullable',
  'Extract',
  'Exclude',
  'NoInfer',
  'ThisType',
  'Awaited',
])

const ARRAYS = new Set([
  'Array',
  'ReadonlyArray',
  'Set',
  'ReadonlySet',
  'Iterable',
  'IterableIterator',
  'Iterator',
  'AsyncIterable',
  'AsyncIterableIterator',
  'AsyncIterator',
  'Generator',
  'AsyncGenerator',
  'ArrayLike',
  'IteratorObject',
])
const MAPS = new Set(['Map', 'ReadonlyMap', 'WeakMap'])
const PROMISES = new Set(['Promise', 'PromiseLike'])

export const libraryType = (name: string, args: readonly Value[]): Value => ({ is: 'library', name, args })

export function awaited(value: Value): Value {
  if (value.is === 'library' && PROMISES.has(value.name)) return awaited(value.args[0] ?? UNKNOWN)
  if (value.is === 'union') return union(value.of.map((one) => awaited(one)))
  return value
}

/** What iterating or indexing gives. */
export function elementOf(link: Link, value: Value, index?: number): Value {
  if (value.is === 'tuple') return index === undefined ? union(value.of) : (value.of[index] ?? UNKNOWN)
  if (value.is === 'union') return union(value.of.map((one) => elementOf(link, one, index)))
  if (value.is === 'all')
    return value.of.map((one) => elementOf(link, one, index)).find((one) => one.is !== 'unknown') ?? UNKNOWN
  if (value.is === 'library') return libraryElement(value)
  if (value.is === 'object')
    return union(
      Object.keys(value.of.members)
        .slice(0, 8)
        .map((name) => link.member(value, name)),
    )
  if (value.is === 'instance') return instanceElement(link, value)
  return UNKNOWN
}

function libraryElement(value: Extract<Value, { is: 'library' }>): Value {
  if (ARRAYS.has(value.name)) return value.args[0] ?? UNKNOWN
  if (MAPS.has(value.name)) return { is: 'tuple', of: value.args }
  if (value.name === 'Record') return value.args[1] ?? UNKNOWN
  return value.name === 'string' ? library('string') : UNKNOWN
}

function instanceElement(link: Link, value: Value): Value {
  const index = link.member(value, '[]')
  if (index.is !== 'unknown') return index
  const iterate = link.member(value, '@@iterator')
  return iterate.is === 'fn' ? elementOf(link, link.returned(iterate)) : UNKNOWN
}

export function libraryMember(of: Value, name: string): Value {
  if (of.is === 'library' && of.name === 'Record' && of.args[1]) return of.args[1]
  if (of.is === 'library' || of.is === 'tuple' || of.is === 'global') return { is: 'method', owner: of, name }
  return UNKNOWN
}

const arrayOf = (of: Value) => library('Array', of)

type Give = (c: Call) => Value

interface Call {
  link: Link
  owner: Value
  element: Value
  /** What the call's function argument gives, and its plain arguments. */
  back(argument: number): Value
  argument(at: number): Value
}

const sameOwner: Give = ({ owner }) => owner
const element: Give = ({ element }) => element
const elements: Give = ({ element }) => arrayOf(element)

const ARRAY_GIVES: Record<string, Give> = {
  find: element,
  get: element,
  peek: element,
  poll: element,
  first: element,
  last: element,
  getFirst: element,
  getLast: element,
  stream: sameOwner,
  toList: sameOwner,
  sorted: sameOwner,
  distinct: sameOwner,
  limit: sameOwner,
  skip: sameOwner,
  findLast: element,
  at: element,
  pop: element,
  shift: element,
  next: element,
  filter: sameOwner,
  slice: sameOwner,
  reverse: sameOwner,
  sort: sameOwner,
  concat: sameOwner,
  splice: sameOwner,
  fill: sameOwner,
  toSorted: elements,
  toReversed: elements,
  toSpliced: elements,
  with: elements,
  values: elements,
  toArray: elements,
  take: elements,
  drop: elements,
  add: sameOwner,
  entries: ({ element }) => arrayOf({ is: 'tuple', of: [library('number'), element] }),
  map: ({ back }) => arrayOf(back(0)),
  flatMap: (c) => arrayOf(elementOrSelf(c.link, c.back(0))),
  flat: (c) => arrayOf(elementOrSelf(c.link, c.element)),
  reduce: (c) => union([c.argument(1), c.back(0)]),
  reduceRight: (c) => union([c.argument(1), c.back(0)]),
  join: () => library('string'),
}

const elementOrSelf = (link: Link, value: Value): Value => {
  const inner = elementOf(link, value)
  return inner.is === 'unknown' ? value : inner
}

const MAP_GIVES: Record<string, Give> = {
  get: (c) => mapPart(c.owner, 1),
  values: (c) => arrayOf(mapPart(c.owner, 1)),
  keys: (c) => arrayOf(mapPart(c.owner, 0)),
  entries: (c) => arrayOf({ is: 'tuple', of: c.owner.is === 'library' ? c.owner.args : [] }),
  set: sameOwner,
}

const mapPart = (owner: Value, at: number): Value =>
  owner.is === 'library' ? (owner.args[at] ?? UNKNOWN) : UNKNOWN

const PROMISE_GIVES: Record<string, Give> = {
  // A key of a table, not a thing to be awaited.
  // oxlint-disable-next-line unicorn/no-thenable
  then: (c) => library('Promise', awaited(c.back(0))),
  catch: (c) => library('Promise', union([awaited(c.owner), awaited(c.back(0))])),
  finally: sameOwner,
}

const STRING_GIVES: Record<string, Give> = Object.fromEntries(
  [
    'trim',
    'slice',
    'replace',
    'replaceAll',
    'toLowerCase',
    'toUpperCase',
    'padStart',
    'padEnd',
    'substring',
    'repeat',
    'at',
    'charAt',
    'toString',
    'concat',
    'trimEnd',
    'trimStart',
    'normalize',
  ].map((name): [string, Give] => [name, () => library('string')]),
)
STRING_GIVES['split'] = () => arrayOf(library('string'))

const GLOBAL_GIVES: Record<string, Give> = {
  'Array.from': (c) => {
    const given = elementOf(c.link, c.argument(0))
    const back = c.back(1)
    return arrayOf(back.is === 'unknown' ? given : back)
  },
  'Array.of': (c) => arrayOf(c.argument(0)),
  'Object.values': (c) => arrayOf(elementOf(c.link, c.argument(0))),
  'Object.entries': (c) =>
    arrayOf({ is: 'tuple', of: [library('string'), elementOf(c.link, c.argument(0))] }),
  'Object.keys': () => arrayOf(library('string')),
  'Object.assign': (c) => ({ is: 'all', of: [c.argument(0), c.argument(1)] }),
  'Object.freeze': (c) => c.argument(0),
  'Object.seal': (c) => c.argument(0),
  'Promise.resolve': (c) => library('Promise', awaited(c.argument(0))),
  'Promise.all': (c) =>
    library(
      'Promise',
      settled(c, (one) => awaited(one)),
    ),
  'Promise.race': (c) => library('Promise', awaited(elementOf(c.link, c.argument(0)))),
  'Promise.any': (c) => library('Promise', awaited(elementOf(c.link, c.argument(0)))),
  structuredClone: (c) => c.argument(0),
  String: () => library('string'),
}

function settled(c: Call, each: (one: Value) => Value): Value {
  const given = c.argument(0)
  if (given.is === 'tuple') return { is: 'tuple', of: given.of.map((one) => each(one)) }
  return arrayOf(each(elementOf(c.link, given)))
}

function tableOf(owner: Value): Record<string, Give> | undefined {
  if (owner.is === 'tuple') return ARRAY_GIVES
  if (owner.is !== 'library') return undefined
  if (ARRAYS.has(owner.name)) return ARRAY_GIVES
  if (MAPS.has(owner.name)) return MAP_GIVES
  if (PROMISES.has(owner.name)) return PROMISE_GIVES
  return owner.name === 'string' ? STRING_GIVES : undefined
}

function callOf(link: Link, owner: Value, place: SitePlace | undefined): Call {
  const site = siteOf(link, place)
  const argument = (at: number) => {
    const given = site?.args[at]
    return given && place && at !== place.without ? link.expression(place.file, given) : UNKNOWN
  }
  return {
    link,
    owner,
    element: elementOf(link, owner),
    argument,
    back: (at) => awaitedBack(link, argument(at)),
  }
}

const awaitedBack = (link: Link, fn: Value): Value =>
  fn.is === 'fn' || fn.is === 'union' ? link.returned(fn) : UNKNOWN

type Callee = Extract<Value, { is: 'method' | 'global' }>

export function libraryCall(link: Link, callee: Callee, place: SitePlace | undefined): Value {
  if (callee.is === 'global') return own(GLOBAL_GIVES, callee.name)?.(callOf(link, callee, place)) ?? UNKNOWN
  const { owner, name } = callee
  const give =
    owner.is === 'global' ? own(GLOBAL_GIVES, `${owner.name}.${name}`) : own(tableOf(owner) ?? {}, name)
  return give?.(callOf(link, owner, place)) ?? UNKNOWN
}

const own = (table: Record<string, Give>, name: string): Give | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** What the library's method gives to the function that it is handed. */
export function libraryCallback(link: Link, callee: Callee, place: SitePlace & { without: number }): Value {
  if (callee.is === 'global') return UNKNOWN
  const { owner, name } = callee
  if (owner.is === 'global') return fromGlobal(link, `${owner.name}.${name}`, place)
  const call = callOf(link, owner, place)
  if (owner.is === 'library' && (MAPS.has(owner.name) || PROMISES.has(owner.name)))
    return { is: 'callback', params: heldBy(owner, { name, argument: place.without }) }
  const each = call.element
  if (name === 'fold') return { is: 'callback', params: [call.argument(0), each] }
  if (name.startsWith('reduce')) {
    const start = call.argument(1)
    return { is: 'callback', params: [start.is === 'unknown' ? each : start, each, library('number'), owner] }
  }
  if (name === 'sort' || name === 'toSorted') return { is: 'callback', params: [each, each] }
  return { is: 'callback', params: [each, library('number'), owner] }
}

/** A map calls back with value and key, a promise with what it brings. */
function heldBy(owner: Extract<Value, { is: 'library' }>, call: { name: string; argument: number }): Value[] {
  const [first = UNKNOWN, second = UNKNOWN] = owner.args
  if (MAPS.has(owner.name)) return [second, first, owner]
  return call.name === 'then' && call.argument === 0 ? [awaited(owner)] : []
}

function fromGlobal(link: Link, name: string, place: SitePlace): Value {
  const call = callOf(link, { is: 'global', name }, place)
  if (name === 'Array.from')
    return { is: 'callback', params: [elementOf(link, call.argument(0)), library('number')] }
  return UNKNOWN
}
