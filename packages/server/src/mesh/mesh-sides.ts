// The mesh as the features see it that live on its lease and its log.
import { fault, may } from '@tutti/core'
import type { MeshInput } from '@tutti/core/mesh'
import type { NodeId } from '@tutti/protocol'
import type { MeshSide } from '../moving/moving.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Grants } from './grants.ts'
import type { Identity } from './identity.ts'
import type { Life } from './life-mark.ts'
import type { Nodes } from './nodes.ts'
import type { PeerStreams } from './peer-streams.ts'
import type { Also, Runtime } from './runtime.ts'

/** What two features write together with a step. */
export const bothOf = (a: Also, b: Also): Also => ({
  statements: [...a.statements, ...b.statements],
  events: [...a.events, ...b.events],
})

/** Resolves when the step is on disk; where the disk refuses it, the runtime has begun anew. */
export const writerOf =
  (runtime: Runtime) =>
  async (input: MeshInput): Promise<void> => {
    const before = runtime.node()
    runtime.step(input)
    await runtime.settled()
    if (runtime.node() !== before) throw fault('store.full', { problem: 'the edit was not taken' })
  }

interface SideParts {
  life: Life
  identity: Identity
  remote: { streams: PeerStreams }
  runtime: Runtime
  nodes: Nodes
  grants: Grants
  post: { sendQueued(): void }
  quietly: Quietly
}

/** The mesh as moving sees it. */
export function sideOf({
  life,
  identity,
  remote,
  runtime,
  nodes,
  grants,
  post,
  quietly,
}: SideParts): MeshSide {
  const state = () => runtime.node().state
  return {
    self: identity.id,
    restoredAt: life.restored?.at ?? null,
    sign: identity.sign,
    ...remote.streams,
    step: runtime.step,
    settled: runtime.settled,
    holding: (agent) => state().holdings.get(agent),
    isUp: nodes.isUp,
    isMember: (node) => state().membership.members.has(node),
    get: nodes.get,
    labelOf: nodes.labelOf,
    mayBring: (node, agent) => mayBring(grants, node, agent),
    takeUpMail: () => post.sendQueued(),
    quietly,
  }
}

/** An agent that comes is worked with by whoever lives here: it takes as much as to make one here, for any agent or this one. */
function mayBring(grants: Grants, node: NodeId, agent: string): boolean {
  const grant = grants.of(node)
  return grant !== null && may(grant.role, 'agent:write') && grants.covers(node, agent)
}
