// Where programs report: a hook of an agent's program goes to the kit of that agent and to no other.
import { fault, type AgentId } from '@tutti/core'
import type { Handlers } from '../handler.ts'

/** Gives a hook to the kit of the agent; null when no kit looks after it. */
export type DeliverHook = (id: AgentId, hook: Hook) => Promise<unknown>

export interface Hook {
  name: string
  payload: unknown
  /** Aborted when the program no longer waits. */
  gone: AbortSignal
}

/** The agent is the one whose token it is; nothing in the payload says who speaks. */
export const hookHandlers = (deliver: DeliverHook): Pick<Handlers, 'reportHook'> => ({
  async reportHook({ hookName, ...payload }, { actor, gone }) {
    if (actor.agentId === null)
      throw fault('auth.forbidden', { role: actor.role, permission: 'agent:report' })
    const answer = await deliver(actor.agentId, { name: hookName, payload, gone: gone() })
    return typeof answer === 'object' && answer !== null ? { ...answer } : {}
  },
})
