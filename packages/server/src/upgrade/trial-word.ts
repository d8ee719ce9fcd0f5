// What a version on trial and its supervisor say to each other.
import { z } from 'zod'

/** From the version on trial, once it is as ready as it can be behind a closed gate. */
export const TrialReady = z.strictObject({
  ready: z.strictObject({
    version: z.string(),
    /** Where its health is asked: it may listen elsewhere than its name leads. */
    host: z.string(),
    port: z.int(),
    /** The Host by which it is reached, and whether by TLS. */
    name: z.string(),
    isTls: z.boolean(),
    /** Agents that ran before, and those whose terminal it has found again. */
    ranBefore: z.int(),
    running: z.int(),
    /** Machines that were linked before, and those that it could reach as itself. */
    linkedBefore: z.int(),
    reached: z.int(),
  }),
})
export type TrialFacts = z.infer<typeof TrialReady>['ready']

/** From it, when it cannot start. */
export const TrialUnfit = z.strictObject({ unfit: z.string() })

/** From it, when the gate is open. */
export const TrialOpen = z.strictObject({ open: z.literal(true) })

/** To it: it is healthy, and the pointer leads to it. */
export const TRIAL_PASSED = { passed: true } as const
export const TrialPassed = z.strictObject({ passed: z.literal(true) })

/** Why it is not healthy; null where it is. */
export function trialProblem(facts: TrialFacts, version: string): string | null {
  if (facts.version !== version) return `it says that it is ${facts.version || 'nothing'}`
  if (facts.running < facts.ranBefore) return `it found ${facts.running} of ${facts.ranBefore} terminals`
  if (facts.linkedBefore > 0 && facts.reached === 0)
    return `it reached none of the ${facts.linkedBefore} machines that were linked`
  return null
}
