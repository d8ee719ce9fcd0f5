// Documents by heading: each section of Markdown, MDX, reStructuredText or AsciiDoc is a node with its text, and leads to the
// files that it names.
import type { Extractor } from '../extractor.ts'
import { FACTS_VERSION, type FileFacts, type SymbolFact } from '../facts.ts'
import { emptyFacts } from '../typescript/extract.ts'

const VERSION = 1

export const documents: Extractor = {
  version: `documents-${VERSION}-${FACTS_VERSION}`,
  takes: (path) => /\.(?:mdx?|markdown|rst|adoc|asciidoc)$/i.test(path),
  extract: (path, text) => readDocument(path, text),
}

interface Heading {
  title: string
  /** 1 is the highest. */
  level: number
  /** From 1. */
  line: number
  /** Where its own text begins. */
  body: number
}

function readDocument(path: string, text: string): FileFacts {
  const facts = emptyFacts('document')
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  facts.lines = lines.length
  const headings = /\.rst$/i.test(path)
    ? underlined(lines)
    : marked(lines, /\.a(?:doc|sciidoc)$/i.test(path) ? '=' : '#')
  const taken = new Map<string, number>()
  const open: { level: number; at: number }[] = []
  headings.forEach((one, at) => {
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= one.level) open.pop()
    const parent = open.at(-1)?.at ?? -1
    const end = headings[at + 1]?.line ?? lines.length + 1
    const symbol = section(facts, one, { parent, taken })
    symbol.doc = lines
      .slice(one.body - 1, end - 1)
      .join('\n')
      .trim()
    symbol.endLine = Math.max(one.line, endOf(headings, at, lines.length))
    open.push({ level: one.level, at: facts.symbols.push(symbol) - 1 })
  })
  nameFiles(facts, lines)
  return facts
}

function section(
  facts: FileFacts,
  { title, line }: Heading,
  { parent, taken }: { parent: number; taken: Map<string, number> },
): SymbolFact {
  const above = facts.symbols[parent]?.path
  const plain = above === undefined ? title : `${above} / ${title}`
  const count = (taken.get(plain) ?? 0) + 1
  taken.set(plain, count)
  return {
    name: title,
    path: count === 1 ? plain : `${plain}~${count}`,
    kind: 'section',
    parent,
    line,
    endLine: line,
    column: 1,
    signature: title,
    complexity: 0,
    nested: true,
  }
}

/** A section ends where one of its level or a higher one begins. */
function endOf(headings: readonly Heading[], at: number, last: number): number {
  const level = headings[at]?.level ?? 0
  const next = headings.slice(at + 1).find((one) => one.level <= level)
  return next ? next.line - 1 : last
}

const FENCE = /^\s*(?:```|~~~|----\s*$|\.\.\.\.\s*$)/

function marked(lines: readonly string[], mark: '#' | '='): Heading[] {
  const pattern = mark === '#' ? /^(#{1,6})\s+(.+?)\s*#*$/ : /^(={1,6})\s+(.+?)$/
  const found: Heading[] = []
  let isFenced = false
  lines.forEach((text, at) => {
    if (FENCE.test(text)) isFenced = !isFenced
    const [, marks = '', title = ''] = (isFenced ? undefined : pattern.exec(text)) ?? []
    if (title) found.push({ title: plainTitle(title), level: marks.length, line: at + 1, body: at + 2 })
  })
  return found
}

/** In reStructuredText the order in which kinds of underlines first appear is their level. */
function underlined(lines: readonly string[]): Heading[] {
  const levels = new Map<string, number>()
  const found: Heading[] = []
  lines.forEach((text, at) => {
    const title = lines[at - 1]?.trim() ?? ''
    if (title === '' || !/^([=\-~^"'`#*+.:_<>])\1{2,}\s*$/.test(text) || text.trim().length < title.length)
      return
    const isOver = text.trim() === lines[at - 2]?.trim()
    const kind = `${text[0]}${isOver ? ' over' : ''}`
    if (!levels.has(kind)) levels.set(kind, levels.size + 1)
    found.push({ title: plainTitle(title), level: levels.get(kind) ?? 1, line: at, body: at + 2 })
  })
  return found
}

const plainTitle = (title: string): string =>
  title
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .slice(0, 200)

const FILE = /^(?:\.{0,2}\/)?[\w@.-]+(?:\/[\w@.-]+)*\.[a-z]{1,5}$/i

/** Paths in code marks and links; which of them are files is found when the document is linked. */
function nameFiles(facts: FileFacts, lines: readonly string[]): void {
  const seen = new Set<string>()
  lines.forEach((text, at) => {
    for (const [, code = '', link = ''] of text.matchAll(/`([^`\s]+)`|\]\(([^)\s#]+)/g)) {
      const path = (code || link).replace(/:\d+$/, '').replace(/^\.\//, '')
      const from = innermost(facts, at + 1)
      if (!FILE.test(path) || seen.has(`${from} ${path}`)) continue
      seen.add(`${from} ${path}`)
      facts.imports.push({ specifier: `doc:${path}`, line: at + 1, ...(from < 0 ? {} : { from }) })
    }
  })
}

const innermost = (facts: FileFacts, line: number): number =>
  facts.symbols.findLastIndex((one) => one.line <= line && one.endLine >= line)
