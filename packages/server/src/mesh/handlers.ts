// What people may ask of the mesh: the operations of core/operations/nodes.ts.
import { fault, type AgentId } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { Context, Handlers } from '../handler.ts'
import { holds } from '../permission.ts'
import type { Claims } from './claims.ts'
import type { Door } from './peer-address.ts'
import type { Grants } from './grants.ts'
import type { News } from './news.ts'
import type { Nodes } from './nodes.ts'
import type { Pairings } from './pairings.ts'
import type { Health } from './health.ts'
import type { RemoteAgents } from './remote-agents.ts'
import type { RemoteEvents } from './remote-events.ts'
import type { Runtime } from './runtime.ts'

export type MeshHandlers = Pick<
  Handlers,
  | 'listNodes'
  | 'listNodeAgents'
  | 'listNodeHealth'
  | 'getNodeDoor'
  | 'setNodeDoor'
  | 'listClaims'
  | 'settleClaim'
  | 'inviteNode'
  | 'joinNode'
  | 'getPairing'
  | 'comparePairing'
  | 'grantNode'
  | 'ungrantNode'
  | 'revokeNode'
  | 'leaveRoom'
>

export interface HandlerDeps {
  self: NodeId
  runtime: Runtime
  nodes: Nodes
  pairings: Pairings
  grants: Grants
  remote: { agents: RemoteAgents; events: RemoteEvents; health: Health; claims: Claims }
  door: Door
  news: News
  /** The operations of this machine. */
  handlers(): Partial<Handlers>
  /** Ends the mesh here and forgets this machine's key: who has left comes back as another one. */
  leave(): Promise<void>
}

export const meshHandlers = ({ nodes, pairings, grants, remote, ...deps }: HandlerDeps): MeshHandlers => ({
  listNodes: () => nodes.list(),
  listNodeHealth: () =>
    Promise.all(
      nodes.list().map(async ({ id }) => ({ node: id, health: await remote.health.of(nodes.get(id)) })),
    ),
  getNodeDoor: deps.door.shown,
  async setNodeDoor({ host }, { by }) {
    await deps.door.move(host, by)
    return deps.door.shown()
  },
  listClaims: remote.claims.list,
  async settleClaim({ agentId, node }, context) {
    const winner = nodes.get(node)
    if (winner === deps.self) await remote.claims.take(agentId)
    else await yielded(deps, { agentId, isOurs: remote.claims.isBetween(agentId, winner) }, context)
    return remote.claims.list()
  },
  listNodeAgents: (_input, { actor }) =>
    nodes
      .list()
      .filter(({ id }) => id !== deps.self)
      .map(({ id, name, link, since }) => ({
        node: id,
        name,
        link,
        since,
        agents: remote.agents.of(nodes.get(id)),
        attention: holds(actor, 'attention:read') ? remote.events.itemsOf(nodes.get(id)) : [],
      })),
  inviteNode: ({ role }) => pairings.invite(role),
  joinNode: ({ code }) => pairings.join(code),
  getPairing: ({ id, past }) => pairings.get(id, past),
  comparePairing: ({ id, alike }) => pairings.compare(id, alike),
  async grantNode({ id, ...grant }, { by }) {
    await grants.set(nodes.get(id), grant, by)
    return {}
  },
  async ungrantNode({ id }, { by }) {
    await grants.remove(nodes.get(id), by)
    return {}
  },
  async revokeNode({ id }, { by }) {
    const whom = nodes.get(id)
    if (whom === deps.self) throw fault('node.self')
    deps.runtime.step({ type: 'revoke', whom })
    await deps.runtime.settled()
    await deps.news.gone(whom, by)
    return {}
  },
  async leaveRoom() {
    await deps.leave()
    return {}
  },
})

/** Gives an agent up that another machine has: the copy here is deleted, and can be undeleted for as long as any. */
async function yielded(
  { handlers }: Pick<HandlerDeps, 'handlers'>,
  { agentId, isOurs }: { agentId: AgentId; isOurs: boolean },
  context: Context,
): Promise<void> {
  if (!isOurs) throw fault('node.claim-elsewhere', { agent: agentId })
  await handlers().deleteAgent?.({ id: agentId }, context)
}
