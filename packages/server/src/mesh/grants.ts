// What people of other machines may do here: nothing, unless somebody here has said so for their machine (C18).
import type { AgentId, Clock, NodeGrant } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'

export type Grants = ReturnType<typeof createGrants>

interface GrantRow {
  role: NodeGrant['role']
  agents: string
}

export function createGrants(store: Pick<Store, 'get' | 'commit'>, clock: Clock) {
  const listeners = new Set<(node: NodeId) => void>()
  const changed = (node: NodeId) => {
    for (const hear of listeners) hear(node)
  }
  return {
    of(node: NodeId): NodeGrant | null {
      const row = store.get<GrantRow>('SELECT role, agents FROM mesh_grants WHERE node = ?', node)
      // Written by JSON.stringify of such a list, below.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return row ? { role: row.role, agents: JSON.parse(row.agents) as AgentId[] | null } : null
    },
    async set(node: NodeId, grant: NodeGrant, by: By): Promise<void> {
      await store.commit({
        by,
        subject: node,
        detail: { role: grant.role, agents: grant.agents?.length ?? 'all' },
        statements: [
          {
            sql: `INSERT INTO mesh_grants (node, role, agents, at) VALUES (?, ?, ?, ?)
              ON CONFLICT (node) DO UPDATE SET role = excluded.role, agents = excluded.agents, at = excluded.at`,
            values: [node, grant.role, JSON.stringify(grant.agents), clock.now()],
          },
        ],
      })
      changed(node)
    },
    async remove(node: NodeId, by: By): Promise<void> {
      const statements = [{ sql: 'DELETE FROM mesh_grants WHERE node = ?', values: [node] }]
      await store.commit({ by, subject: node, statements })
      changed(node)
    },
    /** Told after each change, of the machine whose people it is about. */
    onChange(hear: (node: NodeId) => void): () => void {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
}
