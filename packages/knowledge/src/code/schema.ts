// Asks a database for its schema and writes it as SQL, which the map reads like any migration. Reads only: SQLite is opened
// read-only, servers are asked in a session that refuses writes. A password goes by the environment of the client program,
// never by its arguments, and is in no message.
import { spawnSync } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { fault } from '@tutti/core'

export interface Column {
  table: string
  name: string
  type: string
  isRequired: boolean
  /** `table(column)` that it leads to. */
  references: string
}

export interface SchemaDeps {
  env: Readonly<Record<string, string | undefined>>
}

/** `sqlite:PATH`, `postgres://…` or `mysql://…`; faults name the database without its user and password. */
export function readSchema(url: string, deps: SchemaDeps): Column[] {
  const place = placeOf(url)
  if (place.protocol === 'sqlite:' || place.protocol === 'file:') return fromSqlite(place)
  const ask = SERVERS[place.protocol]
  if (!ask || place.pathname.length < 2) throw unreadable()
  return parseRows(ask(place, deps))
}

function placeOf(url: string): URL {
  const place = URL.canParse(url) ? new URL(url) : undefined
  if (place) return place
  throw unreadable()
}

/** Of such an address any part may be a password. */
const unreadable = () =>
  fault('map.schema-refused', {
    database: 'the database',
    problem: 'its address is none such as sqlite:PATH, postgres://HOST/NAME or mysql://HOST/NAME',
  })

const refused = (place: URL, problem: string) =>
  fault('map.schema-refused', { database: `${place.protocol}//${place.host}${place.pathname}`, problem })

function fromSqlite(place: URL): Column[] {
  const path = place.protocol === 'file:' ? fileURLToPath(place) : decodeURIComponent(place.pathname)
  let db: DatabaseSync
  try {
    db = new DatabaseSync(path, { readOnly: true })
  } catch (error) {
    throw refused(place, error instanceof Error ? error.message : String(error))
  }
  try {
    const rows = db
      .prepare(
        `select t.name tbl, c.name col, c.type, c."notnull" needed,
         (select f."table" || '(' || coalesce(f."to", 'rowid') || ')' from pragma_foreign_key_list(t.name) f where f."from" = c.name) leads
         from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%' order by t.name, c.cid`,
      )
      .all()
    return rows.map((row) => ({
      table: String(row['tbl']),
      name: String(row['col']),
      type: String(row['type']),
      isRequired: row['needed'] === 1,
      references: typeof row['leads'] === 'string' ? row['leads'] : '',
    }))
  } catch (error) {
    throw refused(place, error instanceof Error ? error.message : String(error))
  } finally {
    db.close()
  }
}

// Both standards of information_schema; separators are characters that no name should hold.
const POSTGRES = `select c.table_schema || '.' || c.table_name, c.column_name, c.data_type, c.is_nullable, coalesce((
  select n.nspname || '.' || r.relname || '(' || fa.attname || ')' from pg_constraint k
  join pg_class o on o.oid = k.conrelid join pg_namespace os on os.oid = o.relnamespace
  join pg_class r on r.oid = k.confrelid join pg_namespace n on n.oid = r.relnamespace
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = k.confkey[1]
  where k.contype = 'f' and o.relname = c.table_name and os.nspname = c.table_schema and a.attname = c.column_name limit 1), '')
 from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
 where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
 order by c.table_schema, c.table_name, c.ordinal_position`

const MYSQL = `select c.table_name, c.column_name, c.column_type, c.is_nullable, coalesce((
  select concat(k.referenced_table_name, '(', k.referenced_column_name, ')') from information_schema.key_column_usage k
  where k.table_schema = c.table_schema and k.table_name = c.table_name and k.column_name = c.column_name
  and k.referenced_table_name is not null limit 1), '')
 from information_schema.columns c join information_schema.tables t
 on t.table_schema = c.table_schema and t.table_name = c.table_name
 where t.table_type = 'BASE TABLE' and c.table_schema = database() order by c.table_name, c.ordinal_position`

type Ask = (place: URL, deps: SchemaDeps) => string

