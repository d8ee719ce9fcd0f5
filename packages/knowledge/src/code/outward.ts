// What other files can learn from a file: while that stays the same, their edges do too, however its bodies change.
import { createHash } from 'node:crypto'
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
  const reach: Reach = { facts, numbers: new Map(), queue: [], text: '' }
  facts.symbols.forEach((symbol, at) => {
    if (symbol.path && !symbol.nested) number(reach, 'symbol', at)
  })
  write(reach, facts.exports)
  write(reach, facts.stars)
  for (let next = reach.queue.shift(); next; next = reach.queue.shift()) {
    reach.text += `\n${next.key}:`
    write(reach, next.value)
  }
  return createHash('sha1').update(reach.text).digest('base64url')
}

interface Reach {
  facts: FileFacts
  numbers: Map<string, number>
  queue: { key: string; value: unknown }[]
  text: string
}

type Table = 'symbol' | 'binding' | 'site'

const TABLES: Record<Table, (facts: FileFacts, at: number) => unknown> = {
  symbol: (facts, at) => facts.symbols[at],
  binding: (facts, at) => facts.bindings[at],
  site: (facts, at) => facts.sites[at],
}

function number(reach: Reach, table: Table, at: number): string {
  const key = `${table}${at}`
  let made = reach.numbers.get(key)
  if (made === undefined) {
    made = reach.numbers.size
    reach.numbers.set(key, made)
    reach.queue.push({ key: String(made), value: TABLES[table](reach.facts, at) })
  }
  return String(made)
}

/** Fields that hold an index, and into which table. */
const INDEXES: Record<string, Table> = {
  binding: 'binding',
  site: 'site',
  symbol: 'symbol',
  symbols: 'symbol',
  typeParams: 'binding',
}

function write(reach: Reach, value: unknown): void {
  if (Array.isArray(value)) {
    reach.text += '['
    for (const one of value) write(reach, one)
    reach.text += ']'
  } else if (typeof value === 'object' && value !== null) {
    reach.text += '{'
    for (const [key, one] of Object.entries(value)) writeField(reach, key, one)
    reach.text += '}'
  } else reach.text += `${JSON.stringify(value) ?? ''},`
}

function writeField(reach: Reach, key: string, value: unknown): void {
  if (SILENT.has(key)) return
  reach.text += `${key}:`
  const table = INDEXES[key]
  if (table && typeof value === 'number') reach.text += number(reach, table, value)
  else if (table && Array.isArray(value))
    for (const one of value) reach.text += `${number(reach, table, Number(one))} `
  else if (key === 'members' && isIndexLists(value)) writeMembers(reach, value)
  else write(reach, value)
}

const isIndexLists = (value: unknown): value is Record<string, number[]> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((one) => Array.isArray(one) && typeof one[0] === 'number')

function writeMembers(reach: Reach, members: Record<string, number[]>): void {
  for (const [name, list] of Object.entries(members)) {
    reach.text += JSON.stringify(name)
    for (const one of list) reach.text += `${number(reach, 'symbol', one)} `
  }
}
