// The statements over nodes, and over the words by which they are found.
import { textOf, type Prepared } from './edges.ts'
import { createInsert } from './insert.ts'
import type { NodeRow, Store } from './store.ts'
import { wordsOf } from './words.ts'

/** Nothing for what is one word as it stands. */
export const moreWordsOf = (name: string): string => (/^[a-z0-9]*$/.test(name) ? '' : wordsOf(name))

const COLUMNS = [
  'id',
  'path',
  'name',
  'kind',
  'line',
  'end_line',
  'col',
  'exported',
  'nested',
  'parent',
  'signature',
  'doc',
  'doc_line',
  'complexity',
]

interface NodesPrepared extends Prepared {
  /** While the first rows of a working copy come, their words wait: all at once they cost a third. */
  filling: { is: boolean }
}

export function nodeStatements({
  on,
  copy,
  filling,
}: NodesPrepared): Pick<
  Store,
  'nodesOf' | 'putNodes' | 'changeNode' | 'removeNode' | 'outsideNodes' | 'isNamed'
> {
  const index = (id: number, row: NodeRow) => {
    if (filling.is) return
    on('insert into node_text (rowid, name, words, signature, doc) values (?,?,?,?,?)').run(
      id,
      row.name,
      moreWordsOf(row.name),
      row.signature,
      row.doc,
    )
  }
  const insert = createInsert({ on }, { table: 'node', fixed: ['copy', 'file'], columns: COLUMNS })
  const values = (row: NodeRow) => [
    row.name,
    row.kind,
    row.line,
    row.endLine,
    row.column,
    Number(row.exported),
    Number(row.nested),
    row.parent,
    row.signature,
    row.doc,
    row.docLine,
    row.complexity,
  ]
  return {
    nodesOf: (file) =>
      new Map(
        on('select id, path from node where copy = ? and file = ?')
          .all(copy, file)
          .map((row) => [textOf(row['path']), Number(row['id'])]),
      ),
    outsideNodes: () =>
      new Map(
        on('select id, path from node where copy = ? and file is null')
          .all(copy)
          .map((row) => [textOf(row['path']), Number(row['id'])]),
      ),
    isNamed: (node) =>
      on('select 1 from edge where source = ? union all select 1 from edge where target = ? limit 1').get(
        node,
        node,
      ) !== undefined,
    putNodes(file, rows) {
      const first = Number(on('select coalesce(max(id), 0) + 1 n from node').get()?.['n'])
      insert([copy, file], rows, (row, at) => [first + at, row.path, ...values(row)])
      for (const [at, row] of rows.entries()) index(first + at, row)
      return first
    },
    changeNode(id, row, words = true) {
      on(
        `update node set name = ?, kind = ?, line = ?, end_line = ?, col = ?, exported = ?, nested = ?, parent = ?, signature = ?, doc = ?,
         doc_line = ?, complexity = ? where id = ?`,
      ).run(...values(row), id)
      if (!words) return
      on('delete from node_text where rowid = ?').run(id)
      index(id, row)
    },
    removeNode(id) {
      on('delete from node_text where rowid = ?').run(id)
      on('delete from node where id = ?').run(id)
    },
  }
}
