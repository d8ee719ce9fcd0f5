// Walks the chain of the audit log and names the first entry that does not fit. Works on a live store and on a file.
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { OutputOf } from '@tutti/core'
import { macOf, sameMac, sealOf } from '../db/audit-chain.ts'
import type { AuditMark } from '../db/audit-chain.ts'

type Verdict = OutputOf<'verifyAudit'>

/** Rows as they come from the database: damaged ones may hold anything. */
export type RawRow = Readonly<Record<string, unknown>>

export interface ChainSource {
  /** Rows behind the seq, oldest first. */
  rows(after: number, limit: number): RawRow[]
  mark(name: 'head' | 'base'): RawRow | undefined
}

// About 5 ms of hashing between two turns of the event loop.
const STEP_ROWS = 500
// A pruning in the middle of a walk moves the base; then the walk begins again.
const TRIES = 3

export async function verifyChain(source: ChainSource, key: Uint8Array): Promise<Verdict> {
  for (let left = TRIES; ; left--) {
    const base = markOf(source, key, 'base')
    if (typeof base === 'string') return broken(0, 1, base)
    const verdict = await walk(source, key, base)
    const now = markOf(source, key, 'base')
    const moved = typeof now !== 'string' && now.seq !== base.seq
    if (verdict.ok || !moved || left <= 1) return verdict
  }
}

/** For `tutti audit verify` while the daemon is down. */
export async function verifyAuditFile(path: string, key: Uint8Array): Promise<Verdict> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return await verifyChain(
      {
        rows: (after, limit) => database.prepare(ROWS_SQL).all(after, limit),
        mark: (name) => database.prepare(MARK_SQL).get(name),
      },
      key,
    )
  } finally {
    database.close()
  }
}

// A damaged number may be larger than JavaScript can hold; it must read as wrong, not end the walk.
const held = (name: string) =>
  `iif(${name} BETWEEN -9007199254740991 AND 9007199254740991, ${name}, 'out of range') AS ${name}`
export const ROWS_SQL = `SELECT ${held('seq')}, ${held('at')}, actor, act, subject, address, outcome, detail, mac
  FROM audit WHERE audit.seq > ? ORDER BY audit.seq LIMIT ?`
export const MARK_SQL = 'SELECT seq, mac, seal FROM audit_marks WHERE name = ?'

async function walk(source: ChainSource, key: Uint8Array, base: AuditMark): Promise<Verdict> {
  let { seq, mac } = base
  let entries = 0
  for (;;) {
    const rows = source.rows(seq, STEP_ROWS)
    if (rows.length === 0) {
      const head = markOf(source, key, 'head')
      // Entries that were added between the two reads.
      if (typeof head !== 'string' && head.seq > seq && source.rows(seq, 1).length > 0) continue
      const problem = headProblem(head, { seq, mac })
      return problem
        ? broken(entries, seq + 1, problem)
        : { ok: true, entries, brokenAt: null, problem: null }
    }
    for (const row of rows) {
      const problem = rowProblem(row, key, { seq, mac })
      if (problem) return broken(entries, seq + 1, problem)
      seq += 1
      mac = String(row['mac'])
      entries += 1
    }
    await setImmediate()
  }
}

function rowProblem(row: RawRow, key: Uint8Array, before: { seq: number; mac: string }): string | null {
  if (row['seq'] !== before.seq + 1) return `the next entry is ${String(row['seq'])}`
  return sameMac(row['mac'], macOf(key, before.mac, row)) ? null : 'its content does not fit its mac'
}

function headProblem(head: AuditMark | string, last: { seq: number; mac: string }): string | null {
  if (typeof head === 'string') return head
  if (head.seq > last.seq) return `the log went on to ${head.seq}, but ends after ${last.seq}`
  if (head.seq < last.seq) return `the log ended at ${head.seq}, but goes on to ${last.seq}`
  return head.mac === last.mac ? null : 'the last entry is not the one that was sealed'
}

function markOf(source: ChainSource, key: Uint8Array, name: 'head' | 'base'): AuditMark | string {
  const { seq, mac, seal } = source.mark(name) ?? {}
  if (typeof seq !== 'number' || typeof mac !== 'string') return `the ${name} of the chain is missing`
  if (!sameMac(seal, sealOf(key, name, { seq, mac }))) return `the ${name} of the chain does not fit its seal`
  return { seq, mac, seal: String(seal) }
}

const broken = (entries: number, brokenAt: number, problem: string): Verdict => ({
  ok: false,
  entries,
  brokenAt,
  problem,
})
