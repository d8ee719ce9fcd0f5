// A conformance kit for AMP servers: a table of checks that runs against any base URL, because none exists elsewhere.
import { DISCOVERY_CHECKS } from './discovery-checks.ts'
import { IDENTITY_CHECKS } from './identity-checks.ts'
import { MAILBOX_CHECKS } from './mailbox-checks.ts'
import { ROUTE_CHECKS } from './route-checks.ts'
import type { Check } from './check.ts'
import type { Deps, Situation, Target } from './situation.ts'
import { situation } from './situation.ts'

/** All checks, in the order in which they run. */
export const CONFORMANCE_CHECKS: readonly Check[] = [
  ...DISCOVERY_CHECKS,
  ...ROUTE_CHECKS,
  ...MAILBOX_CHECKS,
  ...IDENTITY_CHECKS,
]

/** `passed`, or what was expected and what came. */
export interface CheckResult {
  readonly rule: string
  readonly says: string
  readonly level: Check['level']
  readonly complaint: string | null
}

/**
 * Runs the checks one after another against a server, with two agents that it registers there and that stay. Each check
 * stands alone: one that fails, or whose request fails, does not end the run. Throws where the agents cannot be registered.
 */
export async function runConformance(
  target: Target,
  deps: Deps,
  checks: readonly Check[] = CONFORMANCE_CHECKS,
): Promise<readonly CheckResult[]> {
  const where = await situation(target, deps)
  const results: CheckResult[] = []
  for (const { rule, says, level, run } of checks) {
    results.push({ rule, says, level, complaint: await complaintOf(run, where) })
  }
  return results
}

async function complaintOf(run: Check['run'], where: Situation): Promise<string | null> {
  try {
    return await run(where)
  } catch (error) {
    return `the check could not be made: ${error instanceof Error ? error.message : String(error)}`
  }
}
