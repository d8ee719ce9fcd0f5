// What other files can learn from a file, by the names that it exports: while a name stands for the same, the edges of those who
// asked for it do too, however the file changes.
import type { FileFacts } from './facts.ts'

/** Left out: where things stand and what is said of them, which no edge of another file depends on. */
const SILENT = new Set([
  'line',
  'endLine',
  'column',
  'doc',
  'docLine',
  'signature',
  'complexity',
  'from',
  'text',
  'parent',
  'nested',
  'private',
  'exported',
  'decorators',
])

/** Names that stand for something else now; undefined where any name may. */
export function changedNames(before: FileFacts, after: FileFacts): Set<string> | undefined {
  const c: Comparison = {
    before,
    after,
    namesakes: [namesakesOf(before), namesakesOf(after)],
    pairs: new Map(),
    queue: [],
  }
  // What is not found by its own name is looked for in these.
  if (!isEqual(c, { differs: false, holders: [] }, [before.stars, after.stars])) return undefined
  const found = new Set<string>()
  const roots = new Map<string, Pair>()
  for (const name of new Set([...Object.keys(before.exports), ...Object.keys(after.exports)])) {
    const was = Object.hasOwn(before.exports, name) ? before.exports[name] : undefined
    const is = Object.hasOwn(after.exports, name) ? after.exports[name] : undefined
    const root: Pair = { differs: false, holders: [] }
    if (isEqual(c, root, [was, is])) roots.set(name, root)
    else found.add(name)
  }
  const different: Pair[] = []
  // The queue grows while it is read, and so do the holders of each pair: they are told when all are known.
  for (const one of c.queue) if (!isEqualPlace(c, one)) different.push(one.pair)
  spread(different)
  for (const [name, root] of roots) if (root.differs) found.add(name)
  return found.has('=') ? undefined : found
}

/** One thing before and one after that stand in the same place. */
interface Pair {
  differs: boolean
  /** Those that lead to it. */
  holders: Pair[]
}

interface Place {
  table: Table
  was: number
  is: number
  pair: Pair
}

interface Comparison {
  before: FileFacts
  after: FileFacts
  /** Symbols of one name in one place, before and after: an interface adds to the class of its name without being named by it. */
  namesakes: [was: Map<string, number[]>, is: Map<string, number[]>]
  pairs: Map<string, Pair>
  queue: Place[]
}

function spread(open: Pair[]): void {
  for (let one = open.pop(); one; one = open.pop()) {
    if (one.differs) continue
    one.differs = true
    open.push(...one.holders)
  }
}

type Table = 'symbol' | 'binding' | 'site'

const TABLES: Record<Table, (facts: FileFacts, at: number) => unknown> = {
  symbol: (facts, at) => facts.symbols[at],
  binding: (facts, at) => facts.bindings[at],
  site: (facts, at) => facts.sites[at],
}

/** Fields that hold an index, and into which table. */
const INDEXES: Record<string, Table> = {
  binding: 'binding',
  site: 'site',
  symbol: 'symbol',
  symbols: 'symbol',
  typeParams: 'binding',
}

function isEqualPlace(c: Comparison, { table, was, is, pair }: Place): boolean {
  const read = TABLES[table]
  const one = read(c.before, was)
  const other = read(c.after, is)
  if (!isEqual(c, pair, [one, other])) return false
  return table !== 'symbol' || isEqualIndexes(c, { holder: pair, table }, namesakesAt(c, was, is))
}

const keyOf = (facts: FileFacts, at: number) => `${facts.symbols[at]?.parent}\0${facts.symbols[at]?.name}`

function namesakesOf(facts: FileFacts): Map<string, number[]> {
  const found = new Map<string, number[]>()
  facts.symbols.forEach((_, at) => {
    const key = keyOf(facts, at)
    const known = found.get(key)
    if (known) known.push(at)
    else found.set(key, [at])
  })
  return found
}

const namesakesAt = (c: Comparison, was: number, is: number): [unknown[], unknown[]] => [
  c.namesakes[0].get(keyOf(c.before, was)) ?? [],
  c.namesakes[1].get(keyOf(c.after, is)) ?? [],
]

/** Whether two values say the same, but for what they lead to: that is compared in its own turn. */
function isEqual(c: Comparison, holder: Pair, [was, is]: [unknown, unknown]): boolean {
  if (!isRecord(was) || !isRecord(is)) return was === is
  if (Array.isArray(was) || Array.isArray(is)) return isEqualList(c, holder, [was, is])
  const [keys, others] = [fieldsOf(was), fieldsOf(is)]
  return (
    keys.length === others.length &&
    keys.every((key, at) => key === others[at] && isEqualField(c, { holder, key }, [was, is]))
  )
}

function isEqualList(c: Comparison, holder: Pair, [was, is]: [unknown, unknown]): boolean {
  if (!Array.isArray(was) || !Array.isArray(is) || was.length !== is.length) return false
  return was.every((one: unknown, at) => isEqual(c, holder, [one, is[at]]))
}

const fieldsOf = (of: object): string[] =>
  Object.keys(of).filter((key) => !SILENT.has(key) && fieldOf(of, key) !== undefined)

const fieldOf = (of: object, key: string): unknown => Reflect.get(of, key)

interface Field {
  holder: Pair
  key: string
}

function isEqualField(c: Comparison, { holder, key }: Field, [one, other]: [object, object]): boolean {
  const was = fieldOf(one, key)
  const is = fieldOf(other, key)
  const table = Object.hasOwn(INDEXES, key) ? INDEXES[key] : undefined
  if (table && typeof was === 'number') return isEqualIndexes(c, { holder, table }, [[was], [is]])
  if (table && Array.isArray(was)) return isEqualIndexes(c, { holder, table }, [was, is])
  return key === 'members' && isRecord(was) && isRecord(is)
    ? isEqualMembers(c, holder, [was, is])
    : isEqual(c, holder, [was, is])
}

function isEqualIndexes(
  c: Comparison,
  { holder, table }: { holder: Pair; table: Table },
  [was, is]: [unknown[], unknown],
): boolean {
  if (!Array.isArray(is) || was.length !== is.length) return false
  was.forEach((one, at) => {
    const [from, to] = [Number(one), Number(is[at])]
    const key = `${table}${from} ${to}`
    const known = c.pairs.get(key)
    const pair = known ?? { differs: false, holders: [] }
    pair.holders.push(holder)
    if (known) return
    c.pairs.set(key, pair)
    c.queue.push({ table, was: from, is: to, pair })
  })
  return true
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Members have names of the source's own: none of them is silent. */
function isEqualMembers(c: Comparison, holder: Pair, [was, is]: [object, object]): boolean {
  const [names, others] = [Object.keys(was), Object.keys(is)]
  return (
    names.length === others.length &&
    names.every((name, at) => {
      const [one, other] = [fieldOf(was, name), fieldOf(is, name)]
      if (name !== others[at]) return false
      return Array.isArray(one)
        ? isEqualIndexes(c, { holder, table: 'symbol' }, [one, other])
        : isEqual(c, holder, [one, other])
    })
  )
}
