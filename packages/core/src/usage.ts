// What a model call has used. Lines that share an id are one call and count once.
import { z } from 'zod'
import { idSchema } from './id.ts'

const count = z.int().min(0)

/** Tokens of one call; `input` is without what came from the cache. */
export const Tokens = z.strictObject({
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
})
export type Tokens = z.infer<typeof Tokens>

/** `costUsd` is null where the program does not say; then it is reckoned from the price list, or unknown. */
export const Usage = z.strictObject({
  /** The vendor's message or response id. */
  id: z.string(),
  model: z.string(),
  at: z.int(),
  tokens: Tokens,
  costUsd: z.number().nullable(),
})
export type Usage = z.infer<typeof Usage>

/** How full the model's memory is. */
export const ContextFill = z.strictObject({ usedTokens: count, limitTokens: count.nullable() })
export type ContextFill = z.infer<typeof ContextFill>

/** A window of a subscription's quota, as the program shows it. `resetsAt` is ms UTC. */
export const Quota = z.strictObject({
  name: z.string(),
  usedPercent: z.number(),
  resetsAt: z.int().nullable(),
})
export type Quota = z.infer<typeof Quota>

/** What an agent has used of a model on a day (UTC). `costMicros` is millionths of a US dollar. */
export const UsageTotal = z.strictObject({
  agentId: idSchema('agent'),
  model: z.string(),
  /** Such as 2026-11-22. */
  day: z.string(),
  calls: count,
  tokens: Tokens,
  costMicros: count,
  /** Calls whose cost nobody knows: neither the program nor the price list says. */
  unpriced: count,
})
export type UsageTotal = z.infer<typeof UsageTotal>

/** What an agent's program shows of its limits. */
export const Meter = z.strictObject({
  agentId: idSchema('agent'),
  context: ContextFill.nullable(),
  quotas: z.array(Quota),
  at: z.int(),
})
export type Meter = z.infer<typeof Meter>

export const BUDGET_PERIODS = ['day', 'month'] as const

/** A limit of cost in millionths of a US dollar, for one agent or for all together. */
export const NewBudget = z.strictObject({
  agentId: idSchema('agent').nullable().default(null),
  period: z.enum(BUDGET_PERIODS),
  warnMicros: z.int().min(1).nullable().default(null),
  /** Reaching it pauses the agent, or every agent. */
  stopMicros: z.int().min(1).nullable().default(null),
})
export type NewBudget = z.infer<typeof NewBudget>

export const Budget = z.strictObject({
  id: idSchema('budget'),
  agentId: idSchema('agent').nullable(),
  period: z.enum(BUDGET_PERIODS),
  warnMicros: z.int().nullable(),
  stopMicros: z.int().nullable(),
  /** Used in the period that runs. */
  usedMicros: count,
  state: z.enum(['within', 'warned', 'stopped']),
})
export type Budget = z.infer<typeof Budget>

export const UsageReport = z.strictObject({
  totals: z.array(UsageTotal),
  meters: z.array(Meter),
  /** The day of the price list that costs are reckoned from. */
  pricesFrom: z.string(),
})
export type UsageReport = z.infer<typeof UsageReport>