const askPostgres: Ask = (place, deps) =>
  run(place, deps, {
    program: 'psql',
    args: ['-X', '-A', '-t', '-q', '-w', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', POSTGRES],
    env: {
      PGHOST: hostOf(place),
      ...tlsOf(place),
      PGPORT: place.port || '5432',
      PGUSER: decodeURIComponent(place.username),
      PGPASSWORD: passwordOf(place, deps.env['PGPASSWORD']),
      PGDATABASE: decodeURIComponent(place.pathname.slice(1)),
      PGCONNECT_TIMEOUT: '5',
      PGOPTIONS: '-c default_transaction_read_only=on -c statement_timeout=15000',
    },
  })

/** An address on a command line is read by everybody who lists processes: the client's own variable is the quiet way. */
const passwordOf = ({ password }: URL, quiet = ''): string =>
  password === '' ? quiet : decodeURIComponent(password)

/** Without the brackets that an address of IPv6 has in a URL. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** Whoever asks for a checked line must not get an unchecked one. */
function tlsOf({ searchParams }: URL): Record<string, string> {
  const [mode, root] = [searchParams.get('sslmode'), searchParams.get('sslrootcert')]
  return { ...(mode === null ? {} : { PGSSLMODE: mode }), ...(root === null ? {} : { PGSSLROOTCERT: root }) }
}

const askMysql: Ask = (place, deps) =>
  run(place, deps, {
    program: 'mysql',
    args: [
      '--no-defaults',
      '--batch',
      '--skip-column-names',
      '--connect-timeout=5',
      // By default `localhost` means a socket, whatever the port.
      '--protocol=tcp',
      `--host=${hostOf(place)}`,
      `--port=${place.port || '3306'}`,
      `--user=${decodeURIComponent(place.username)}`,
      `--database=${decodeURIComponent(place.pathname.slice(1))}`,
      '--init-command=set session transaction read only',
      `--execute=${MYSQL}`,
    ],
    env: { MYSQL_PWD: passwordOf(place, deps.env['MYSQL_PWD']) },
  })

const SERVERS: Record<string, Ask> = {
  'postgres:': askPostgres,
  'postgresql:': askPostgres,
  'mysql:': askMysql,
  'mariadb:': askMysql,
}

const TIMEOUT_MS = 20_000
const OUTPUT_LIMIT_BYTES = 50_000_000

interface Client {
  program: string
  args: readonly string[]
  env: Record<string, string>
}

function run(place: URL, { env }: SchemaDeps, client: Client): string {
  const done = spawnSync(client.program, client.args, {
    env: { PATH: env['PATH'], LANG: 'C.UTF-8', ...client.env },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
  })
  if (done.status === 0) return done.stdout
  const missing = done.error && 'code' in done.error && done.error.code === 'ENOENT'
  throw refused(
    place,
    missing ? `the program ${client.program} is not installed` : said(place, done.stderr, env),
  )
}

/** The client's own words, without what must not be in a message. */
function said(place: URL, text: string, env: SchemaDeps['env']): string {
  const quiet = [env['PGPASSWORD'], env['MYSQL_PWD']].map((one) => one ?? '')
  const secrets = [place.password, decodeURIComponent(place.password), ...quiet].filter((one) => one !== '')
  const clean = secrets.reduce((all, one) => all.replaceAll(one, '…'), text)
  return clean.trim().replaceAll(/\s+/g, ' ').slice(0, 300) || 'it did not answer'
}

const parseRows = (text: string): Column[] =>
  text
    .split('\n')
    .filter((line) => line.includes('\t'))
    .map((line) => {
      const [table = '', name = '', type = '', nullable = '', references = ''] = line.split('\t')
      return { table, name, type, isRequired: nullable.toUpperCase() === 'NO', references }
    })

const PLAIN = /^[a-z_][a-z0-9_$]*$/
const quoted = (name: string): string =>
  name
    .split('.')
    .map((one) => (PLAIN.test(one) ? one : `"${one.replaceAll('"', '""')}"`))
    .join('.')

/** As `create table` statements, sorted by name. */
export function schemaSql(columns: readonly Column[]): string {
  const tables = Map.groupBy(columns, (one) => one.table)
  const made = [...tables].map(([name, list]) => {
    const lines = list.map((one) => {
      const leads = /^(.+)\((.+)\)$/.exec(one.references)
      const rest = [
        one.isRequired ? ' not null' : '',
        leads ? ` references ${quoted(leads[1] ?? '')}(${quoted(leads[2] ?? '')})` : '',
      ]
      return `  ${quoted(one.name)} ${one.type}${rest.join('')}`
    })
    return `create table ${quoted(name)} (\n${lines.join(',\n')}\n);\n`
  })
  return made.join('\n')
}
