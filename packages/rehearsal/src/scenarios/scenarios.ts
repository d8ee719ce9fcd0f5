// Finds a scenario by its name.
import { basics } from './basics.ts'
import type { Scenario } from './scene.ts'

const ALL: Scenario[] = [...basics]

/** The names of all scenarios, the plain ones first. */
export function scenarioNames(): string[] {
  return ALL.map(({ name }) => name)
}

/** The scenario of that name; throws an Error that lists the names. */
export function scenarioNamed(name: string): Scenario {
  const found = ALL.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`No scenario is called "${name}". There are: ${scenarioNames().join(', ')}.`)
  return found
}
