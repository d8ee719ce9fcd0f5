// The audit log as its readers see it: pages, a check of the whole chain, and pruning that leaves it verifiable.
import type { AuditEntry, Clock } from '@tutti/core'
import { sealOf } from '../db/audit-chain.ts'
import type { AuditRow } from '../db/audit-chain.ts'
import type { By, Store, Value } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import { MARK_SQL, ROWS_SQL, verifyChain } from './verify.ts'
import type { RawRow } from './verify.ts'

export interface AuditService {
  handlers: Pick<Handlers, 'listAudit' | 'verifyAudit'>
  /** Removes entries older than the settings allow; answers how many. Run it once a day. */
  prune(): Promise<number>
}

interface Deps {
  store: Store
  auditKey: Uint8Array
  clock: Clock
  auditDays(): number
}

const DAY_MS = 24 * 3600 * 1000
// One unit of pruning holds the writer for some 10 ms.
const PRUNE_ROWS = 2000
const BY: By = { actor: 'system', address: '', act: 'pruneAudit', audited: true }

export function createAudit({ store, auditKey, clock, auditDays }: Deps): AuditService {
  const listAudit: Handlers['listAudit'] = ({ before, limit, actor, act, subject, outcome }) => {
    const filters: [string, Value | undefined][] = [
      ['seq < ?', before],
      ['actor = ?', actor],
      ['act = ?', act],
      ['subject = ?', subject],
      ['outcome = ?', outcome],
    ]
    const given = filters.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
    const where = given.length > 0 ? `WHERE ${given.map(({ sql }) => sql).join(' AND ')}` : ''
    const values = given.map(({ value }) => value)
    const rows = store.all<AuditRow>(
      `SELECT * FROM audit ${where} ORDER BY seq DESC LIMIT ?`,
      ...values,
      limit + 1,
    )
    const items = rows.slice(0, limit).map(entryOf)
    return { items, next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null }
  }

  const pruneStep = async (cutoff: number) => {
    const oldest = store.all<AuditRow>('SELECT seq, at, mac FROM audit ORDER BY seq LIMIT ?', PRUNE_ROWS)
    const young = oldest.findIndex((row) => row.at >= cutoff)
    const old = young < 0 ? oldest : oldest.slice(0, young)
    const last = old.at(-1)
    if (!last) return 0
    await store.commit({
      by: { ...BY },
      subject: 'audit',
      detail: { through: last.seq, entries: old.length },
      statements: [
        { sql: 'DELETE FROM audit WHERE seq <= ?', values: [last.seq] },
        {
          sql: "INSERT OR REPLACE INTO audit_marks (name, seq, mac, seal) VALUES ('base', ?, ?, ?)",
          values: [last.seq, last.mac, sealOf(auditKey, 'base', last)],
        },
      ],
    })
    return old.length
  }

  return {
    handlers: {
      listAudit,
      verifyAudit: () =>
        verifyChain(
          {
            rows: (after, limit) => store.all<RawRow>(ROWS_SQL, after, limit),
            mark: (name) => store.get<RawRow>(MARK_SQL, name),
          },
          auditKey,
        ),
    },
    async prune() {
      const cutoff = clock.now() - auditDays() * DAY_MS
      let removed = 0
      for (let step = PRUNE_ROWS; step === PRUNE_ROWS; removed += step) step = await pruneStep(cutoff)
      return removed
    },
  }
}

function entryOf(row: AuditRow): AuditEntry {
  // We wrote it as a flat object of scalars; a tampered row shows in verifyAudit.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const detail = JSON.parse(row.detail) as AuditEntry['detail']
  return { ...row, detail }
}
