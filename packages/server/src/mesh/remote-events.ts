// What agents of other machines ask and do, told as it happens: items of their queues, words that wait, and their conversations.
import {
  AttentionItem,
  EVENTS,
  idSchema,
  isOpen,
  maySeeItem,
  TOLD_EVENTS,
  type AgentId,
  type LoggedEvent,
  type NodeEvent,
} from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { By, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import { createFeed } from './feed.ts'
import type { Grants } from './grants.ts'
import type { PeerStreams } from './peer-streams.ts'
import type { Places } from './places.ts'

export interface RemoteEventsDeps {
  clock: { now(): number }
  store: Pick<Store, 'commit'>
  streams: PeerStreams
  grants: Grants
  places: Places
  /** Open items of this machine's queue. */
  items: () => readonly AttentionItem[]
  /** The agent of this machine that something is about; null where it is not of this machine. */
  agentOf: (id: string) => AgentId | null
  isLive: (id: string) => boolean
  /** The machine of an agent that lives elsewhere; null where nobody knows one. */
  homeOfAgent: (id: string) => NodeId | null
  quietly: Quietly
}

const Told = z.object({
  items: z.array(AttentionItem.strip()).max(1000).optional(),
  event: z.object({ type: z.enum(TOLD_EVENTS), agentId: z.string().max(64), data: z.unknown() }).optional(),
})
type Told = z.infer<typeof Told>

type ToldType = NodeEvent['type']

const BY: By = { actor: 'system', address: '', act: 'mesh.told', audited: false }

/** What is told only of agents that somebody over there looks at: it comes with every line. */
const LOUD: ReadonlySet<string> = new Set<ToldType>(['transcript.grown', 'usage.changed', 'meter.changed'])
/** Whoever has asked for a conversation goes on hearing of it for so long. */
const LOOKED_MS = 30 * 60_000
const ITEMS_MOST = 1000

export type RemoteEvents = ReturnType<typeof createRemoteEvents>

/** What this machine tells others, and what it hears of them. */
export function createRemoteEvents(deps: RemoteEventsDeps) {
  const { clock, grants } = deps
  const { itemsOf, take, forget } = createHearing(deps)
  const looked = new Map<string, number>()
  const toldOf = createTold()
  const feed = createFeed({ ...deps, purpose: 'events', schema: Told, whole: wholeFor(deps), take })
  const mayHear = (peer: NodeId, type: ToldType, agent: AgentId): boolean =>
    grants.covers(peer, agent) && (!LOUD.has(type) || (looked.get(`${peer} ${agent}`) ?? 0) > clock.now())

  return {
    itemsOf,
    /** Somebody of that machine has asked about an agent of this one. */
    looked(peer: NodeId, agent: string): void {
      looked.set(`${peer} ${agent}`, clock.now() + LOOKED_MS)
    },
    /** What happens here is told to those who may know. */
    follow(events: readonly LoggedEvent[]): void {
      for (const event of events) {
        const told = toldOf(event)
        if (told !== null) feed.tell({ event: told }, (peer) => mayHear(peer, told.type, told.agentId))
      }
    },
    linked(node: NodeId, state: 'up' | 'reset' | 'down'): void {
      if (state !== 'down') feed.watch(node)
    },
    forget(node: NodeId): void {
      feed.forget(node)
      forget(node)
    },
  }
}

const wholeFor =
  ({ grants, items }: RemoteEventsDeps) =>
  (peer: NodeId): Told => {
    const all = items().filter((item) => maySeeItem(item, null) && grants.covers(peer, item.agentId))
    return { items: all.slice(0, ITEMS_MOST) }
  }

function createHearing(deps: RemoteEventsDeps) {
  const { places } = deps
  const open = new Map<NodeId, Map<string, AttentionItem>>()

  const pass = (node: NodeId, events: readonly NodeEvent[]): void => {
    if (events.length === 0) return
    const rows = events.map((data) => ({ type: 'node.told' as const, subject: data.agentId, data }))
    deps.quietly(deps.store.commit({ by: BY, subject: node, statements: [], events: rows }))
  }
  const isTheirs = (node: NodeId, agent: string): boolean =>
    !deps.isLive(agent) && (deps.homeOfAgent(agent) ?? node) === node
  /** Nobody tells of what is ours, or of what another machine has told of. */
  const isTheirThing = (node: NodeId, id: string): boolean =>
    deps.agentOf(id) === null && (places.of(id) ?? node) === node

  const take = (node: NodeId, { items, event }: Told): void => {
    if (items) {
      const theirs = items.filter(({ id, agentId }) => isTheirs(node, agentId) && isTheirThing(node, id))
      places.learn(node, theirs)
      pass(node, replaced(node, theirs, open))
    }
    const told = event && checked(node, event)
    if (!told || !isTheirs(node, told.agentId)) return
    const { data } = told
    if ('id' in data && !isTheirThing(node, String(data.id))) return
    places.learn(node, data)
    const item = AttentionItem.safeParse(data)
    if (told.type === 'attention.changed' && item.success) keep(open, node, item.data)
    pass(node, [told])
  }

  return {
    take,
    /** What is open at another machine, as far as it lets us see it. */
    itemsOf: (node: NodeId): readonly AttentionItem[] => [...(open.get(node)?.values() ?? [])],
    forget(node: NodeId): void {
      open.delete(node)
      places.forget(node)
    },
  }
}

type Telling = { type: ToldType; agentId: AgentId; data: unknown }

/** Removals name no agent: it is remembered from what was told of the same thing before. */
const REMEMBERED_MOST = 5000

/** An event of an agent as it is told on; null for one that is nobody else's business. */
export function createTold() {
  const agents = new Map<string, AgentId>()
  return ({ type, data, subject }: LoggedEvent): Telling | null => {
    if (!isTold(type)) return null
    if (!('agentId' in data)) {
      const agentId = agents.get(subject)
      agents.delete(subject) // it is removed once
      return agentId === undefined ? null : { type, agentId, data }
    }
    const { agentId } = data
    if (agentId === null) return null
    if (type === 'attention.changed' && 'onlyFor' in data && data.onlyFor !== undefined) return null
    if ('id' in data) remember(agents, data.id, agentId)
    return { type, agentId, data }
  }
}

/** The newest are kept: what was told of last is what may be removed next. */
function remember(agents: Map<string, AgentId>, id: string, agentId: AgentId): void {
  agents.delete(id)
  agents.set(id, agentId)
  for (const oldest of agents.keys()) {
    if (agents.size <= REMEMBERED_MOST) return
    agents.delete(oldest)
  }
}

const isTold = (type: string): type is ToldType => TOLD_EVENTS.some((one) => one === type)

type Checked = NodeEvent & { data: object }

/** The event as it may be shown here: of the shape that this version knows, and about the agent that it says. */
function checked(node: NodeId, { type, agentId, data: given }: NonNullable<Told['event']>): Checked | null {
  const data = EVENTS[type].data.safeParse(given)
  const agent = agentIdSchema.safeParse(agentId)
  if (!data.success || !agent.success) return null
  if ('agentId' in data.data && data.data.agentId !== agentId) return null
  return { node, agentId: agent.data, type, data: data.data }
}

const agentIdSchema = idSchema('agent')

function keep(open: Map<NodeId, Map<string, AttentionItem>>, node: NodeId, item: AttentionItem): void {
  const own = open.get(node) ?? new Map<string, AttentionItem>()
  open.set(node, own)
  if (isOpen(item) && own.size < ITEMS_MOST) own.set(item.id, item)
  else own.delete(item.id)
}

/** A whole new picture of a queue: what is new or other in it, and what has left it meanwhile. */
function replaced(
  node: NodeId,
  items: readonly AttentionItem[],
  open: Map<NodeId, Map<string, AttentionItem>>,
): NodeEvent[] {
  const before = open.get(node)
  const now = new Map<string, AttentionItem>(items.map((item) => [item.id, item]))
  open.set(node, now)
  const gone = [...(before?.values() ?? [])].filter(({ id }) => !now.has(id)).map(settled)
  const changed = items.filter((item) => before?.get(item.id)?.version !== item.version)
  return [...gone, ...changed].map((data) => ({
    node,
    agentId: data.agentId,
    type: 'attention.changed',
    data,
  }))
}

/** It was settled while we could not hear of it, or is not for us any more. */
const settled = (item: AttentionItem): AttentionItem => ({ ...item, receipt: 'stale' })
