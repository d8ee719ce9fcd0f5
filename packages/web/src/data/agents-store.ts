// All agents of this machine and of the room, kept true by events.
import { isClientFault } from '@tutti/client'
import type { Agent, LoggedEvent } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { faultText } from './fault-text.ts'

export interface AgentsState {
  /** By id, those of other machines among them; deleted ones are not here. */
  agents: ReadonlyMap<string, Agent>
  /** The machine of each agent that does not live on this one. */
  homes: ReadonlyMap<string, string>
  deleted: ReadonlyMap<string, Agent>
  loaded: boolean
  deletedLoaded: boolean
  error: string | null
}

export const EMPTY_AGENTS: AgentsState = {
  agents: new Map(),
  homes: new Map(),
  deleted: new Map(),
  loaded: false,
  deletedLoaded: false,
  error: null,
}

export const useAgents = create<AgentsState>()(() => EMPTY_AGENTS)

/** The state after an event; the same object where nothing changed. */
export function reduceAgents(state: AgentsState, event: LoggedEvent): AgentsState {
  if (event.type === 'agent.purged') {
    const { id } = event.data
    return { ...state, agents: without(state.agents, id), deleted: without(state.deleted, id) }
  }
  if (!isAgentEvent(event)) return state
  const { id } = event.data
  // It is told by this machine: it lives here, wherever it did before.
  const homes = state.homes.has(id) ? without(state.homes, id) : state.homes
  return withAgent(homes === state.homes ? state : { ...state, homes }, event.data)
}

type AgentEvent = Extract<LoggedEvent, { data: Agent }>

const AGENT_EVENTS: readonly string[] = [
  'agent.created',
  'agent.changed',
  'agent.deleted',
  'agent.undeleted',
] satisfies AgentEvent['type'][]

const isAgentEvent = (event: LoggedEvent): event is AgentEvent => AGENT_EVENTS.includes(event.type)

/** Puts the agent where it belongs. One that is older than what is known is left out. */
export function withAgent(state: AgentsState, agent: Agent): AgentsState {
  const known = state.agents.get(agent.id) ?? state.deleted.get(agent.id)
  if (known && (known.version > agent.version || known.updatedAt > agent.updatedAt)) return state
  return agent.deletedAt === null
    ? {
        ...state,
        agents: new Map(state.agents).set(agent.id, agent),
        deleted: without(state.deleted, agent.id),
      }
    : {
        ...state,
        agents: without(state.agents, agent.id),
        deleted: new Map(state.deleted).set(agent.id, agent),
      }
}

function without<V>(map: ReadonlyMap<string, V>, id: string): ReadonlyMap<string, V> {
  if (!map.has(id)) return map
  const next = new Map(map)
  next.delete(id)
  return next
}

/** Reads the list anew, such as at the start and when events were lost. */
export async function loadAgents(): Promise<void> {
  const before = useAgents.getState()
  try {
    const list = await api.listAgents({})
    useAgents.setState((state) => ({ ...withList(state, { list, before }), loaded: true, error: null }))
  } catch (error) {
    // Asked before the door was passed: the answer belongs to the door.
    if (!isClientFault(error) || error.status !== 401) useAgents.setState({ error: faultText(error) })
  }
}

export async function loadDeleted(): Promise<void> {
  try {
    const list = await api.listAgents({ deleted: true })
    useAgents.setState({ deleted: byId(list), deletedLoaded: true, error: null })
  } catch (error) {
    useAgents.setState({ error: faultText(error) })
  }
}

/** What was read, and over it what events have told since it was asked for (`before` is of that moment): the list may be older. */
export function withList(
  state: AgentsState,
  { list, before }: { list: readonly Agent[]; before: AgentsState },
): AgentsState {
  const told = [...state.agents.values(), ...state.deleted.values()].filter(
    (agent) => before.agents.get(agent.id) !== agent && before.deleted.get(agent.id) !== agent,
  )
  return told
    .filter(({ id }) => !state.homes.has(id))
    .reduce(withAgent, { ...state, ...withOwn(state, list) })
}

/** The list that was read, beside the agents of other machines: those come and go by events of their own. */
function withOwn(
  { agents, homes }: AgentsState,
  list: readonly Agent[],
): Pick<AgentsState, 'agents' | 'homes'> {
  const own = new Map<string, Agent>(byId(list))
  const remote = [...agents].filter(([id]) => homes.has(id) && !own.has(id))
  return { agents: new Map([...own, ...remote]), homes: new Map([...homes].filter(([id]) => !own.has(id))) }
}

/** The machine of an agent that lives elsewhere; null for this one. */
export const homeOf = (id: string): string | null => useAgents.getState().homes.get(id) ?? null

export const putAgent = (agent: Agent): void => useAgents.setState((state) => withAgent(state, agent))

const byId = (list: readonly Agent[]) => new Map(list.map((agent) => [agent.id, agent]))

export const useAgent = (id: string): Agent | undefined => useAgents((state) => state.agents.get(id))
