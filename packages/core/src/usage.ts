// What a model call has used. Lines that share an id are one call and count once.
import { z } from 'zod'

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
