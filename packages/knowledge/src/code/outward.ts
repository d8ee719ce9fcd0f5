// What other files can learn from a file: while that stays the same, their edges do too, however its bodies change.
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

/** A hash of everything that is reachable from the file's exports and members, numbered in order of reach. */
export function outwardHash(facts: FileFacts): string {
  const reach: Reach = { facts, numbers: new Map(), queue: [], low: 0x811c9dc5, high: 0x9e3779b9 }
  facts.symbols.forEach((symbol, at) => {
    if (symbol.path && !symbol.nested) number(reach, 'symbol', at)
  })
  write(reach, facts.exports)
  write(reach, facts.stars)
  // The queue grows while it is read.
  for (let next = 0; next < reach.queue.length; next++) {
    add(reach, next)
    write(reach, reach.queue[next])
  }
  return `${(reach.high >>> 0).toString(36)}-${(reach.low >>> 0).toString(36)}`
}

interface Reach {
  facts: FileFacts
  numbers: Map<string, number>
  queue: unknown[]
  /** The hash so far, two halves: text would be many times its size in garbage. */
  low: number
  high: number
}

function add(reach: Reach, value: number): void {
  reach.low = Math.imul(reach.low ^ value, 0x01000193)
  reach.high = Math.imul((reach.high ^ value) + (reach.high << 5), 0x85ebca6b)
  reach.high ^= reach.high >>> 13
}

function addText(reach: Reach, text: string): void {
  add(reach, text.length)
  for (let at = 0; at < text.length; at++) add(reach, text.charCodeAt(at))
}

type Table = 'symbol' | 'binding' | 'site'

const TABLES: Record<Table, (facts: FileFacts, at: number) => unknown> = {
  symbol: (facts, at) => facts.symbols[at],
  binding: (facts, at) => facts.bindings[at],
  site: (facts, at) => facts.sites[at],
}

/** Adds the thing's number in order of reach. */
function number(reach: Reach, table: Table, at: number): void {
  const key = table + at
  let made = reach.numbers.get(key)
  if (made === undefined) {
    made = reach.numbers.size
    reach.numbers.set(key, made)
    reach.queue.push(TABLES[table](reach.facts, at))
  }
  add(reach, made)
}

/** Fields that hold an index, and into which table. */
const INDEXES: Record<string, Table> = {
  binding: 'binding',
  site: 'site',
  symbol: 'symbol',
  symbols: 'symbol',
  typeParams: 'binding',
}

// What each value begins and ends with, so that no two shapes read the same.
const LIST = 1
const RECORD = 2
const END = 3
const TEXT = 4
const OTHER = 5

function write(reach: Reach, value: unknown): void {
  if (typeof value === 'string') {
    add(reach, TEXT)
    addText(reach, value)
  } else if (Array.isArray(value)) {
    add(reach, LIST)
    for (const one of value) write(reach, one)
    add(reach, END)
  } else if (typeof value === 'object' && value !== null) {
    add(reach, RECORD)
    for (const key in value) if (Object.hasOwn(value, key)) writeField(reach, key, fieldOf(value, key))
    add(reach, END)
  } else {
    add(reach, OTHER)
    addText(reach, String(value))
  }
}

const fieldOf = (value: object, key: string): unknown => Reflect.get(value, key)

function writeField(reach: Reach, key: string, value: unknown): void {
  if (SILENT.has(key) || value === undefined) return
  addText(reach, key)
  const table = Object.hasOwn(INDEXES, key) ? INDEXES[key] : undefined
  if (table && typeof value === 'number') number(reach, table, value)
  else if (table && Array.isArray(value)) for (const one of value) number(reach, table, Number(one))
  else if (key === 'members' && isIndexLists(value)) writeMembers(reach, value)
  else write(reach, value)
}

const isIndexLists = (value: unknown): value is Record<string, number[]> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((one) => Array.isArray(one) && typeof one[0] === 'number')

function writeMembers(reach: Reach, members: Record<string, number[]>): void {
  for (const [name, list] of Object.entries(members)) {
    addText(reach, name)
    for (const one of list) number(reach, 'symbol', one)
  }
}
