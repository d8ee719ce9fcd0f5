// The ledger: a real process acknowledges writes, is killed at any moment, and what it acknowledged must be there. The suite
// runs it in small, bench/durability.ts in full.
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyAuditFile } from '../src/audit/verify.ts'
import { loadMigrations } from '../src/db/migrations.ts'
import { openStore } from '../src/db/open.ts'
import { quietLog, realClock } from '../src/db/test-support.ts'

export const LEDGER_KEY = new Uint8Array(32).fill(5)
export const ledgerPath = (folder: string) => join(folder, 'tutti.db')
export const ledgerMigrations = () => [
  ...loadMigrations(),
  { number: 9001, name: 'ledger', sql: 'CREATE TABLE ledger (id TEXT PRIMARY KEY, body TEXT) STRICT;' },
]
export const LEDGER_CHILD = fileURLToPath(new URL('./ledger-child.ts', import.meta.url))

/** What was acknowledged: the unit's id and the seq of its event. */
export type Acked = Map<string, number>

export interface Writer {
  acked: Acked
  lines: string[]
  /** Resolves when the child has acknowledged so many units. */
  reached(units: number): Promise<void>
  signal(name: 'SIGKILL'): void
  /** Resolves when every thread of the process stands still. */
  stop(): Promise<void>
  /** Resolves when the process has ended and all its output is read. */
  ended: Promise<void>
}

/** Starts the writing process; `prefix` puts a tracer before it. */
export function startWriter(options: {
  folder: string
  clients: number
  units?: number
  first?: number
  prefix?: string[]
}): Writer {
  const { folder, clients, units = 0, first = 0, prefix = [] } = options
  const argv = [...prefix, process.execPath, LEDGER_CHILD, folder, clients, units, first].map(String)
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
  const acked: Acked = new Map()
  const lines: string[] = []
  let pid = 0 // the writer's own, not its tracer's
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, id, seq] = line.split(' ')
    if (word === 'ready') pid = Number(id)
    if (word === 'acked' && id) acked.set(id, Number(seq))
    lines.push(line)
  })
  return {
    acked,
    lines,
    async reached(target) {
      const deadline = Date.now() + 30_000
      while (acked.size < target) {
        if (Date.now() > deadline || child.exitCode !== null)
          throw new Error(`only ${acked.size} acknowledged`)
        await setTimeout(5)
      }
    },
    signal: (name) => process.kill(pid, name),
    stop: () => stopProcess(pid),
    ended: closed,
  }
}

/** Resolves when every thread of the process stands still. */
export async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const deadline = Date.now() + 10_000
  while (!threadStates(pid).every((state) => state === 'T')) {
    if (Date.now() > deadline) throw new Error('the writer does not stop')
    await setTimeout(1)
  }
}

const threadStates = (pid: number) =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  })

export interface LedgerVerdict {
  acked: number
  lost: string[]
  /** Integrity, gaps and audit: empty when all is well. */
  problems: string[]
}

/** Opens the store again and compares it with what was acknowledged. */
export async function checkLedger(folder: string, acked: Acked): Promise<LedgerVerdict> {
  const path = ledgerPath(folder)
  const store = await openStore({
    path,
    clock: realClock,
    log: quietLog,
    auditKey: LEDGER_KEY,
    migrations: ledgerMigrations(),
  })
  await store.close()
  const database = new DatabaseSync(path, { readOnly: true })
  const there = new Map(
    database
      .prepare(
        "SELECT l.id, e.seq FROM ledger l JOIN events e ON e.subject = l.id AND e.type = 'agent.purged'",
      )
      .all()
      .map((row) => [row['id'], row['seq']]),
  )
  const problems = [...integrity(database), ...gaps(database), ...halves(database, there.size)]
  database.close()
  const audit = await verifyAuditFile(path, LEDGER_KEY)
  if (!audit.ok) problems.push(`audit at ${audit.brokenAt}: ${audit.problem}`)
  const lost = [...acked].filter(([id, seq]) => there.get(id) !== seq).map(([id]) => id)
  return { acked: acked.size, lost, problems }
}

const integrity = (database: DatabaseSync) =>
  database
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(row['integrity_check']))
    .filter((line) => line !== 'ok')

function gaps(database: DatabaseSync): string[] {
  const row =
    database.prepare('SELECT min(seq) AS first, max(seq) AS last, count(*) AS n FROM events').get() ?? {}
  const expected = Number(row['last'] ?? 0) - Number(row['first'] ?? 1) + 1
  return Number(row['n']) === expected ? [] : [`${expected} events expected, ${String(row['n'])} there`]
}

/** A unit is its row, its event and its audit entry: none may stand without the others. */
function halves(database: DatabaseSync, joined: number): string[] {
  return ['ledger', 'events', 'audit'].flatMap((table) => {
    const n = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
    return n === joined ? [] : [`${table} has ${n} of ${joined} units`]
  })
}

/** Kills the writer with -9 in the middle of a burst, again and again over the same database. */
export async function killRounds(options: {
  folder: string
  rounds: number
  clients: number
  random(): number
}): Promise<LedgerVerdict> {
  const { folder, rounds, clients, random } = options
  const acked: Acked = new Map()
  const lost = new Set<string>()
  const problems: string[] = []
  let first = 0
  for (let round = 0; round < rounds; round++) {
    const writer = startWriter({ folder, clients, first })
    await writer.reached(1)
    await setTimeout(random() * 300)
    writer.signal('SIGKILL')
    await writer.ended
    for (const [id, seq] of writer.acked) acked.set(id, seq)
    first += writer.lines.filter((line) => line.startsWith('sent ')).length + clients
    const verdict = await checkLedger(folder, acked)
    for (const id of verdict.lost) lost.add(id)
    problems.push(...verdict.problems)
  }
  return { acked: acked.size, lost: [...lost], problems }
}
