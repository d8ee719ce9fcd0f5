// What people of other machines may do here: nothing, unless somebody here has said so for their machine (C18).
import type { AgentId, Clock, NodeGrant } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { By, Statement, Store } from '../db/store.ts'

export type Grants = ReturnType<typeof createGrants>

interface GrantRow {
  node: NodeId
  role: NodeGrant['role']
  agents: string
}

/** Asked for each frame and each event, so they are kept in memory as committed. Whoever deletes one does it by `remove` or `revoke`. */
export function createGrants(store: Pick<Store, 'all' | 'commit'>, clock: Clock) {
  const kept = new Map(
    store.all<GrantRow>('SELECT node, role, agents FROM mesh_grants').map((row) => [row.node, grantIn(row)]),
  )
  const listeners = new Set<(node: NodeId) => void>()
  const of = (node: NodeId): NodeGrant | null => kept.get(node) ?? null
  const changed = (node: NodeId) => {
    for (const hear of listeners) hear(node)
  }
  const drop = (node: NodeId) => {
    if (kept.delete(node)) changed(node)
  }
  return {
    of,
    /** Whether the people of that machine may know of this agent. */
    covers(node: NodeId, agent: string): boolean {
      const grant = of(node)
      return grant !== null && (grant.agents?.some((one) => one === agent) ?? true)
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
      kept.set(node, grant)
      changed(node)
    },
    async remove(node: NodeId, by: By): Promise<void> {
      await store.commit({ by, subject: node, statements: [deletion(node)] })
      drop(node)
    },
    /**
     * The machine is not of the room any more: it has no grant from this moment on, whatever becomes of the disk. `write` commits
     * the statement together with the rest of its going.
     */
    async revoke(node: NodeId, write: (statement: Statement) => Promise<unknown>): Promise<void> {
      drop(node)
      await write(deletion(node))
      drop(node) // one that was being written meanwhile lies before this deletion
    },
    /** Told after each change, of the machine whose people it is about. */
    onChange(hear: (node: NodeId) => void): () => void {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
}

// Written by JSON.stringify of such a list, above.
const grantIn = ({ role, agents }: GrantRow): NodeGrant => ({
  role,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  agents: JSON.parse(agents) as AgentId[] | null,
})

const deletion = (node: NodeId): Statement => ({
  sql: 'DELETE FROM mesh_grants WHERE node = ?',
  values: [node],
})
