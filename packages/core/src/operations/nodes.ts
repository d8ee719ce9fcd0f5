// The machines of the room: inviting, joining, looking after links, and throwing one out.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { MeshNode, NodeAgents, NodeGrant, NodeIdText, NodePairing, PAIRING_PHASES } from '../node.ts'
import { op } from '../operation.ts'

const OneNode = z.strictObject({ id: NodeIdText })
const Nothing = z.strictObject({})

export const nodeOperations = {
  listNodes: op({
    method: 'GET',
    path: '/v1/nodes',
    may: 'node:read',
    input: Nothing,
    output: () => z.array(MeshNode),
    says: 'List the machines of the room, with link, version, latency and clock',
  }),
  listNodeAgents: op({
    method: 'GET',
    path: '/v1/nodes/agents',
    may: 'agent:read',
    input: Nothing,
    output: () => z.array(NodeAgents),
    says: 'List the agents of the other machines, as far as they let you see them; of one that is away, as it was',
    cli: { words: 'nodes agents' },
  }),
  inviteNode: op({
    method: 'POST',
    path: '/v1/nodes/invites',
    may: 'node:write',
    input: () =>
      z.strictObject({
        /** `guest`: may not let others in, nor change what belongs to full machines. */
        role: z.enum(['full', 'guest']).default('full'),
      }),
    output: NodePairing,
    says: 'Make a one-time code by which another machine joins the room',
    audited: true,
  }),
  joinNode: op({
    method: 'POST',
    path: '/v1/nodes/join',
    may: 'node:write',
    input: () => z.strictObject({ code: z.string().min(1).max(2000) }),
    output: NodePairing,
    says: 'Join the room of another machine by its code',
    audited: true,
    guessable: true,
  }),
  getPairing: op({
    method: 'GET',
    path: '/v1/nodes/pairings/{id}',
    may: 'node:write',
    input: () =>
      z.strictObject({
        id: idSchema('pairing'),
        /** Answers when the phase is another one, or after 20 s. */
        past: z.enum(PAIRING_PHASES).optional(),
      }),
    output: NodePairing,
    says: 'Show how a joining stands',
  }),
  comparePairing: op({
    method: 'POST',
    path: '/v1/nodes/pairings/{id}/compare',
    may: 'node:write',
    input: () => z.strictObject({ id: idSchema('pairing'), alike: z.boolean() }),
    output: NodePairing,
    says: 'Say whether both machines show the same six digits',
    cli: { words: 'nodes compare', args: ['id'] },
    audited: true,
  }),
  grantNode: op({
    method: 'PUT',
    path: '/v1/nodes/{id}/grant',
    may: 'node:write',
    input: () =>
      z.strictObject({
        id: NodeIdText,
        ...NodeGrant.shape,
        agents: NodeGrant.shape.agents.default(null),
      }),
    output: Nothing,
    says: 'Let the people of another machine see and do things here, up to a role',
    cli: { words: 'nodes grant', args: ['id', 'role'] },
    audited: true,
  }),
  ungrantNode: op({
    method: 'DELETE',
    path: '/v1/nodes/{id}/grant',
    may: 'node:write',
    input: OneNode,
    output: Nothing,
    says: 'Take back what the people of another machine may do here',
    cli: { words: 'nodes ungrant', args: ['id'] },
    audited: true,
  }),
  revokeNode: op({
    method: 'DELETE',
    path: '/v1/nodes/{id}',
    may: 'node:write',
    input: OneNode,
    output: Nothing,
    says: 'Throw a machine out of the room, everywhere and for good',
    cli: { words: 'nodes revoke', args: ['id'] },
    audited: true,
  }),
  leaveRoom: op({
    method: 'POST',
    path: '/v1/nodes/leave',
    may: 'node:write',
    input: Nothing,
    output: Nothing,
    says: 'Leave the room with this machine',
    cli: { words: 'nodes leave' },
    audited: true,
  }),
} as const
