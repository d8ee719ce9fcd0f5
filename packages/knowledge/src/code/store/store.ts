// Reads and writes the code map's database. All statements of the map are here.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { FileFacts } from '../facts.ts'
import type { Columns } from '../graph.ts'
import { edgeStatements, type Prepared } from './edges.ts'
import { LATE_INDEXES, SCHEMA, SCHEMA_VERSION } from './schema.ts'

export interface FileRow {
  id: number
  path: string
  hash: string
  version: string
  outward: string
  language: string
  size: number
  lines: number
  problem?: string | undefined
  /** Specifiers of its imports and the paths that they lead to, a line each. */
  imports: string
  targets: string
}

export interface NodeRow {
  path: string
  name: string
  kind: string
  line: number
  endLine: number
  column: number
  exported: boolean
  nested: boolean
  parent: string
  signature: string
  doc: string
  docLine: number
  complexity: number
}

/** An edge as it is kept: nodes by id. */
export interface EdgeRow {
  source: number
  target: number
  kind: string
  rule: string
  line: number
  column: number
}

export type Row = Record<string, string | number | null>

export interface Store {
  /** All or nothing; nested calls are not meant. */
  atomically<T>(run: () => T): T
  /** The same for the first rows of a working copy: in an empty database indexes are made when all rows are there. */
  fill(run: () => void): void
  files(): FileRow[]
  /** With the id of a file that is known already, its new state. */
  putFile(row: Omit<FileRow, 'id'>, id?: number): number
  putTargets(id: number, targets: string): void
  removeFile(id: number): void
  facts(hash: string, version: string): FileFacts | undefined
  putFacts(given: { hash: string; version: string; facts: FileFacts }): void
  dropUnusedFacts(): void
  nodesOf(file: number): Map<string, number>
  putNode(file: number | null, row: NodeRow): number
  /** Nodes that lie in no file, by their key. */
  outsideNodes(): Map<string, number>
  /** Whether an edge leads to it or from it. */
  isNamed(node: number): boolean
  changeNode(id: number, row: NodeRow): void
  removeNode(id: number): void
  edgesOf(file: number): EdgeRow[]
  replaceEdges(file: number, rows: readonly EdgeRow[]): void
  addEdges(file: number, rows: readonly EdgeRow[]): void
  /** Takes away all edges of a rule. */
  dropEdges(rule: string): void
  replaceSeen(file: number, saw: readonly number[]): void
  addSeen(file: number, saw: readonly number[]): void
  whoSaw(file: number): number[]
  edgesAt(node: number, isIn: boolean): { other: number; bits: number }[]
  graphColumns(): { size: number; columns: Columns }
  /** Rows of any reading question. */
  all(sql: string, ...values: (string | number)[]): Row[]
  /** The same as lists of texts and numbers, for answers of a hundred thousand rows. */
  lists(sql: string, ...values: (string | number)[]): (string | number)[][]
  /** Another one after any change of the database, by whomever. */
  state(): string
  close(): void
}

/** Opens (and where needed makes) the database in that file for one working copy; `:memory:` for a map that is not kept. */
export function openStore(path: string, root: string): Store {
  const db = openDatabase(path)
  const copy = copyOf(db, root)
  const kept = new Map<string, StatementSync>()
  const on = (sql: string): StatementSync => {
    const known = kept.get(sql)
    if (known) return known
    const made = db.prepare(sql)
    kept.set(sql, made)
    return made
  }
  const session: Session = { db, on, copy }
  return {
    ...fileStatements(session),
    ...nodeStatements(session),
    ...edgeStatements(session),
    ...whole(session),
  }
}

interface Session extends Prepared {
  db: DatabaseSync
}

function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  // Everything here comes from the sources, so a power cut may cost a new index, never truth.
  db.exec(
    'pragma synchronous = off; pragma busy_timeout = 5000; pragma temp_store = memory; pragma cache_size = -16000',
  )
  const version = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0)
  if (version === SCHEMA_VERSION) {
    db.exec(LOGGED)
    return db
  }
  const tables = db
    .prepare(
      "select name, type from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' and name not like 'node_text_%'",
    )
    .all()
  // All of them go: in which order is of no matter.
  db.exec('pragma foreign_keys = off')
  for (const one of tables) db.exec(`drop ${String(one['type'])} if exists "${String(one['name'])}"`)
  db.exec(`${SCHEMA}; pragma user_version = ${SCHEMA_VERSION}`)
  return db
}

// Whoever asks goes on reading while a change is written. The first rows need no log: nobody reads them yet, and there
// each page would be written twice.
const LOGGED = 'pragma journal_mode = wal'

