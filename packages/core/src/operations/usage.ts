// What agents use and cost, and the limits set on it.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { op } from '../operation.ts'
import { Budget, NewBudget, UsageReport } from '../usage.ts'

const Day = z.iso.date()

export const usageOperations = {
  getUsage: op({
    method: 'GET',
    path: '/v1/usage',
    may: 'usage:read',
    input: () =>
      z.strictObject({
        /** First day, such as 2026-11-01; a month back when left out. */
        from: Day.optional(),
        /** Last day, itself counted; today when left out. */
        to: Day.optional(),
        agentId: idSchema('agent').optional(),
      }),
    output: UsageReport,
    says: 'Tokens and cost of each agent, model and day, and how full each agent is',
    cli: { words: 'usage' },
  }),
  reportMetrics: op({
    method: 'POST',
    path: '/v1/otlp/v1/metrics',
    may: 'agent:report',
    input: () => z.strictObject({}),
    // As exporters batch them: a few kB, rarely more.
    raw: { limitBytes: 4 * 1024 * 1024 },
    output: () => z.strictObject({}),
    says: 'Metrics of the program of an agent over OTLP/HTTP, as JSON or protobuf',
  }),
  listBudgets: op({
    method: 'GET',
    path: '/v1/budgets',
    may: 'usage:read',
    input: () => z.strictObject({}),
    output: () => z.array(Budget),
    says: 'The limits of cost, and what of them is used',
    cli: { words: 'budgets list' },
  }),
  setBudget: op({
    method: 'PUT',
    path: '/v1/budgets',
    may: 'settings:write',
    input: NewBudget,
    output: Budget,
    says: 'Limit the cost of an agent, or of all, a day or a month',
    cli: { words: 'budgets set', args: ['period'] },
    audited: true,
  }),
  removeBudget: op({
    method: 'DELETE',
    path: '/v1/budgets/{id}',
    may: 'settings:write',
    input: () => z.strictObject({ id: idSchema('budget') }),
    output: () => z.strictObject({}),
    says: 'Remove a limit of cost',
    cli: { words: 'budgets remove', args: ['id'] },
    audited: true,
  }),
} as const
