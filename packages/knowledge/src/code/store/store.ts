// Reads and writes the code map's database. All statements of the map are here.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { FileFacts } from '../facts.ts'
import type { Columns } from '../graph.ts'
import { edgeStatements, textOf, type Prepared } from './edges.ts'
import { fileStatements } from './files.ts'
import { moreWordsOf, nodeStatements } from './nodes.ts'
import { seenStatements, type SeenStore } from './seen.ts'
import { touchStatements, type TouchStore } from './touches.ts'
import { LATE_INDEXES, SCHEMA, SCHEMA_VERSION } from './schema.ts'

export interface FileRow {
  id: number
  path: string
  hash: string
  version: string
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

/** With the number of its row. */
export interface KeptEdge extends EdgeRow {
  row: number
}

export type Row = Record<string, string | number | null>

export interface Store extends SeenStore, TouchStore {
  /** All or nothing; nested calls are not meant. */
  atomically<T>(run: () => T): T
  /** The same for the first rows of a working copy, if `run` says that it wrote them: what they are found by is made when all are there. */
  fill(run: () => boolean): void
  files(): FileRow[]
  /** With the id of a file that is known already, its new state. */
  putFile(row: Omit<FileRow, 'id'>, id?: number): number
  putTargets(id: number, targets: string): void
  removeFile(id: number): void
  facts(hash: string, version: string): FileFacts | undefined
  putFacts(given: { hash: string; version: string; facts: FileFacts }): void
  dropUnusedFacts(): void
  nodesOf(file: number): Map<string, number>
  /** Gives the first one's id; the others follow it. */
  putNodes(file: number | null, rows: readonly NodeRow[]): number
  /** Nodes that lie in no file, by their key. */
  outsideNodes(): Map<string, number>
  /** Whether an edge leads to it or from it. */
  isNamed(node: number): boolean
  /** Without `words` where what it is found by is still the same. */
  changeNode(id: number, row: NodeRow, words?: boolean): void
  removeNode(id: number): void
  edgesOf(file: number): KeptEdge[]
  removeEdges(rows: readonly KeptEdge[]): void
  addEdges(file: number, rows: readonly EdgeRow[]): void
  /** Takes away all edges of a rule. */
  dropEdges(rule: string): void
  edgesAt(node: number, isIn: boolean): { other: number; bits: number }[]
  graphColumns(): { size: number; columns: Columns }
  /** Rows of any reading question. */
  all(sql: string, ...values: (string | number)[]): Row[]
  /** The same as lists of texts and numbers, for answers of a hundred thousand rows. */
  lists(sql: string, ...values: (string | number)[]): (string | number)[][]
  /** Another one after any change of the database, by whomever. */
  state(): string
  /** Another one after a change by another process. */
  foreignState(): number
  close(): void
}

/** Opens (and where needed makes) the database in that file for one working copy; `:memory:` for a map that is not kept. */
export function openStore(path: string, root: string): Store {
  const db = openDatabase(path)
  db.function('words_of', { deterministic: true }, (name) => moreWordsOf(textOf(name)))
  const copy = copyOf(db, root)
  const kept = new Map<string, StatementSync>()
  const on = (sql: string): StatementSync => {
    const known = kept.get(sql)
    if (known) return known
    const made = db.prepare(sql)
    kept.set(sql, made)
    return made
  }
  const session: Session = { db, on, copy, filling: { is: false } }
  return {
    ...fileStatements(session),
    ...nodeStatements(session),
    ...edgeStatements(session),
    ...seenStatements(session),
    ...touchStatements(session),
    ...whole(session),
  }
}

interface Session extends Prepared {
  db: DatabaseSync
  filling: { is: boolean }
}

function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  // Everything here comes from the sources, so a power cut may cost a new index, never truth.
  db.exec(
    `pragma synchronous = off; pragma busy_timeout = ${PATIENCE_MS}; pragma temp_store = memory; pragma cache_size = -16000`,
  )
  if (versionOf(db) === SCHEMA_VERSION) {
    db.exec(LOGGED)
    return db
  }
  // All tables go: in which order is of no matter. Within a transaction it could not be turned off.
  db.exec('pragma foreign_keys = off; begin immediate')
  // Another process may have made them meanwhile.
  if (versionOf(db) !== SCHEMA_VERSION) makeTables(db)
  db.exec('commit')
  return db
}

/** As long as the first index of a large repository, which another process may be at. */
const PATIENCE_MS = 120_000

const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0)

function makeTables(db: DatabaseSync): void {
  const tables = db
    .prepare(
      "select name, type from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' and name not like 'node_text_%'",
    )
    .all()
  for (const one of tables) db.exec(`drop ${String(one['type'])} if exists "${String(one['name'])}"`)
  db.exec(`${SCHEMA}; pragma user_version = ${SCHEMA_VERSION}`)
}

// Whoever asks goes on reading while a change is written. The first rows need no log: nobody reads them yet, and there
// each page would be written twice.
const LOGGED = 'pragma journal_mode = wal'

function copyOf(db: DatabaseSync, root: string): number {
  db.prepare('insert into copy (root) values (?) on conflict do nothing').run(root)
  return Number(db.prepare('select id from copy where root = ?').get(root)?.['id'])
}

function whole({
  db,
  on,
  copy,
  filling,
}: Session): Pick<
  Store,
  'atomically' | 'fill' | 'all' | 'lists' | 'state' | 'foreignState' | 'close' | 'dropUnusedFacts'
> {
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
        filling.is = true
        try {
          if (run()) indexWords(on, copy)
        } finally {
          filling.is = false
        }
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
    foreignState: () => Number(on('select data_version n from pragma_data_version').get()?.['n']),
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

/** Of all nodes of a working copy that has none yet. */
function indexWords(on: Prepared['on'], copy: number): void {
  on(
    'insert into node_text (rowid, name, words, signature, doc) select id, name, words_of(name), signature, doc from node where copy = ?',
  ).run(copy)
}

/** Stands for the working copy's own id in `all`. */
export const COPY = '\0copy'

const plain = (row: object): Row => {
  const made: Row = {}
  for (const [key, value] of Object.entries(row))
    made[key] = typeof value === 'number' || typeof value === 'string' ? value : null
  return made
}
