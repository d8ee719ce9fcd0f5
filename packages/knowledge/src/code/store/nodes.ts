// The statements over nodes, and over the words by which they are found.
import { textOf, type Prepared } from './edges.ts'
import type { NodeRow, Store } from './store.ts'
import { wordsOf } from './words.ts'

/** Nothing for what is one word as it stands. */
const moreWordsOf = (name: string): string => (/^[a-z0-9]*$/.test(name) ? '' : wordsOf(name))

export function nodeStatements({
  on,
  copy,
}: Prepared): Pick<Store, 'nodesOf' | 'putNode' | 'changeNode' | 'removeNode' | 'outsideNodes' | 'isNamed'> {
  const index = (id: number, row: NodeRow) =>
    on('insert into node_text (rowid, name, words, signature, doc) values (?,?,?,?,?)').run(
      id,
      row.name,
      moreWordsOf(row.name),
      row.signature,
      row.doc,
    )
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
    putNode(file, row) {
      const made = on(
        `insert into node (copy, file, path, name, kind, line, end_line, col, exported, nested, parent, signature, doc, doc_line, complexity)
         values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      ).run(copy, file, row.path, ...values(row))
      const id = Number(made.lastInsertRowid)
      index(id, row)
      return id
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
