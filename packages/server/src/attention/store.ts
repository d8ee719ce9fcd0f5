// How the queue and its rules lie in the database: items and rules whole, as their events tell them.
import type { AgentId, AttentionItem, Rule } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'

type Reads = Pick<Store, 'all' | 'get'>

interface ValueRow {
  value: string
}

// Written by JSON.stringify of that type, below.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const item = ({ value }: ValueRow): AttentionItem => JSON.parse(value) as AttentionItem

const OPEN = `SELECT value FROM attention WHERE receipt IN ('pending', 'answered') ORDER BY id`
const SETTLED = `SELECT value FROM attention WHERE receipt IN ('consumed', 'stale')`

export const openItems = (store: Reads): AttentionItem[] => store.all<ValueRow>(OPEN).map(item)

/** The newest first. */
export function settledItems(
  store: Reads,
  { agentId, limit }: { agentId: AgentId | undefined; limit: number },
): AttentionItem[] {
  const order = 'ORDER BY settled_at DESC, id DESC LIMIT ?'
  const rows =
    agentId === undefined
      ? store.all<ValueRow>(`${SETTLED} ${order}`, limit)
      : store.all<ValueRow>(`${SETTLED} AND agent_id = ? ${order}`, agentId, limit)
  return rows.map(item)
}

/** The newest approvals that somebody or something has decided. */
export const pastApprovals = (store: Reads, limit: number): AttentionItem[] =>
  store
    .all<ValueRow>(
      `SELECT value FROM attention WHERE kind = 'approval' AND settled_at IS NOT NULL ORDER BY settled_at DESC LIMIT ?`,
      limit,
    )
    .map(item)

export const itemById = (store: Reads, id: string): AttentionItem | null => {
  const row = store.get<ValueRow>('SELECT value FROM attention WHERE id = ?', id)
  return row ? item(row) : null
}

/** Whether the agent has ever asked under this name. */
export const isKnownRef = (store: Reads, id: AgentId, ref: string): boolean =>
  store.get('SELECT 1 FROM attention WHERE agent_id = ? AND ref = ?', id, ref) !== undefined

export const insertItem = (one: AttentionItem): Statement => ({
  sql: `INSERT INTO attention (id, agent_id, ref, kind, receipt, created_at, settled_at, value, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    one.id,
    one.agentId,
    one.ask.ref,
    one.ask.kind,
    one.receipt,
    one.createdAt,
    one.settledAt,
    JSON.stringify(one),
    one.version,
  ],
})

/** Over the version that it was made from, so that the first of two answers counts and the other does nothing. */
export const updateItem = (one: AttentionItem, from: AttentionItem): Statement => ({
  sql: 'UPDATE attention SET ref = ?, receipt = ?, settled_at = ?, value = ?, version = ? WHERE id = ? AND version = ?',
  values: [one.ask.ref, one.receipt, one.settledAt, JSON.stringify(one), one.version, one.id, from.version],
  expect: {
    changes: 1,
    fault: 'attention.stale',
    details: { receipt: 'changed', why: 'somebody was faster' },
  },
})

export const pruneItems = (before: number): Statement => ({
  sql: `DELETE FROM attention WHERE receipt IN ('consumed', 'stale') AND settled_at < ?`,
  values: [before],
})

interface RuleRow extends ValueRow {
  revoked_at: number | null
  uses: number
  last_used_at: number | null
}

const rule = (row: RuleRow): Rule => ({
  // As above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ...(JSON.parse(row.value) as Rule),
  revokedAt: row.revoked_at,
  uses: row.uses,
  lastUsedAt: row.last_used_at,
})

export const allRules = (store: Reads): Rule[] =>
  store.all<RuleRow>('SELECT value, revoked_at, uses, last_used_at FROM rules ORDER BY id').map(rule)

export const insertRule = (one: Rule): Statement => ({
  sql: 'INSERT INTO rules (id, value, revoked_at, uses, last_used_at) VALUES (?, ?, NULL, 0, NULL)',
  values: [one.id, JSON.stringify(one)],
})

export const revokeRule = (id: string, at: number): Statement => ({
  sql: 'UPDATE rules SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  values: [at, id],
  expect: { changes: 1, fault: 'rule.ended' },
})

/** Counted by addition: two uses at once are two. */
export const countUse = (id: string, at: number): Statement => ({
  sql: 'UPDATE rules SET uses = uses + 1, last_used_at = ? WHERE id = ?',
  values: [at, id],
})
