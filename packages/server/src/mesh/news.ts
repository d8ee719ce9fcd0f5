// What the directory newly says of machines, for whoever looks: another name, a new member, one that was thrown out.
import type { NodeId, SignedRecord } from '@tutti/protocol'
import { isNodeId } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Grants } from './grants.ts'
import type { Nodes } from './nodes.ts'
import { STEPPING } from './post.ts'

export interface NewsDeps {
  store: Pick<Store, 'commit'>
  nodes: Nodes
  grants: Grants
  self: NodeId
  /** Forgets what was told by a machine. */
  forget(node: NodeId): void
  isMember(node: NodeId): boolean
  quietly: Quietly
}

export type News = ReturnType<typeof createNews>

export function createNews({ store, nodes, grants, self, forget, isMember, quietly }: NewsDeps) {
  /** A machine is not of the room any more: nothing that it told is shown, and nothing is granted to it. */
  const gone = async (whom: NodeId, by: By = STEPPING): Promise<void> => {
    forget(whom)
    await grants.revoke(whom, (statement) =>
      store.commit({
        by,
        subject: whom,
        statements: [{ sql: 'DELETE FROM mesh_nodes WHERE node = ?', values: [whom] }, statement],
        events: [{ type: 'node.removed', subject: whom, data: { id: whom } }],
      }),
    )
  }
  return {
    gone,
    heard(records: readonly SignedRecord[]): void {
      for (const { kind, subject } of records) {
        if (!isNodeId(subject) || subject === self) continue
        if (kind === 'revocation' && !isMember(subject)) quietly(gone(subject))
        else if (isMember(subject)) quietly(nodes.told(subject))
      }
    },
  }
}
