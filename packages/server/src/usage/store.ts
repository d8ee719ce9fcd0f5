// How the ledger of model calls lies in the database, its totals, meters and budgets.
import type { AgentId, Budget, Meter, Tokens, UsageTotal } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'

type Reads = Pick<Store, 'all' | 'get'>

/** One model call as it is kept. */
export interface Call {
  agent_id: AgentId
  call_id: string
  model: string
  day: string
  at: number
  input: number
  output: number
  cache_read: number
  cache_write: number
  cost_micros: number | null
}

export const callOf = (store: Reads, id: AgentId, callId: string): Call | null =>
  store.get<Call>('SELECT * FROM usage_calls WHERE agent_id = ? AND call_id = ?', id, callId) ?? null

/** The sum of the agent's calls whose ids begin so. */
export function sumOf(store: Reads, id: AgentId, idPrefix: string): { tokens: Tokens; costUsd: number } {
  const row = store.get<Omit<Call, 'agent_id' | 'call_id' | 'model' | 'day' | 'at'>>(
    `SELECT coalesce(sum(input), 0) AS input, coalesce(sum(output), 0) AS output,
       coalesce(sum(cache_read), 0) AS cache_read, coalesce(sum(cache_write), 0) AS cache_write,
       coalesce(sum(cost_micros), 0) AS cost_micros
     FROM usage_calls WHERE agent_id = ? AND substr(call_id, 1, ?) = ?`,
    id,
    idPrefix.length,
    idPrefix,
  )
  const { input = 0, output = 0, cache_read: cacheRead = 0, cache_write: cacheWrite = 0 } = row ?? {}
  return { tokens: { input, output, cacheRead, cacheWrite }, costUsd: (row?.cost_micros ?? 0) / 1_000_000 }
}

export const putCall = (call: Call): Statement => ({
  sql: `INSERT OR REPLACE INTO usage_calls
        (agent_id, call_id, model, day, at, input, output, cache_read, cache_write, cost_micros)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    call.agent_id,
    call.call_id,
    call.model,
    call.day,
    call.at,
    call.input,
    call.output,
    call.cache_read,
    call.cache_write,
    call.cost_micros,
  ],
})

interface TotalRow {
  agent_id: AgentId
  model: string
  day: string
  calls: number
  input: number
  output: number
  cache_read: number
  cache_write: number
  cost_micros: number
  unpriced: number
}

const total = (row: TotalRow): UsageTotal => ({
  agentId: row.agent_id,
  model: row.model,
  day: row.day,
  calls: row.calls,
  tokens: { input: row.input, output: row.output, cacheRead: row.cache_read, cacheWrite: row.cache_write },
  costMicros: row.cost_micros,
  unpriced: row.unpriced,
})

export const totalOf = (
  store: Reads,
  { agentId, model, day }: Pick<UsageTotal, 'agentId' | 'model' | 'day'>,
) => {
  const sql = 'SELECT * FROM usage_totals WHERE agent_id = ? AND model = ? AND day = ?'
  const row = store.get<TotalRow>(sql, agentId, model, day)
  return row ? total(row) : null
}

export function totalsBetween(
  store: Reads,
  { from, to, agentId }: { from: string; to: string; agentId: AgentId | undefined },
): UsageTotal[] {
  const sql = 'SELECT * FROM usage_totals WHERE day BETWEEN ? AND ?'
  const order = 'ORDER BY day, agent_id, model'
  const rows =
    agentId === undefined
      ? store.all<TotalRow>(`${sql} ${order}`, from, to)
      : store.all<TotalRow>(`${sql} AND agent_id = ? ${order}`, from, to, agentId)
  return rows.map(total)
}

export const putTotal = (one: UsageTotal): Statement => ({
  sql: `INSERT OR REPLACE INTO usage_totals
        (agent_id, model, day, calls, input, output, cache_read, cache_write, cost_micros, unpriced)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    one.agentId,
    one.model,
    one.day,
    one.calls,
    one.tokens.input,
    one.tokens.output,
    one.tokens.cacheRead,
    one.tokens.cacheWrite,
    one.costMicros,
    one.unpriced,
  ],
})

/** What an agent, or all of them, have cost from a day on. */
export function costSince(store: Reads, day: string, agentId: AgentId | null): number {
  const sql = 'SELECT coalesce(sum(cost_micros), 0) AS cost FROM usage_totals WHERE day >= ?'
  const row =
    agentId === null
      ? store.get<{ cost: number }>(sql, day)
      : store.get<{ cost: number }>(`${sql} AND agent_id = ?`, day, agentId)
  return row?.cost ?? 0
}

export const allMeters = (store: Reads): Meter[] =>
  store
    .all<{ value: string }>('SELECT value FROM meters ORDER BY agent_id')
    // Written by putMeter only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    .map(({ value }) => JSON.parse(value) as Meter)

export const putMeter = (meter: Meter): Statement => ({
  sql: 'INSERT OR REPLACE INTO meters (agent_id, value) VALUES (?, ?)',
  values: [meter.agentId, JSON.stringify(meter)],
})

export interface BudgetRow {
  id: Budget['id']
  agent_id: AgentId | ''
  period: Budget['period']
  warn_micros: number | null
  stop_micros: number | null
}

export const allBudgets = (store: Reads): BudgetRow[] =>
  store.all<BudgetRow>('SELECT * FROM budgets ORDER BY id')

export const putBudget = (row: BudgetRow): Statement => ({
  sql: `INSERT INTO budgets (id, agent_id, period, warn_micros, stop_micros) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (agent_id, period) DO UPDATE SET warn_micros = excluded.warn_micros,
          stop_micros = excluded.stop_micros`,
  values: [row.id, row.agent_id, row.period, row.warn_micros, row.stop_micros],
})

export const deleteBudget = (id: string): Statement => ({
  sql: 'DELETE FROM budgets WHERE id = ?',
  values: [id],
  expect: { changes: 1, fault: 'budget.unknown', details: { id } },
})
