// Facts as rows of the database, and what differs between two lists of edges.
import type { FileFacts, SymbolFact } from './facts.ts'
import { holderKey } from './places.ts'
import type { EdgeRow, FileRow, KeptEdge, NodeRow } from './store/store.ts'
import { isTest } from './test-file.ts'
import type { FileText } from './tree.ts'

/** A file's facts as they were found or kept. */
export interface Read {
  facts: FileFacts
  problem?: string | undefined
}

export const fileRow = (
  given: FileText,
  read: Read | undefined,
): Omit<FileRow, 'id' | 'path' | 'version' | 'targets'> => ({
  hash: given.hash,
  language: read?.facts.language ?? '',
  size: given.sizeBytes,
  lines: read?.facts.lines ?? 0,
  problem: given.problem ?? read?.problem,
  imports: read?.facts.imports.map((one) => one.specifier).join('\n') ?? '',
})

const fileNode = (file: FileRow): NodeRow => ({
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

const symbolNode = (
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

/** The file itself first. */
export function nodeRows(file: FileRow, facts: FileFacts | undefined): NodeRow[] {
  const rows = [fileNode(file)]
  for (const one of facts?.symbols ?? [])
    if (one.path) rows.push(symbolNode(one, facts?.symbols[one.parent], file))
  return rows
}

const placeKey = (edge: EdgeRow) => `${edgeKey(edge)} ${edge.line} ${edge.column}`

const edgeKey = (edge: EdgeRow) => `${edge.source} ${edge.target} ${edge.kind} ${edge.rule}`

/** What leads from one list of edges to the other. */
export interface EdgeChanges {
  gone: KeptEdge[]
  come: EdgeRow[]
}

export function edgeChanges(before: readonly KeptEdge[], after: readonly EdgeRow[]): EdgeChanges {
  const kept = new Map<string, KeptEdge[]>()
  for (const one of before) {
    const key = placeKey(one)
    const known = kept.get(key)
    if (known) known.push(one)
    else kept.set(key, [one])
  }
  const come = after.filter((one) => kept.get(placeKey(one))?.pop() === undefined)
  return { gone: [...kept.values()].flat(), come }
}

/** Those of them that are new to the graph, or gone from it: where they stand in the file is nothing to it. */
export function graphChanges({ gone, come }: EdgeChanges): EdgeRow[] {
  const counts = new Map<string, number>()
  for (const one of gone) counts.set(edgeKey(one), (counts.get(edgeKey(one)) ?? 0) - 1)
  for (const one of come) counts.set(edgeKey(one), (counts.get(edgeKey(one)) ?? 0) + 1)
  return [...gone, ...come].filter((one) => counts.get(edgeKey(one)) !== 0)
}

export const isSameNode = (one: NodeRow, other: NodeRow): boolean =>
  isSameText(one, other) &&
  one.kind === other.kind &&
  one.line === other.line &&
  one.endLine === other.endLine &&
  one.column === other.column &&
  one.exported === other.exported &&
  one.nested === other.nested &&
  one.parent === other.parent &&
  one.docLine === other.docLine &&
  one.complexity === other.complexity

/** The words by which they are found. */
export const isSameText = (one: NodeRow, other: NodeRow): boolean =>
  one.name === other.name && one.signature === other.signature && one.doc === other.doc
