// The statements over edges, and the columns from which the graph is built.
import type { StatementSync } from 'node:sqlite'
import { columnsOf, EDGE_BIT, LIKELY, type Columns } from '../graph.ts'
import { CERTAIN, CONFIDENCE } from '../link/edges.ts'
import { createInsert } from './insert.ts'
import type { Store } from './store.ts'

/** What the statements need: prepared ones by their text, and the working copy. */
export interface Prepared {
  on(sql: string): StatementSync
  copy: number
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const CONFIDENCES = new Map<string, number>(Object.entries(CONFIDENCE))

export const confidenceOf = (rule: string): number => CONFIDENCES.get(rule) ?? 1

const bitsOf = (kind: string, rule: string): number =>
  (EDGE_BIT[kind] ?? 0) | (confidenceOf(rule) < CERTAIN ? LIKELY : 0)

export function edgeStatements({
  on,
  copy,
}: Prepared): Pick<Store, 'edgesOf' | 'removeEdges' | 'addEdges' | 'dropEdges' | 'edgesAt' | 'graphColumns'> {
  const insert = createInsert(
    { on },
    {
      table: 'edge',
      fixed: ['file'],
      columns: ['source', 'target', 'kind', 'rule', 'line', 'col'],
    },
  )
  return {
    edgesOf: (file) =>
      on('select rowid, source, target, kind, rule, line, col from edge where file = ?')
        .all(file)
        .map((row) => ({
          row: Number(row['rowid']),
          source: Number(row['source']),
          target: Number(row['target']),
          kind: textOf(row['kind']),
          rule: textOf(row['rule']),
          line: Number(row['line']),
          column: Number(row['col']),
        })),
    removeEdges(rows) {
      for (const one of rows) on('delete from edge where rowid = ?').run(one.row)
    },
    addEdges: (file, rows) =>
      insert([file], rows, ({ source, target, kind, rule, line, column }) => [
        source,
        target,
        kind,
        rule,
        line,
        column,
      ]),
    dropEdges(rule) {
      on('delete from edge where rule = ? and file in (select id from file where copy = ?)').run(rule, copy)
    },
    edgesAt(node, isIn) {
      const sql = isIn
        ? 'select source other, kind, rule from edge where target = ?'
        : 'select target other, kind, rule from edge where source = ?'
      return on(sql)
        .all(node)
        .map((row) => ({
          other: Number(row['other']),
          bits: bitsOf(textOf(row['kind']), textOf(row['rule'])),
        }))
    },
    graphColumns: () => readColumns({ on, copy }),
  }
}

function readColumns({ on, copy }: Prepared): { size: number; columns: Columns } {
  const count = Number(
    on('select count(*) n from edge e join file f on f.id = e.file where f.copy = ?').get(copy)?.['n'],
  )
  const size = Number(on('select coalesce(max(id), 0) + 1 n from node').get()?.['n'])
  const columns = columnsOf(count)
  const known = new Map<string, number>()
  let at = 0
  const rows = on(
    'select e.source, e.target, e.kind, e.rule from edge e join file f on f.id = e.file where f.copy = ?',
  ).iterate(copy)
  for (const row of rows) {
    const key = `${textOf(row['kind'])} ${textOf(row['rule'])}`
    let bits = known.get(key)
    if (bits === undefined) known.set(key, (bits = bitsOf(textOf(row['kind']), textOf(row['rule']))))
    columns.sources[at] = Number(row['source'])
    columns.targets[at] = Number(row['target'])
    columns.bits[at] = bits
    at += 1
  }
  return { size, columns }
}
