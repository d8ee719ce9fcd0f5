// What an agent is doing, as one state with its evidence in words.
import { z } from 'zod'
import { STATES } from './state.ts'

/** `why` is the evidence in a sentence; `since` is ms UTC. */
export const Status = z.strictObject({
  state: z.enum(STATES),
  why: z.string(),
  since: z.int(),
})
export type Status = z.infer<typeof Status>
