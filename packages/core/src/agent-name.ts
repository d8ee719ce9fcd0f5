// An agent's name is its address and its place in the tree: shop-backend-api is three levels.
import { z } from 'zod'
import { fault } from './fault.ts'

export const AGENT_NAME_LENGTH = 64
const SHAPE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** Whether the text may name an agent: 1 to 64 of a-z, 0-9 and single inner hyphens. */
export const isAgentName = (text: string): boolean => text.length <= AGENT_NAME_LENGTH && SHAPE.test(text)

/** The schema of a name; a bad one is the fault agent.name-invalid rather than input.invalid. */
export const AgentName = z
  .string()
  .superRefine((name, context) => {
    if (!isAgentName(name)) context.addIssue({ code: 'custom', ...faultIssue(name) })
  })
  .meta({ pattern: SHAPE.source, maxLength: AGENT_NAME_LENGTH, examples: ['shop-backend-api'] })

function faultIssue(name: string) {
  const refusal = fault('agent.name-invalid', { name: JSON.stringify(name) })
  return { message: refusal.message, params: { fault: refusal.code, details: refusal.details } }
}

/** The levels of the tree: `shop-backend-api` gives ['shop', 'backend', 'api']. */
export const treePath = (name: string): string[] => name.split('-')

/** Index 0 to 11 into the palette of project colours; the first level decides, so a project keeps its colour. */
export function colourIndex(name: string): number {
  let hash = 2166136261 // FNV-1a, 32 bits: stable across machines and releases
  for (const character of treePath(name)[0] ?? '') {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0
  }
  return hash % 12
}
