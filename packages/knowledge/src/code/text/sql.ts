// Schemas as SQL files say them: tables with their columns, as migrations make them. What is no definition is left alone.
import type { Extractor } from '../extractor.ts'
import { FACTS_VERSION, type FileFacts, type SymbolFact } from '../facts.ts'
import { emptyFacts, linesOf } from '../typescript/extract.ts'

const VERSION = 1

export const sql: Extractor = {
  version: `sql-${VERSION}-${FACTS_VERSION}`,
  takes: (path) => /\.(?:sql|ddl)$/i.test(path),
  extract: (_, text) => readSchema(text),
}

const NAME = String.raw`((?:[\w$]+\.)?(?:[\w$]+|"[^"]+"|\`[^\`]+\`|\[[^\]]+\]))`
const CREATE = new RegExp(
  String.raw`\bcreate\s+(?:temp(?:orary)?\s+|virtual\s+|unlogged\s+)*table\s+(?:if\s+not\s+exists\s+)?${NAME}[^(;]*\(`,
  'gi',
)
const ADD = new RegExp(
  String.raw`\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?!constraint\b|primary\b|foreign\b|unique\b|check\b|index\b|key\b)${NAME}\s+([^;,]*)`,
  'gi',
)
/** Begins a rule of the table, not a column. */
const RULE = /^(?:primary|foreign|unique|check|constraint|key|index|exclude|like|fulltext|spatial|period)\b/i

function readSchema(source: string): FileFacts {
  const facts = emptyFacts('sql')
  const lineStarts = linesOf(source)
  facts.lines = lineStarts.length
  const text = withoutComments(source)
  const place: Place = { facts, lineStarts, paths: new Map() }
  for (const one of text.matchAll(CREATE)) {
    const start = one.index + one[0].length
    const end = closing(text, start)
    const name = plainName(one[1] ?? '')
    const table = add(place, {
      name,
      kind: 'table',
      parent: -1,
      start: one.index,
      end,
      signature: `table ${name}`,
    })
    columns(place, { text, start, end, table })
  }
  for (const one of text.matchAll(ADD)) {
    const name = plainName(one[1] ?? '')
    const end = one.index + one[0].length
    const known = facts.symbols.findIndex((other) => other.kind === 'table' && other.name === name)
    const table =
      known >= 0
        ? known
        : add(place, {
            name,
            kind: 'table',
            parent: -1,
            start: one.index,
            end,
            signature: `alter table ${name}`,
          })
    const column = plainName(one[2] ?? '')
    const signature = `${column} ${one[3] ?? ''}`.trim()
    add(place, { name: column, kind: 'column', parent: table, start: one.index, end, signature })
  }
  return facts
}

interface Place {
  facts: FileFacts
  lineStarts: readonly number[]
  paths: Map<string, number>
}

interface Made {
  name: string
  kind: 'table' | 'column'
  parent: number
  start: number
  end: number
  signature: string
}

function add({ facts, lineStarts, paths }: Place, made: Made): number {
  const above = facts.symbols[made.parent]?.path
  const plain = above === undefined ? made.name : `${above}.${made.name}`
  const count = (paths.get(plain) ?? 0) + 1
  paths.set(plain, count)
  const line = lineOf(lineStarts, made.start)
  const symbol: SymbolFact = {
    name: made.name,
    path: count === 1 ? plain : `${plain}~${count}`,
    kind: made.kind,
    parent: made.parent,
    line,
    endLine: lineOf(lineStarts, Math.max(made.start, made.end - 1)),
    column: made.start - (lineStarts[line - 1] ?? 0) + 1,
    signature: made.signature.replaceAll(/\s+/g, ' ').slice(0, 240),
    complexity: 0,
    exported: true,
  }
  return facts.symbols.push(symbol) - 1
}

function columns(place: Place, given: { text: string; start: number; end: number; table: number }): void {
  let at = given.start
  for (const part of parts(given.text.slice(given.start, given.end))) {
    const start = at + (part.length - part.trimStart().length)
    at += part.length + 1
    const body = part.trim()
    const name = new RegExp(`^${NAME}`).exec(body)?.[1]
    if (name === undefined || RULE.test(body)) continue
    const end = start + body.length
    add(place, { name: plainName(name), kind: 'column', parent: given.table, start, end, signature: body })
  }
}

/** Between the commas that are in no bracket and no quotation. */
function parts(text: string): string[] {
  const found = ['']
  let depth = 0
  let quote = ''
  for (const char of text) {
    if (quote) {
      if (char === quote) quote = ''
    } else if (char === "'" || char === '"' || char === '`') quote = char
    else if (char === '(') depth += 1
    else if (char === ')') depth -= 1
    if (char === ',' && depth === 0 && !quote) found.push('')
    else found[found.length - 1] += char
  }
  return found
}

/** Where the bracket that is open at `start` closes. */
function closing(text: string, start: number): number {
  let depth = 1
  let quote = ''
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quote) {
      if (char === quote) quote = ''
    } else if (char === "'" || char === '"' || char === '`') quote = char
    else if (char === '(') depth += 1
    else if (char === ')') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return text.length
}

/** Comments become blanks, so that every place stays where it is. */
const withoutComments = (text: string): string =>
  text.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (one) =>
    one.startsWith("'") ? one : one.replaceAll(/[^\n]/g, ' '),
  )

const plainName = (name: string): string =>
  name.replaceAll(/["`[\]]/g, '').replace(/^(?:public|dbo|main)\./i, '')

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}
