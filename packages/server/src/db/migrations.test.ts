// Migrations go forward only: from an empty file and from every earlier state to the same schema.
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { StartProblem, loadMigrations, migrate } from './migrations.ts'
import type { Migration } from './migrations.ts'

const PLACE = { path: '/data/tutti.db', at: 1 }
const steps = loadMigrations()

const schemaOf = (database: DatabaseSync) =>
  database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()

function migrated(...stages: (readonly Migration[])[]) {
  const database = new DatabaseSync(':memory:')
  for (const stage of stages) migrate(database, stage, PLACE)
  return database
}

const problemOf = (run: () => unknown) => {
  try {
    run()
    return null
  } catch (error) {
    return error instanceof StartProblem ? error.problem : String(error)
  }
}

test('steps are numbered upwards from 1, and no number comes twice', () => {
  const numbers = steps.map((step) => step.number)
  expect(numbers[0]).toBe(1)
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
})

test('every earlier state ends in the same schema as an empty file', () => {
  const whole = schemaOf(migrated(steps))
  expect(whole.length).toBeGreaterThan(4)
  for (let before = 0; before <= steps.length; before++) {
    expect(schemaOf(migrated(steps.slice(0, before), steps))).toEqual(whole)
  }
})

test('asks of before are kept, go with their agent, and may be of an agent that has no row here', () => {
  const before = steps.filter(({ number }) => number < 19)
  const database = migrated(before)
  const row = (id: string, agent: string) =>
    `INSERT INTO attention (id, agent_id, ref, kind, receipt, created_at, value, version)
     VALUES ('${id}', '${agent}', 'r', 'question', 'pending', 1, '{}', 1)`
  database.exec('PRAGMA foreign_keys = OFF')
  database.exec(row('att_1', 'agt_1'))
  database.exec('PRAGMA foreign_keys = ON')
  migrate(database, steps, PLACE)
  database.exec(row('att_2', 'agt_elsewhere'))
  const columns = database
    .prepare('SELECT name, type, "notnull" AS must, dflt_value AS usual FROM pragma_table_info(\'agents\')')
    .all()
    .filter(({ name, must, usual }) => name === 'id' || (must === 1 && usual === null))
  const values = columns.map(({ name, type }) =>
    name === 'id' ? "'agt_1'" : type === 'BLOB' ? "x''" : "'1'",
  )
  database.exec(
    `INSERT INTO agents (${columns.map(({ name }) => name).join(', ')}) VALUES (${values.join(', ')})`,
  )

  database.exec("DELETE FROM agents WHERE id = 'agt_1'")

  expect(database.prepare('SELECT id FROM attention').all()).toEqual([{ id: 'att_2' }])
})

test('a step that fails leaves the state before it', () => {
  const bad = {
    number: 5000,
    name: 'bad',
    sql: 'CREATE TABLE half (n INTEGER); CREATE TABLE half (n INTEGER);',
  }
  const database = migrated(steps)
  const before = schemaOf(database)

  expect(problemOf(() => migrate(database, [...steps, bad], PLACE))).toMatch('already exists')

  expect(schemaOf(database)).toEqual(before)
  expect(database.isTransaction).toBe(false)
})

test('a database from a newer release is refused with both numbers', () => {
  const database = migrated([...steps, { number: 5001, name: 'later', sql: 'SELECT 1' }])
  expect(problemOf(() => migrate(database, steps, PLACE))).toEqual({
    fault: 'store.newer',
    details: { path: PLACE.path, found: '5001', known: steps.at(-1)?.number ?? 0 },
  })
})

test('a step that was edited after it ran is refused', () => {
  const database = migrated(steps)
  const edited = steps.map(({ number, name, sql }) => ({ number, name, sql: `${sql} ` }))
  expect(problemOf(() => migrate(database, edited, PLACE))).toMatchObject({
    bug: expect.stringContaining('was changed'),
  })
})
