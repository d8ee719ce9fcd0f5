// The statements over files and over what was read from them.
import type { FileFacts } from '../facts.ts'
import { textOf, type Prepared } from './edges.ts'
import type { Store } from './store.ts'

export function fileStatements({
  on,
  copy,
}: Prepared): Pick<Store, 'files' | 'putFile' | 'putTargets' | 'removeFile' | 'facts' | 'putFacts'> {
  return {
    files: () =>
      on('select * from file where copy = ?')
        .all(copy)
        .map((row) => ({
          id: Number(row['id']),
          path: textOf(row['path']),
          hash: textOf(row['hash']),
          version: textOf(row['version']),
          language: textOf(row['language']),
          size: Number(row['size']),
          lines: Number(row['lines']),
          problem: textOf(row['problem']) || undefined,
          imports: textOf(row['imports']),
          targets: textOf(row['targets']),
        })),
    putFile(row, id) {
      const values = [
        row.hash,
        row.version,
        row.language,
        row.size,
        row.lines,
        row.problem ?? null,
        row.imports,
        row.targets,
      ]
      if (id !== undefined) {
        on(
          `update file set hash = ?, version = ?, language = ?, size = ?, lines = ?, problem = ?, imports = ?, targets = ?
           where id = ?`,
        ).run(...values, id)
        return id
      }
      const made = on(
        `insert into file (hash, version, language, size, lines, problem, imports, targets, copy, path)
         values (?,?,?,?,?,?,?,?,?,?)`,
      ).run(...values, copy, row.path)
      return Number(made.lastInsertRowid)
    },
    putTargets: (id, targets) => {
      on('update file set targets = ? where id = ?').run(targets, id)
    },
    removeFile(id) {
      on('delete from edge where file = ?').run(id)
      on('delete from seen where file = ?').run(id)
      on('delete from seen where saw = ?').run(id)
      on('delete from node_text where rowid in (select id from node where copy = ? and file = ?)').run(
        copy,
        id,
      )
      on('delete from node where copy = ? and file = ?').run(copy, id)
      on('delete from file where id = ?').run(id)
    },
    facts(hash, version) {
      const row = on('select json from facts where hash = ? and version = ?').get(hash, version)
      if (!row) return undefined
      // Written by putFacts in this version, so of this shape.
      return JSON.parse(textOf(row['json'])) as FileFacts // oxlint-disable-line typescript/no-unsafe-type-assertion
    },
    putFacts({ hash, version, facts }) {
      on('insert into facts (hash, version, json) values (?,?,?) on conflict do nothing').run(
        hash,
        version,
        JSON.stringify(facts),
      )
    },
  }
}
