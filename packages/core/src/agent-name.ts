// An agent's name is its address and its place in the tree: shop-backend-api is three levels.
import { z } from 'zod'
import { AGENT_NAME_LENGTH, AGENT_NAME_SHAPE, isAgentName } from './agent-tree.ts'
import { fault } from './fault.ts'

/** The schema of a name; a bad one is the fault agent.name-invalid rather than input.invalid. */
export const AgentName = z
  .string()
  .superRefine((name, context) => {
    if (!isAgentName(name)) context.addIssue({ code: 'custom', ...faultIssue(name) })
  })
  .meta({ pattern: AGENT_NAME_SHAPE.source, maxLength: AGENT_NAME_LENGTH, examples: ['shop-backend-api'] })

function faultIssue(name: string) {
  const refusal = fault('agent.name-invalid', { name: JSON.stringify(name) })
  return { message: refusal.message, params: { fault: refusal.code, details: refusal.details } }
}
