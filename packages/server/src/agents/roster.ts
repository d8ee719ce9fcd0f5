// The roster: every agent as committed, in memory, so that listing costs no query; and the one way to change an agent.
import {
  fail,
  fault,
  type Fault,
  type Agent,
  type AgentId,
  type EventType,
  type LoggedEvent,
  type NewEvent,
} from '@tutti/core'
import type { By, Statement, Store, Unit } from '../db/store.ts'
import { createQueue } from '../queue.ts'
import { deleteAgent, insertAgent, loadAgents, updateAgent } from './store.ts'

type AgentEventType = Extract<EventType, `agent.${string}`>

/** What becomes of an agent, and what else belongs into the same transaction. */
export interface Change {
  agent: Agent
  type?: Exclude<AgentEventType, 'agent.purged'>
  statements?: readonly Statement[]
  events?: readonly NewEvent[]
  detail?: Unit['detail']
}

export interface Roster {
  /** Live agents, or the deleted ones, by name. The list is shared: do not change it. */
  list(deleted: boolean): readonly Agent[]
  find(id: AgentId): Agent | undefined
  /** The agent of an id that came from outside. */
  known(id: string): Agent | undefined
  /** The agent, or the fault agent.unknown. */
  get(id: AgentId): Agent
  byName(name: string): Agent | undefined
  add(agent: Agent, secrets: Secrets, by: By): Promise<Agent>
  /** Applies the change to the agent as it then is; changes of one agent follow each other. Null changes nothing. */
  edit(id: AgentId, by: By, change: (agent: Agent) => Change | null): Promise<Agent>
  /**
   * Refuses with that fault, until it is null, whatever would start or change the agent for somebody: it is being moved.
   * `gone`: what is left of it here may be purged.
   */
  hold(id: AgentId, refusal: Fault | null, gone?: boolean): void
  /** Throws for an agent that is held. */
  refuseHeld(id: AgentId, purging?: boolean): void
  /** Removes the row for good. */
  purge(id: AgentId, by: By, also?: Pick<Change, 'statements' | 'events'>): Promise<void>
  onChange(listener: Listener): () => void
}

/** `exists` is false when the agent was purged. */
type Listener = (agent: Agent, exists: boolean) => void

interface Secrets {
  privateKey: Uint8Array
  adopted: string | null
  env: readonly Statement[]
}

export function createRoster(store: Store): Roster {
  const view = createView(loadAgents(store))
  const inOrder = createQueue()
  const held = new Map<AgentId, { refusal: Fault; gone: boolean }>()
  // Called before the commit that it tells of resolves, so a caller always finds its own change.
  store.onEvents(view.apply)

  const get = (id: AgentId): Agent => view.find(id) ?? fail('agent.unknown', { id })

  return {
    list: view.list,
    find: view.find,
    known: view.known,
    get,
    byName: view.byName,
    onChange: view.onChange,

    hold(id, refusal, gone = false) {
      if (refusal) held.set(id, { refusal, gone })
      else held.delete(id)
    },

    refuseHeld(id, purging = false) {
      const one = held.get(id)
      if (one && !(purging && one.gone)) throw one.refusal
    },

    async add(agent, { privateKey, adopted, env }, by) {
      refuseTaken(view, agent)
      await store.commit({
        by,
        subject: agent.id,
        detail: { name: agent.name },
        statements: [insertAgent(agent, { privateKey, adopted }), ...env],
        events: [{ type: 'agent.created', subject: agent.id, data: agent }],
      })
      return agent
    },

    edit: (id, by, change) =>
      inOrder(id, async () => {
        const from = get(id)
        const next = change(from)
        if (!next) return from
        if (next.agent.name !== from.name) refuseTaken(view, next.agent)
        await store.commit(unitOf(from, next, by))
        return next.agent
      }),

    purge: (id, by, also) =>
      inOrder(id, async () => {
        const { name } = get(id)
        await store.commit({
          by,
          subject: id,
          detail: { name },
          statements: [...(also?.statements ?? []), ...deleteAgent(id)],
          events: [...(also?.events ?? []), { type: 'agent.purged', subject: id, data: { id } }],
        })
      }),
  }
}

const unitOf = (from: Agent, next: Change, by: By): Unit => ({
  by,
  subject: from.id,
  detail: { name: from.name, ...next.detail },
  statements: [updateAgent(next.agent, from), ...(next.statements ?? [])],
  events: [
    { type: next.type ?? 'agent.changed', subject: from.id, data: next.agent },
    ...(next.events ?? []),
  ],
})

// The database decides; this only gives the better sentence before it is asked.
function refuseTaken(view: View, agent: Agent): void {
  const holder = view.byName(agent.name)
  if (!holder || holder.id === agent.id) return
  throw fault(holder.deletedAt === null ? 'agent.name-taken' : 'agent.name-deleted', { name: agent.name })
}

type View = ReturnType<typeof createView>

function createView(agents: readonly Agent[]) {
  const byId = new Map<string, Agent>(agents.map((agent) => [agent.id, Object.freeze(agent)]))
  const ids = new Map<string, AgentId>(agents.map((agent) => [agent.name, agent.id]))
  const listeners = new Set<Listener>()
  let sorted: { live: readonly Agent[]; deleted: readonly Agent[] } | null = null

  const forgetName = (before: Agent | undefined): void => {
    if (before && ids.get(before.name) === before.id) ids.delete(before.name)
  }

  const tell = (agent: Agent): void => {
    sorted = null
    for (const listener of listeners) listener(agent, byId.has(agent.id))
  }

  const put = (agent: Agent): void => {
    forgetName(byId.get(agent.id))
    byId.set(agent.id, Object.freeze(agent))
    ids.set(agent.name, agent.id)
    tell(agent)
  }

  const remove = (id: string): void => {
    const before = byId.get(id)
    forgetName(before)
    byId.delete(id)
    if (before) tell(before)
  }

  const sort = () => {
    const all = [...byId.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return {
      live: Object.freeze(all.filter((agent) => agent.deletedAt === null)),
      deleted: Object.freeze(all.filter((agent) => agent.deletedAt !== null)),
    }
  }

  const find = (id: AgentId): Agent | undefined => byId.get(id)

  return {
    find,
    known: (id: string): Agent | undefined => byId.get(id),
    list(deleted: boolean): readonly Agent[] {
      sorted ??= sort()
      return deleted ? sorted.deleted : sorted.live
    },
    byName(name: string): Agent | undefined {
      const id = ids.get(name)
      return id && byId.get(id)
    },
    apply(events: readonly LoggedEvent[]): void {
      for (const event of events) {
        if (event.type === 'agent.purged') remove(event.data.id)
        else if (isAgentEvent(event)) put(event.data)
      }
    },
    onChange(listener: Listener): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

type AgentEvent = Extract<LoggedEvent, { type: Exclude<AgentEventType, 'agent.purged'> }>

const isAgentEvent = (event: LoggedEvent): event is AgentEvent =>
  event.type.startsWith('agent.') && event.type !== 'agent.purged'
