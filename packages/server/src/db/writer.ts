// Turns a group of units into one transaction: one fsync for all, and a unit that fails takes only itself back.
import { createSecretKey } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { GENESIS, macOf, sealOf } from './audit-chain.ts'
import type { AuditMark } from './audit-chain.ts'
import { isConflict, isStorageFailure, problemOf } from './sqlite-error.ts'
import { createStatements } from './statements.ts'
import type { Statement } from './store.ts'
import type { AuditDraft, Job, JobResult, Problem } from './thread-message.ts'

/** Where the two numbered logs stand. Changes in memory only with the transaction. */
interface Tips {
  eventSeq: number
  auditSeq: number
  auditMac: string
}

export interface Writer {
  /** One transaction for all jobs. Throws when disk or file failed: then nothing of the group has happened. */
  run(jobs: readonly Job[]): JobResult[]
  lastSeq(): number
}

class Refusal extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super('refused')
    this.problem = problem
  }
}

// A mark that no longer fits was tampered with. The chain goes on from this word, which no row can have, so that later
// rows never hide it.
const LOST = 'lost'

/** Writes to a migrated database; the audit key chains what is audited. */
export function createWriter(database: DatabaseSync, path: string, auditKey: Uint8Array): Writer {
  const statements = createStatements(database)
  // For each row the bytes would be made into a key again, which takes five times what the mac itself does.
  const key = createSecretKey(auditKey)
  let tips = readTips(database, auditKey)

  /** Nearly every unit succeeds, and a savepoint copies each page that its unit touches: it is taken where one has failed. */
  const run = (jobs: readonly Job[]) => {
    try {
      return transaction(jobs, apply)
    } catch (error) {
      if (isStorageFailure(error)) throw error
      return transaction(jobs, attempt)
    }
  }

  const transaction = (jobs: readonly Job[], work: (job: Job) => JobResult) => {
    const before = { ...tips }
    try {
      statements.get('BEGIN IMMEDIATE').run()
      const results = jobs.map(work)
      if (tips.auditSeq !== before.auditSeq) seal()
      statements.get('COMMIT').run()
      return results
    } catch (error) {
      tips = before
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  const attempt = (job: Job): JobResult => {
    const before = { ...tips }
    database.exec('SAVEPOINT unit')
    try {
      const result = apply(job)
      database.exec('RELEASE unit')
      return result
    } catch (error) {
      if (isStorageFailure(error)) throw error
      tips = before
      database.exec('ROLLBACK TO unit')
      database.exec('RELEASE unit')
      return { id: job.id, problem: error instanceof Refusal ? error.problem : problemOf(error, path) }
    }
  }

  const apply = (job: Job): JobResult => {
    const changes = job.statements.map(change)
    const firstSeq = tips.eventSeq + 1
    for (const { type, subject, data } of job.events) {
      tips.eventSeq += 1
      statements.get(INSERT_EVENT).run(tips.eventSeq, job.at, type, subject, job.actor, data)
    }
    if (job.audit) audit(job.audit, job.at)
    return { id: job.id, firstSeq, changes }
  }

  const change = ({ sql, values, expect, conflict }: Statement) => {
    const changes = changesOf(sql, values, conflict)
    if (expect && expect.changes !== changes) {
      throw new Refusal({ fault: expect.fault, details: expect.details ?? {} })
    }
    return changes
  }

  const changesOf = (sql: string, values: Statement['values'], conflict: Statement['conflict']) => {
    try {
      return Number(statements.get(sql).run(...values).changes)
    } catch (error) {
      if (!conflict || !isConflict(error)) throw error
      throw new Refusal({ fault: conflict.fault, details: conflict.details ?? {} })
    }
  }

  const audit = (draft: AuditDraft, at: number) => {
    const row = { ...draft, at, seq: tips.auditSeq + 1 }
    const mac = macOf(key, tips.auditMac, row)
    const { seq, actor, act, subject, address, outcome, detail } = row
    statements.get(INSERT_AUDIT).run(seq, at, actor, act, subject, address, outcome, detail, mac)
    tips.auditSeq = seq
    tips.auditMac = mac
  }

  /** The newest row of the transaction is the head of the chain. */
  const seal = () => {
    const head = { seq: tips.auditSeq, mac: tips.auditMac }
    statements.get(SET_HEAD).run(head.seq, head.mac, sealOf(key, 'head', head))
  }

  return { run, lastSeq: () => tips.eventSeq }
}

const INSERT_EVENT = 'INSERT INTO events (seq, at, type, subject, actor, data) VALUES (?, ?, ?, ?, ?, ?)'
const INSERT_AUDIT =
  'INSERT INTO audit (seq, at, actor, act, subject, address, outcome, detail, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
const SET_HEAD = "INSERT OR REPLACE INTO audit_marks (name, seq, mac, seal) VALUES ('head', ?, ?, ?)"

/** Seals an empty chain; called once, when the audit tables are made. */
export function beginChain(database: DatabaseSync, auditKey: Uint8Array) {
  const start = { seq: 0, mac: GENESIS }
  const insert = database.prepare('INSERT INTO audit_marks (name, seq, mac, seal) VALUES (?, ?, ?, ?)')
  insert.run('base', start.seq, start.mac, sealOf(auditKey, 'base', start))
  insert.run('head', start.seq, start.mac, sealOf(auditKey, 'head', start))
}

function readTips(database: DatabaseSync, auditKey: Uint8Array): Tips {
  const eventSeq = numberOf(database, 'SELECT max(seq) AS n FROM events')
  const newest = numberOf(database, 'SELECT max(seq) AS n FROM audit')
  const head = readMark(database, 'head')
  const sound = head !== null && head.seal === sealOf(auditKey, 'head', head)
  if (!sound) return { eventSeq, auditSeq: newest, auditMac: LOST }
  // After foreign rows the chain goes on behind them: they stay visible as the ones that do not fit.
  return { eventSeq, auditSeq: Math.max(head.seq, newest), auditMac: head.mac }
}

/** The sealed place of the chain as it is stored, or null when its row is gone or not of its shape. */
export function readMark(database: DatabaseSync, name: 'head' | 'base'): AuditMark | null {
  const row = database.prepare('SELECT seq, mac, seal FROM audit_marks WHERE name = ?').get(name)
  const { seq, mac, seal } = row ?? {}
  if (typeof seq !== 'number' || typeof mac !== 'string' || typeof seal !== 'string') return null
  return { seq, mac, seal }
}

const numberOf = (database: DatabaseSync, sql: string) => Number(database.prepare(sql).get()?.['n'] ?? 0)