function copyOf(db: DatabaseSync, root: string): number {
  db.prepare('insert into copy (root) values (?) on conflict do nothing').run(root)
  return Number(db.prepare('select id from copy where root = ?').get(root)?.['id'])
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function whole({
  db,
  on,
  copy,
}: Session): Pick<Store, 'atomically' | 'fill' | 'all' | 'lists' | 'state' | 'close' | 'dropUnusedFacts'> {
  const atomically: Store['atomically'] = (run) => {
    db.exec('begin immediate')
    try {
      const result = run()
      db.exec('commit')
      return result
    } catch (error) {
      db.exec('rollback')
      throw error
    }
  }
  return {
    atomically,
    fill(run) {
      atomically(() => {
        const isEmpty = db.prepare('select 1 from node limit 1').get() === undefined
        if (isEmpty) for (const one of LATE_INDEXES.keys()) db.exec(`drop index ${one}`)
        run()
        if (isEmpty) for (const one of LATE_INDEXES.values()) db.exec(one)
      })
      db.exec(LOGGED)
    },
    all: (sql, ...values) =>
      on(sql)
        .all(...values.map((one) => (one === COPY ? copy : one)))
        .map((row) => plain(row)),
    lists(sql, ...values) {
      const statement = db.prepare(sql)
      statement.setReturnArrays(true)
      const rows: unknown = statement.all(...values.map((one) => (one === COPY ? copy : one)))
      // Lists, as was just asked for; the types of a statement know of objects only.
      return rows as (string | number)[][] // oxlint-disable-line typescript/no-unsafe-type-assertion
    },
    state: () =>
      JSON.stringify(on('select total_changes() own, data_version other from pragma_data_version').get()),
    // Facts of other hashes stay for a while on purpose: a branch switch comes back to them.
    dropUnusedFacts: () => {
      const count = Number(on('select count(*) n from facts').get()?.['n'])
      const used = Number(on('select count(distinct hash) n from file').get()?.['n'])
      if (count > used * 4 + 1000) on('delete from facts where hash not in (select hash from file)').run()
    },
    close: () => db.close(),
  }
}

/** Stands for the working copy's own id in `all`. */
export const COPY = '\0copy'

const plain = (row: object): Row => {
  const made: Row = {}
  for (const [key, value] of Object.entries(row))
    made[key] = typeof value === 'number' || typeof value === 'string' ? value : null
  return made
}

function fileStatements({
  on,
  copy,
}: Session): Pick<Store, 'files' | 'putFile' | 'putTargets' | 'removeFile' | 'facts' | 'putFacts'> {
  return {
    files: () =>
      on('select * from file where copy = ?')
        .all(copy)
        .map((row) => ({
          id: Number(row['id']),
          path: text(row['path']),
          hash: text(row['hash']),
          version: text(row['version']),
          outward: text(row['outward']),
          language: text(row['language']),
          size: Number(row['size']),
          lines: Number(row['lines']),
          problem: text(row['problem']) || undefined,
          imports: text(row['imports']),
          targets: text(row['targets']),
        })),
    putFile(row, id) {
      const values = [
        row.hash,
        row.version,
        row.outward,
        row.language,
        row.size,
        row.lines,
        row.problem ?? null,
        row.imports,
        row.targets,
      ]
      if (id !== undefined) {
        on(
          `update file set hash = ?, version = ?, outward = ?, language = ?, size = ?, lines = ?, problem = ?, imports = ?, targets = ?
           where id = ?`,
        ).run(...values, id)
        return id
      }
      const made = on(
        `insert into file (hash, version, outward, language, size, lines, problem, imports, targets, copy, path)
         values (?,?,?,?,?,?,?,?,?,?,?)`,
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
      return JSON.parse(text(row['json'])) as FileFacts // oxlint-disable-line typescript/no-unsafe-type-assertion
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

/** `parseHttpURL_v2` is also found by parse, http, url. */
const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[_\-/.]+/g, ' ')

function nodeStatements({
  on,
  copy,
}: Session): Pick<Store, 'nodesOf' | 'putNode' | 'changeNode' | 'removeNode' | 'outsideNodes' | 'isNamed'> {
  const index = (id: number, row: NodeRow) =>
    on('insert into node_text (rowid, name, words, signature, doc) values (?,?,?,?,?)').run(
      id,
      row.name,
      wordsOf(row.name),
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
          .map((row) => [text(row['path']), Number(row['id'])]),
      ),
    outsideNodes: () =>
      new Map(
        on('select id, path from node where copy = ? and file is null')
          .all(copy)
          .map((row) => [text(row['path']), Number(row['id'])]),
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
    changeNode(id, row) {
      on(
        `update node set name = ?, kind = ?, line = ?, end_line = ?, col = ?, exported = ?, nested = ?, parent = ?, signature = ?, doc = ?,
         doc_line = ?, complexity = ? where id = ?`,
      ).run(...values(row), id)
      on('delete from node_text where rowid = ?').run(id)
      index(id, row)
    },
    removeNode(id) {
      on('delete from node_text where rowid = ?').run(id)
      on('delete from node where id = ?').run(id)
    },
  }
}
