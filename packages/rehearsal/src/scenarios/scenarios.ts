// Finds a scenario by its name.
import { basics } from './basics.ts'
import { docs } from './docs.ts'
import { mobile } from './mobile.ts'
import type { Scenario } from './scene.ts'
import { shopBackend } from './shop-backend.ts'
import { shopFrontend } from './shop-frontend.ts'
import { shopOps } from './shop-ops.ts'

/** All scenarios: the plain ones, then the twelve of the demo. */
export const SCENARIOS: Scenario[] = [basics, shopBackend, shopFrontend, shopOps, docs, mobile].flat()

/** The scenario of that name; throws an Error that lists the names. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (found) return found
  const names = SCENARIOS.map((scenario) => scenario.name).join(', ')
  throw new Error(`No scenario is called "${name}". There are: ${names}.`)
}
