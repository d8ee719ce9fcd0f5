// What a member of a value is, through classes, interfaces, literals, modules and the language's library.
import { memberOf as memberOfSymbol, type SymbolFact } from '../facts.ts'
import { libraryMember } from './library.ts'
import { envOf, limitOf } from './types.ts'
import { UNKNOWN, classOf, union, type Link, type Value } from './value.ts'

export function memberOf(link: Link, of: Value, name: string): Value {
  switch (of.is) {
    case 'instance':
      return instanceMember(link, of, { name, depth: 0 })
    case 'class':
      return classMember(link, of, { name, depth: 0 })
    case 'object':
      return objectMember(link, of, name)
    case 'module':
      return link.target(link.exported(of.file, name))
    case 'space':
      return spaceMember(link, of, name)
    case 'union':
      return union(of.of.map((one) => link.member(one, name)))
    case 'all':
      return of.of.map((one) => link.member(one, name)).find((one) => one.is !== 'unknown') ?? UNKNOWN
    case 'parameter':
      return link.member(limitOf(link, of), name)
    case 'fn':
      return functionMember(link, of, name)
    default:
      // Java's methods are known by their name with brackets.
      return libraryMember(of, name.replace(/\(\)$/, ''))
  }
}

type Instance = Extract<Value, { is: 'instance' }>

const DEPTH = 24

function instanceMember(link: Link, of: Instance, wanted: Wanted): Value {
  const symbol = link.symbol(of.file, of.symbol)
  const { name } = wanted
  if (!symbol || wanted.depth > DEPTH) return UNKNOWN
  const own = memberOfSymbol(symbol, name)
  if (own !== undefined) return memberValue(link, of, own)
  const above = inherited(link, of, wanted)
  if (above.is !== 'unknown') return above
  const merged = packageMethod(link, { ...of, name: symbol.name }, name) ?? mergedInterface(link, of, name)
  if (merged) return merged
  const index = name === '()' || name === 'new' ? undefined : memberOfSymbol(symbol, '[]')
  return index === undefined ? UNKNOWN : memberValue(link, of, index)
}

interface Wanted {
  name: string
  /** How far up; a circle of bases has no end. */
  depth: number
}

function inherited(link: Link, of: Instance, wanted: Wanted): Value {
  const symbol = link.symbol(of.file, of.symbol)
  const next = { name: wanted.name, depth: wanted.depth + 1 }
  for (const above of symbol ? parents(link, of, symbol) : []) {
    const found =
      above.is === 'instance' ? instanceMember(link, above, next) : link.member(above, wanted.name)
    if (found.is !== 'unknown') return found
  }
  return UNKNOWN
}

const isScript = (link: Link, file: string) => link.facts(file)?.language.endsWith('script') === true

const OWN_PACKAGE: Partial<Record<string, string>> = { go: 'go:.', kotlin: 'kt:.' }

/** A method of a Go type may stand in any file of its package, as may a function that extends a type of Kotlin. */
function packageMethod(link: Link, of: { file: string; name: string }, name: string): Value | undefined {
  const own = OWN_PACKAGE[link.facts(of.file)?.language ?? '']
  const file = own && link.resolve(of.file, own)
  const found = file === undefined ? undefined : link.target(link.exported(file, `${of.name}.${name}`))
  return found?.is === 'fn' ? found : undefined
}

/** An interface of the class's name adds members to it. */
function mergedInterface(link: Link, of: Instance, name: string): Value | undefined {
  const facts = link.facts(of.file)
  const symbol = facts?.symbols[of.symbol]
  if (!facts || symbol?.kind !== 'class') return undefined
  const other = facts.symbols.findIndex(
    (one) => one.kind === 'interface' && one.name === symbol.name && one.parent === symbol.parent,
  )
  const member = other < 0 ? undefined : memberOfSymbol(facts.symbols[other], name)
  return member === undefined ? undefined : memberValue(link, { ...of, symbol: other }, member)
}

/** What a class extends, or an interface; with the arguments that it gives them. */
function* parents(link: Link, of: Instance, symbol: SymbolFact): Generator<Value> {
  const env = envOf(link, of, of.args)
  if (symbol.base) {
    const base = classOf(link.expression(of.file, symbol.base))
    if (base.is === 'class') {
      const args = (symbol.baseArgs ?? []).map((one) => link.type(of.file, one, { env }))
      yield { is: 'instance', file: base.file, symbol: base.symbol, args }
    }
  }
  // Only TypeScript's classes get nothing from what they implement.
  if (symbol.kind === 'class' && isScript(link, of.file)) return
  for (const one of symbol.supers ?? []) yield link.type(of.file, one, { env, self: of })
}

function memberValue(link: Link, of: Instance, at: number): Value {
  const member = link.symbol(of.file, at)
  if (!member) return UNKNOWN
  const env = envOf(link, of, of.args)
  if (member.fns) return { is: 'fn', file: of.file, fns: member.fns, symbol: at, env, self: of }
  if (member.type) return link.type(of.file, member.type, { env, self: of })
  return link.symbolValue(of.file, at)
}

function classMember(link: Link, of: Extract<Value, { is: 'class' }>, wanted: Wanted): Value {
  const symbol = link.symbol(of.file, of.symbol)
  if (!symbol || wanted.depth > DEPTH) return UNKNOWN
  const own = memberOfSymbol(symbol, `static ${wanted.name}`)
  if (own !== undefined) return link.symbolValue(of.file, own)
  const base = symbol.base ? classOf(link.expression(of.file, symbol.base)) : UNKNOWN
  if (base.is === 'class') return classMember(link, base, { name: wanted.name, depth: wanted.depth + 1 })
  return base.is === 'unknown' ? UNKNOWN : link.member(base, wanted.name)
}

function objectMember(link: Link, of: Extract<Value, { is: 'object' }>, name: string): Value {
  if (Object.hasOwn(of.of.members, name)) {
    const member = of.of.members[name]
    return member ? link.expression(of.file, member) : UNKNOWN
  }
  // The last spread wins.
  for (const one of (of.of.spread ?? []).toReversed()) {
    const found = link.member(link.expression(of.file, one), name)
    if (found.is !== 'unknown') return found
  }
  return UNKNOWN
}

function spaceMember(link: Link, of: Extract<Value, { is: 'space' }>, name: string): Value {
  const symbol = link.symbol(of.file, of.symbol)
  const at = memberOfSymbol(symbol, name)
  if (at === undefined) return UNKNOWN
  return symbol?.kind === 'enum' ? { is: 'library', name: 'enum', args: [] } : link.symbolValue(of.file, at)
}

/** A function with a namespace of its name, or with members given to it, is rare: only bind, call and apply are known. */
function functionMember(link: Link, of: Extract<Value, { is: 'fn' }>, name: string): Value {
  if (name === 'bind') return { is: 'callback', params: [] }
  const facts = of.symbol === undefined ? undefined : link.facts(of.file)
  const symbol = of.symbol === undefined ? undefined : facts?.symbols[of.symbol]
  if (!facts || !symbol || symbol.parent !== -1) return UNKNOWN
  const space = facts.symbols.findIndex(
    (one) => one.kind === 'namespace' && one.path.replace(/~\d+$/, '') === symbol.path,
  )
  return space < 0 ? UNKNOWN : spaceMember(link, { is: 'space', file: of.file, symbol: space }, name)
}
