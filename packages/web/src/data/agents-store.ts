// All agents of this machine, kept true by events.
import { isClientFault } from '@tutti/client'
import type { Agent, LoggedEvent } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { faultText } from './fault-text.ts'

export interface AgentsState {
  /** By id; deleted ones are not here. */
  agents: ReadonlyMap<string, Agent>
  deleted: ReadonlyMap<string, Agent>
  loaded: boolean
  deletedLoaded: boolean
  error: string | null
}

export const EMPTY_AGENTS: AgentsState = {
  agents: new Map(),
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
  return isAgentEvent(event) ? withAgent(state, event.data) : state
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

function without(map: ReadonlyMap<string, Agent>, id: string): ReadonlyMap<string, Agent> {
  if (!map.has(id)) return map
  const next = new Map(map)
  next.delete(id)
  return next
}

/** Reads the list anew, such as at the start and when events were lost. */
export async function loadAgents(): Promise<void> {
  try {
    const list = await api.listAgents({})
    useAgents.setState({ agents: byId(list), loaded: true, error: null })
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

export const putAgent = (agent: Agent): void => useAgents.setState((state) => withAgent(state, agent))

const byId = (list: readonly Agent[]) => new Map(list.map((agent) => [agent.id, agent]))

export const useAgent = (id: string): Agent | undefined => useAgents((state) => state.agents.get(id))
