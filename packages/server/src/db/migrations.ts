// Brings a database to the schema of this release: numbered steps, forward only, each in a transaction of its own.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { Problem } from './thread-message.ts'

export interface Migration {
  number: number
  name: string
  sql: string
}

const FILE = /^(\d{4})-([a-z0-9-]+)\.sql$/

/** The steps of a folder, in order. A bundle passes its own list in place of this. */
export function loadMigrations(folder: URL = new URL('./migrations/', import.meta.url)): Migration[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const [, number, name] = FILE.exec(file) ?? []
      if (!number || !name) return []
      return [{ number: Number(number), name, sql: readFileSync(new URL(file, folder), 'utf8') }]
    })
}

/** Carries a problem of a start out of the calls that found it. */
export class StartProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(JSON.stringify(problem))
    this.problem = problem
  }
}

/**
 * Applies what is missing and answers with the names of the steps. Refuses, changing nothing, a database of a newer
 * release and one whose applied steps were changed afterwards.
 */
export function migrate(
  database: DatabaseSync,
  migrations: readonly Migration[],
  { path, at }: { path: string; at: number },
): string[] {
  database.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  )
  const applied = new Map(
    database
      .prepare('SELECT number, checksum FROM migrations')
      .all()
      .map((row) => [row['number'], row['checksum']]),
  )
  refuseForeign(applied, migrations, path)
  const missing = migrations.filter((step) => !applied.has(step.number))
  for (const step of missing) apply(database, step, at)
  return missing.map((step) => step.name)
}

function refuseForeign(applied: Map<unknown, unknown>, migrations: readonly Migration[], path: string) {
  const known = new Map(migrations.map((step) => [step.number, step]))
  for (const [number, checksum] of applied) {
    const step = typeof number === 'number' ? known.get(number) : undefined
    if (!step) {
      const details = { path, found: String(number), known: Math.max(...known.keys()) }
      throw new StartProblem({ fault: 'store.newer', details })
    }
    if (checksum !== checksumOf(step)) {
      throw new StartProblem({ bug: `migration ${step.name} was changed after it was applied to ${path}` })
    }
  }
}

function apply(database: DatabaseSync, step: Migration, at: number) {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(step.sql)
    database
      .prepare('INSERT INTO migrations (number, name, checksum, at) VALUES (?, ?, ?, ?)')
      .run(step.number, step.name, checksumOf(step), at)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

const checksumOf = (step: Migration) => createHash('sha256').update(step.sql).digest('hex')
