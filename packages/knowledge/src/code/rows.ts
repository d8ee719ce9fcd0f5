// Facts as rows of the database, and what differs between two lists of edges.
import type { FileFacts, SymbolFact } from './facts.ts'
import { holderKey } from './places.ts'
import type { EdgeRow, FileRow, NodeRow } from './store/store.ts'
import { isTest } from './test-file.ts'
import type { FileText } from './tree.ts'

/** A file's facts as they were found or kept. */
export interface Read {
  facts: FileFacts
  outward: string
  problem?: string | undefined
}

export const fileRow = (
  given: FileText,
  read: Read | undefined,
): Omit<FileRow, 'id' | 'path' | 'version' | 'targets'> => ({
  hash: given.hash,
  outward: read?.outward ?? '',
  language: read?.facts.language ?? '',
  size: given.sizeBytes,
  lines: read?.facts.lines ?? 0,
  problem: given.problem ?? read?.problem,
  imports: read?.facts.imports.map((one) => one.specifier).join('\n') ?? '',
})

export const fileNode = (file: FileRow): NodeRow => ({
  path: '',
  name: file.path,
  kind: 'file',
  line: 1,
  endLine: file.lines,
  column: 1,
  exported: false,
  nested: false,
  parent: holderKey(file.path),
  signature: '',
  doc: '',
  docLine: 0,
  complexity: 0,
})

const DOC_LENGTH = 4000

export const symbolNode = (
  symbol: SymbolFact,
  parent: SymbolFact | undefined,
  { path, language }: Pick<FileRow, 'path' | 'language'>,
): NodeRow => ({
  path: symbol.path,
  name: symbol.name,
  kind: isTest(symbol, path, language) ? 'test' : symbol.kind,
  line: symbol.line,
  endLine: symbol.endLine,
  column: symbol.column,
  exported: symbol.exported === true,
  nested: symbol.nested === true,
  parent: parent?.path ?? '',
  signature: symbol.signature,
  doc: symbol.doc?.slice(0, DOC_LENGTH) ?? '',
  docLine: symbol.docLine ?? 0,
  complexity: symbol.complexity,
})

export const isSame = (before: readonly EdgeRow[], after: readonly EdgeRow[]): boolean =>
  before.length === after.length &&
  before.every((one, at) => {
    const other = after[at]
    return other && keyOf(one) === keyOf(other) && one.line === other.line && one.column === other.column
  })

const keyOf = (edge: EdgeRow) => `${edge.source} ${edge.target} ${edge.kind} ${edge.rule}`

/** Edges in one list only: where they stand in the file is nothing to the graph. */
export function changed(before: readonly EdgeRow[], after: readonly EdgeRow[]): EdgeRow[] {
  const counts = new Map<string, number>()
  for (const one of before) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) - 1)
  for (const one of after) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return [...before, ...after].filter((one) => counts.get(keyOf(one)) !== 0)
}
