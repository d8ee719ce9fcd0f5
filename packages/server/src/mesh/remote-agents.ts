// The agents of other machines as this one shows them: told as they change, and kept as a picture when their machine is away.
import { Agent, type AgentId, type LoggedEvent, type NewEvent } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { By, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import { createFeed } from './feed.ts'
import type { Grants } from './grants.ts'
import type { PeerStreams } from './peer-streams.ts'

export interface RemoteAgentsDeps {
  store: Pick<Store, 'all' | 'commit'>
  streams: PeerStreams
  grants: Grants
  /** Living agents of this machine. */
  own: () => readonly Agent[]
  /** Whether an id is that of an agent of this machine: nobody else tells of it. */
  isLive: (id: string) => boolean
  quietly: Quietly
}

// A newer machine may tell more of its agents than this version knows.
const Told = z.object({
  all: z.array(Agent.strip()).max(10_000).optional(),
  agent: Agent.strip().optional(),
  gone: z.string().max(64).optional(),
})
type Told = z.infer<typeof Told>

const BY: By = { actor: 'system', address: '', act: 'mesh.picture', audited: false }

export type RemoteAgents = ReturnType<typeof createRemoteAgents>

export function createRemoteAgents(deps: RemoteAgentsDeps) {
  const { store, streams, grants } = deps
  const pictures = loaded(store)

  const take = (node: NodeId, told: Told): void => {
    const picture = pictures.get(node) ?? new Map<AgentId, Agent>()
    pictures.set(node, picture)
    const all = told.all?.filter(({ id }) => !deps.isLive(id))
    const events = all ? replaced(node, picture, all) : []
    if (told.agent && !deps.isLive(told.agent.id) && isNewer(picture, told.agent)) {
      picture.set(told.agent.id, told.agent)
      events.push(changeOf(node, told.agent))
    }
    for (const id of picture.keys())
      if (id === told.gone) {
        picture.delete(id)
        events.push(goneOf(node, id))
      }
    if (events.length > 0) deps.quietly(store.commit({ by: BY, subject: node, statements: [], events }))
  }

  const feed = createFeed({
    streams,
    grants,
    purpose: 'agents',
    schema: Told,
    whole: (peer) => ({ all: deps.own().filter(({ id }) => grants.covers(peer, id)) }),
    take,
  })

  return {
    of: (node: NodeId): readonly Agent[] => [...(pictures.get(node)?.values() ?? [])],
    /** What the runtime hears of links. */
    linked(node: NodeId, state: 'up' | 'reset' | 'down'): void {
      if (state === 'down') deps.quietly(store.commit(savedPicture(node, pictures.get(node))))
      else feed.watch(node)
    },
    /** What changes here is told to those who may know. */
    follow(events: readonly LoggedEvent[]): void {
      for (const event of events) {
        const told = toldOf(event)
        if (told !== null) feed.tell(told.told, (peer) => grants.covers(peer, told.id))
      }
    },
    forget(node: NodeId): void {
      feed.forget(node)
      pictures.delete(node)
    },
  }
}

const savedPicture = (node: NodeId, picture: ReadonlyMap<AgentId, Agent> | undefined) => ({
  by: BY,
  subject: node,
  statements: [
    {
      sql: `INSERT INTO mesh_nodes (node, urls, seen_at, picture) VALUES (?, '[]', 0, ?)
        ON CONFLICT (node) DO UPDATE SET picture = excluded.picture`,
      values: [node, JSON.stringify([...(picture?.values() ?? [])])],
    },
  ],
})

function loaded(store: Pick<Store, 'all'>): Map<NodeId, Map<AgentId, Agent>> {
  const rows = store.all<{ node: NodeId; picture: string }>('SELECT node, picture FROM mesh_nodes')
  return new Map(
    rows.map(({ node, picture }) => {
      // A picture of a former version may lack what this one shows: the machine will tell it again.
      const agents = z.array(Agent).safeParse(JSON.parse(picture))
      return [node, new Map((agents.data ?? []).map((agent) => [agent.id, agent]))]
    }),
  )
}

const isNewer = (picture: ReadonlyMap<AgentId, Agent>, agent: Agent): boolean =>
  (picture.get(agent.id)?.version ?? -1) !== agent.version || picture.get(agent.id)?.status !== agent.status

const changeOf = (node: NodeId, agent: Agent): NewEvent => ({
  type: 'node.agent',
  subject: agent.id,
  data: { node, agent },
})

const goneOf = (node: NodeId, id: AgentId): NewEvent => ({
  type: 'node.agent-gone',
  subject: id,
  data: { node, id },
})

function replaced(node: NodeId, picture: Map<AgentId, Agent>, all: readonly Agent[]): NewEvent[] {
  const now = new Map(all.map((agent) => [agent.id, agent]))
  const gone = [...picture.keys()].filter((id) => !now.has(id)).map((id) => goneOf(node, id))
  const changed = all.filter((agent) => JSON.stringify(picture.get(agent.id)) !== JSON.stringify(agent))
  picture.clear()
  for (const [id, agent] of now) picture.set(id, agent)
  return [...gone, ...changed.map((agent) => changeOf(node, agent))]
}

function toldOf(event: LoggedEvent): { id: AgentId; told: Told } | null {
  const { type, data } = event
  if (type === 'agent.deleted') return { id: data.id, told: { gone: data.id } }
  const isOfAgent = type === 'agent.created' || type === 'agent.changed' || type === 'agent.undeleted'
  return isOfAgent ? { id: data.id, told: { agent: data } } : null
}
