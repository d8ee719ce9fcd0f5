// What people see and settle of the room: how machines do, where this one is reached, and agents that two machines claim.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { AgentClaims, HealthOfNode, NodeDoor } from '../mesh-room.ts'
import { NodeIdText } from '../node.ts'
import { op } from '../operation.ts'

const Nothing = z.strictObject({})

export const meshNodeOperations = {
  listNodeHealth: op({
    method: 'GET',
    path: '/v1/nodes/health',
    may: 'node:read',
    input: Nothing,
    output: () => z.array(HealthOfNode),
    says: 'Ask the machines of the room how they do; of one that is away, the last that is known',
    cli: { words: 'nodes health' },
  }),
  getNodeDoor: op({
    method: 'GET',
    path: '/v1/nodes/door',
    may: 'node:read',
    input: Nothing,
    output: NodeDoor,
    says: 'Where other machines reach this one, once it has invited or joined',
    cli: { words: 'nodes door' },
  }),
  setNodeDoor: op({
    method: 'PUT',
    path: '/v1/nodes/door',
    may: 'node:write',
    input: () =>
      z.strictObject({
        host: z
          .string()
          .regex(
            /^(?:[0-9a-fA-F:.]{2,45}|[a-z0-9](?:[a-z0-9.-]{0,252}))$/,
            'expected an address such as 192.168.1.5',
          ),
      }),
    output: NodeDoor,
    says: 'Choose the address at which other machines reach this one; 0.0.0.0 for all of its networks',
    cli: { words: 'nodes listen', args: ['host'] },
    audited: true,
  }),
  listClaims: op({
    method: 'GET',
    path: '/v1/nodes/claims',
    may: 'node:read',
    input: Nothing,
    output: () => z.array(AgentClaims),
    says: 'Agents that more than one machine says are its own',
    cli: { words: 'nodes claims' },
  }),
  settleClaim: op({
    method: 'POST',
    path: '/v1/nodes/claims/{agentId}',
    may: 'node:write',
    input: () => z.strictObject({ agentId: idSchema('agent'), node: NodeIdText }),
    output: () => z.array(AgentClaims),
    says: 'Say which machine has an agent that this one claims as well; the loser deletes its copy, which can be undeleted',
    cli: { words: 'nodes settle', args: ['agentId', 'node'] },
    audited: true,
  }),
} as const
