// What nobody may do here with an agent that is on its way or lives elsewhere.
import { fault, type AgentMove, type Fault } from '@tutti/core'

/** The fault for whoever tries; null where the agent may be worked on here. */
export function refusalOf({ direction, phase, name, nodeName }: AgentMove): Fault | null {
  if (direction === 'in' || phase === 'cancelled' || phase === 'failed') return null
  const isElsewhere = phase === 'done' || phase === 'handing-over'
  return isElsewhere
    ? fault('agent.moved', { name, node: nodeName })
    : fault('agent.moving', { name, node: nodeName })
}
