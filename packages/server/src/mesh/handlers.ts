// What people may ask of the mesh: the operations of core/operations/nodes.ts.
import { fault } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import type { Grants } from './grants.ts'
import type { Nodes } from './nodes.ts'
import type { Pairings } from './pairings.ts'
import { STEPPING } from './post.ts'
import type { RemoteAgents } from './remote-agents.ts'
import type { Runtime } from './runtime.ts'

export type MeshHandlers = Pick<
  Handlers,
  | 'listNodes'
  | 'listNodeAgents'
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
  store: Pick<Store, 'commit'>
  self: NodeId
  runtime: Runtime
  nodes: Nodes
  pairings: Pairings
  grants: Grants
  remote: { agents: RemoteAgents }
  /** Ends the mesh here and forgets this machine's key: who has left comes back as another one. */
  leave(): Promise<void>
}

export const meshHandlers = ({ nodes, pairings, grants, remote, ...deps }: HandlerDeps): MeshHandlers => ({
  listNodes: () => nodes.list(),
  listNodeAgents: () =>
    nodes
      .list()
      .filter(({ id }) => id !== deps.self)
      .map(({ id, name, link, since }) => ({
        node: id,
        name,
        link,
        since,
        agents: remote.agents.of(nodes.get(id)),
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
    remote.agents.forget(whom)
    await grants.remove(whom, by)
    await deps.store.commit({
      by: STEPPING,
      subject: whom,
      statements: [{ sql: 'DELETE FROM mesh_nodes WHERE node = ?', values: [whom] }],
      events: [{ type: 'node.removed', subject: whom, data: { id: whom } }],
    })
    return {}
  },
  async leaveRoom() {
    await deps.leave()
    return {}
  },
})
