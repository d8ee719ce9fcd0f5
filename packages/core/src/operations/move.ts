// Moving agents between machines. The agent is named `agent`, as an operation about an `id` is done where that one lives.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { AgentMove, MOVE_PHASES, WORKING_COPIES } from '../move.ts'
import { NodeIdText } from '../node.ts'
import { op } from '../operation.ts'

const OneAgent = z.strictObject({ agent: idSchema('agent') })

export const moveOperations = {
  moveAgent: op({
    method: 'POST',
    path: '/v1/moves',
    may: 'node:write',
    input: () =>
      z.strictObject({
        agent: idSchema('agent'),
        to: NodeIdText,
        workingCopy: z.enum(WORKING_COPIES).default('bundle'),
      }),
    output: AgentMove,
    says: 'Move an agent to another machine of the room: key, mailbox, conversation and working copy',
    audited: true,
  }),
  listMoves: op({
    method: 'GET',
    path: '/v1/moves',
    may: 'agent:read',
    input: () => z.strictObject({}),
    output: () => z.array(AgentMove),
    says: 'List moves of agents to and from this machine, the newest first',
    cli: { words: 'moves' },
  }),
  getMove: op({
    method: 'GET',
    path: '/v1/moves/{agent}',
    may: 'agent:read',
    input: () =>
      z.strictObject({
        ...OneAgent.shape,
        /** Answers when the phase is another one, or after 20 s. */
        past: z.enum(MOVE_PHASES).optional(),
      }),
    output: AgentMove,
    says: 'Show how the move of an agent stands',
  }),
  cancelMove: op({
    method: 'DELETE',
    path: '/v1/moves/{agent}',
    may: 'node:write',
    input: OneAgent,
    output: AgentMove,
    says: 'Call the move of an agent off, which is possible until it is handed over',
    audited: true,
  }),
} as const
