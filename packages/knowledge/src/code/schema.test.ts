// Schemas of databases: SQLite for real, servers through their clients, and no password in any message.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '@tutti/core'
import { expect, onTestFinished, test } from 'vitest'
import { readSchema, schemaSql } from './schema.ts'
import { sql } from './text/sql.ts'

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-schema-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a SQLite database is read, and its SQL is what the map reads', () => {
  const folder = aFolder()
  const db = new DatabaseSync(join(folder, 'shop.db'))
  db.exec(
    'create table owner (id integer primary key); create table item (id integer primary key, "odd name" text not null, owner integer references owner(id))',
  )
  db.close()

  const text = schemaSql(readSchema(`sqlite:${folder}/shop.db`, { env: {} }))

  expect(text).toContain('"odd name" TEXT not null,\n  owner INTEGER references owner(id)')
  expect(sql.extract('schema.sql', text).symbols.map((one) => `${one.kind} ${one.path}`)).toEqual([
    'table item',
    'column item.id',
    'column item.odd name',
    'column item.owner',
    'table owner',
    'column owner.id',
  ])
})

/** A client program that writes down how it was called and then answers as told. */
function aClient(name: string, answer: string): { env: { PATH: string }; called: () => string } {
  const folder = aFolder()
  writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/called\n${answer}\n`)
  chmodSync(join(folder, name), 0o755)
  return {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    called: () => readFileSync(join(folder, 'called'), 'utf8'),
  }
}

const message = (run: () => unknown): string => {
  try {
    run()
    return ''
  } catch (error) {
    return error instanceof Fault
      ? `${error.code} ${error.message} ${JSON.stringify(error.details)}`
      : `not a fault: ${String(error)}`
  }
}

test('C32 a wrong password is told without the password, and never stands in the arguments', () => {
  const client = aClient(
    'psql',
    'echo "FATAL: password authentication failed for user x ($PGPASSWORD)" >&2; exit 2',
  )
  const said = message(() => readSchema('postgres://reader:hunter%402@localhost:5433/shop', client))
  expect(said).toContain('map.schema-refused')
  expect(said).toContain('postgres://localhost:5433/shop')
  expect(said).not.toMatch(/hunter/)
  expect(client.called()).not.toMatch(/hunter/)
})

test('C32 a password in the variable of the client is used, and told as little', () => {
  const client = aClient('psql', 'echo "wrong: $PGPASSWORD" >&2; exit 2')
  const env = { ...client.env, PGPASSWORD: 'hunter2' }
  const said = message(() => readSchema('postgres://reader@localhost/shop', { env }))
  expect(said).toContain('wrong: …')
})

test('C33 an address that is no URL is not repeated', () => {
  expect(message(() => readSchema('reader:hunter2@shop', { env: {} }))).not.toMatch(/hunter2/)
})

test('rows of a server become tables, and its session may not write', () => {
  const client = aClient(
    'psql',
    `printf 'public.item\\tid\\tinteger\\tNO\\t\\npublic.item\\towner\\tinteger\\tYES\\tpublic.owner(id)\\n'; test -n "$PGOPTIONS" || exit 1`,
  )
  expect(schemaSql(readSchema('postgres://reader@localhost/shop', client))).toBe(
    'create table public.item (\n  id integer not null,\n  owner integer references public.owner(id)\n);\n',
  )
})

test('C32 MySQL gets its password by the environment alone, over TCP, and may not write', () => {
  // As the client of a MySQL 5.6 answered: a tab within a value is written as two signs.
  const client = aClient(
    'mysql',
    String.raw`test "$MYSQL_PWD" = "hunter@2" || exit 1; printf '%s\n' 'Item	kind	enum('"'"'a'"'"','"'"'b\tc'"'"')	YES	' 'Item	owner_id	int(10) unsigned	NO	owner(id)'`,
  )
  const text = schemaSql(readSchema('mysql://reader:hunter%402@[::1]:3307/shop', client))

  expect(text).toBe(
    String.raw`create table "Item" (
  kind enum('a','b\tc'),
  owner_id int(10) unsigned not null references owner(id)
);
`,
  )
  const called = client.called().split('\n')
  expect(called).toEqual(
    expect.arrayContaining([
      '--protocol=tcp',
      '--host=::1',
      '--port=3307',
      '--init-command=set session transaction read only',
    ]),
  )
  expect(called.join(' ')).not.toMatch(/hunter|--raw/)
})

test('C32 a MySQL that refuses says so without the password, however it repeats it', () => {
  const client = aClient(
    'mysql',
    'echo "ERROR 1045 (28000): Access denied for reader using $MYSQL_PWD and hunter%402" >&2; exit 1',
  )
  const said = message(() => readSchema('mysql://reader:hunter%402@localhost/shop', client))
  expect(said).toContain('Access denied')
  expect(said).not.toMatch(/hunter/)
})

test('a line that must be checked is asked to be checked, and an address without a database is refused', () => {
  const client = aClient('psql', 'test "$PGSSLMODE" = verify-full || exit 1')
  expect(readSchema('postgres://reader@db.example/shop?sslmode=verify-full', client)).toEqual([])
  expect(message(() => readSchema('postgres://reader:hunter2@db.example', client))).toMatch(
    /map\.schema-refused(?!.*hunter)/,
  )
})

test('a client that is not installed is named', () => {
  expect(message(() => readSchema('mysql://a@localhost/shop', { env: { PATH: '/nowhere' } }))).toContain(
    'the program mysql is not installed',
  )
})
