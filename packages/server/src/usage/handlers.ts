// The operations of usage and budgets.
import type { Clock } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import type { Budgets } from './budgets.ts'
import { dayOf, type Ledger } from './ledger.ts'
import type { PriceList } from './prices.ts'
import { totalsBetween } from './store.ts'

type UsageHandlers = Pick<Handlers, 'getUsage' | 'listBudgets' | 'setBudget' | 'removeBudget'>

interface Deps {
  store: Store
  clock: Clock
  ledger: Ledger
  budgets: Budgets
  prices: PriceList
}

const MONTH_MS = 30 * 24 * 3600 * 1000

export const usageHandlers = ({ store, clock, ledger, budgets, prices }: Deps): UsageHandlers => ({
  getUsage: ({ from = dayOf(clock.now() - MONTH_MS), to = dayOf(clock.now()), agentId }) => ({
    totals: totalsBetween(store, { from, to, agentId }),
    meters: ledger.meters().filter((meter) => agentId === undefined || meter.agentId === agentId),
    pricesFrom: prices.from,
  }),
  listBudgets: () => budgets.list(),
  setBudget: (draft, { by }) => budgets.set(draft, by),
  removeBudget: async ({ id }, { by }) => {
    await budgets.remove(id, by)
    return {}
  },
})
