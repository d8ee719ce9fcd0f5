// What goes over links beside mail and directory, wired: the agents of other machines, what is asked of them, their terminals.
import type { Agent } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { By } from '../db/store.ts'
import { holds, permissionRefusal } from '../permission.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Grants } from './grants.ts'
import { createClaims } from './claims.ts'
import { createFiles } from './files.ts'
import { createHealth } from './health.ts'
import type { Letters, Stored } from './letters.ts'
import type { Life } from './life-mark.ts'
import { createLostMail } from './lost-mail.ts'
import type { MeshRoom } from './mesh-room.ts'
import type { Nodes } from './nodes.ts'
import { createPeerStreams } from './peer-streams.ts'
import { createRemoteAgents } from './remote-agents.ts'
import { createRemoteEvents } from './remote-events.ts'
import { createPlaces } from './places.ts'
import { createRemoteCalls } from './remote-calls.ts'
import { createRemoteTerminals } from './remote-terminals.ts'
import type { Runtime } from './runtime.ts'

interface RemoteParts {
  runtime: () => Runtime
  nodes: Nodes
  grants: Grants
  quietly: Quietly
  letters: Pick<Letters<Stored>, 'leadsTo' | 'letterOf'>
  life: Life
}

export function createRemote(
  room: MeshRoom,
  { runtime, nodes, grants, quietly, letters, life }: RemoteParts,
) {
  const streams = createPeerStreams({ clock: room.clock, runtime })
  const { labelOf, isUp, homeOfAgent } = nodes
  const common = { ...room, streams, grants, labelOf, isUp, quietly }
  const places = createPlaces()
  const { self } = nodes
  const events = createRemoteEvents({ ...common, places, homeOfAgent })
  const agents = createRemoteAgents({ ...common, own: room.agents })
  return {
    streams,
    agents,
    /** Forgets what a machine has told. */
    forget(node: NodeId): void {
      agents.forget(node)
      events.forget(node)
    },
    places,
    events,
    files: createFiles({ ...common, leadsTo: letters.leadsTo }),
    lostMail: createLostMail({
      ...common,
      life,
      deliveredSince: room.mail.deliveredSince,
      letterOf: letters.letterOf,
      send: (letter) => runtime().step({ type: 'letter', letter }),
    }),
    health: createHealth({
      ...common,
      self,
      startedAt: room.clock.now(),
      counts: () => countsOf(room.agents()),
    }),
    claims: createClaims({ self, runtime, nowMs: () => room.clock.now(), labelOf }),
    calls: createRemoteCalls({
      ...common,
      permissionRefusal,
      learned: places.learn,
      served: events.looked,
    }),
    terminals: createRemoteTerminals({
      ...common,
      homeOf: homeOfAgent,
      holds,
      audit({ actor, address }, subject) {
        const by: By = { actor: actor.id, address, act: 'terminal.open', audited: true }
        quietly(room.store.audit(by, { subject, outcome: 'done', detail: { remote: true } }))
      },
    }),
  }
}

const countsOf = (agents: readonly Agent[]) => ({
  agents: agents.length,
  awake: agents.filter(({ session }) => session !== null).length,
})
