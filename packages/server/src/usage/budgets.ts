// Limits of cost: a warning, and a hard stop that pauses whoever spends, for as long as the period runs.
import {
  fault,
  newId,
  type AgentId,
  type Budget,
  type Clock,
  type NewBudget,
  type RandomBytes,
} from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import { dayOf } from './ledger.ts'
import { allBudgets, costSince, deleteBudget, putBudget, type BudgetRow } from './store.ts'

export interface BudgetsDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  /** A budget has come to another state by what the agent used; `stopped` pauses it. */
  reached(id: AgentId, budget: Budget): void
}

export type Budgets = ReturnType<typeof createBudgets>

export function createBudgets({ store, clock, random, reached }: BudgetsDeps) {
  const states = new Map<string, Budget['state']>()
  const budgetOf = (row: BudgetRow): Budget => {
    const agentId = row.agent_id === '' ? null : row.agent_id
    const usedMicros = costSince(store, firstDay(row.period, clock.now()), agentId)
    const { id, period, warn_micros: warnMicros, stop_micros: stopMicros } = row
    return { id, agentId, period, warnMicros, stopMicros, usedMicros, state: stateOf(row, usedMicros) }
  }
  const list = (): Budget[] => allBudgets(store).map(budgetOf)
  const told = (data: Budget) => ({ type: 'budget.changed' as const, subject: data.id, data })

  return {
    list,

    async set(draft: NewBudget, by: By): Promise<Budget> {
      const agentId = draft.agentId ?? ''
      const known = allBudgets(store).find((row) => row.agent_id === agentId && row.period === draft.period)
      const row: BudgetRow = {
        id: known?.id ?? newId('budget', clock.now(), random),
        agent_id: agentId,
        period: draft.period,
        warn_micros: draft.warnMicros,
        stop_micros: draft.stopMicros,
      }
      const budget = budgetOf(row)
      const detail = { warn: row.warn_micros, stop: row.stop_micros, period: row.period }
      await store.commit({
        by,
        subject: row.id,
        detail,
        statements: [putBudget(row)],
        events: [told(budget)],
      })
      return budget
    },

    async remove(id: string, by: By): Promise<void> {
      if (!allBudgets(store).some((row) => row.id === id)) throw fault('budget.unknown', { id })
      const events = [{ type: 'budget.removed' as const, subject: id, data: { id } }]
      await store.commit({ by, subject: id, statements: [deleteBudget(id)], events })
    },

    /** Looks at every budget that the agent spends from; a hard stop holds each time it spends on. */
    async spent(id: AgentId): Promise<void> {
      for (const budget of list().filter(({ agentId }) => agentId === null || agentId === id)) {
        const isNew = (states.get(budget.id) ?? 'within') !== budget.state
        states.set(budget.id, budget.state)
        if (isNew) {
          const by = { actor: 'system', address: '', act: 'spendBudget', audited: false }
          await store.commit({ by, subject: budget.id, statements: [], events: [told(budget)] })
        }
        if (budget.state === 'stopped' || (isNew && budget.state === 'warned')) reached(id, budget)
      }
    },

    /** The budget that keeps the agent from working now. */
    stopping: (id: AgentId): Budget | undefined =>
      list().find(({ agentId, state }) => state === 'stopped' && (agentId === null || agentId === id)),
  }
}

function stateOf({ warn_micros: warn, stop_micros: stop }: BudgetRow, used: number): Budget['state'] {
  if (stop !== null && used >= stop) return 'stopped'
  return warn !== null && used >= warn ? 'warned' : 'within'
}

const firstDay = (period: Budget['period'], now: number): string =>
  period === 'day' ? dayOf(now) : `${dayOf(now).slice(0, '2026-11'.length)}-01`
