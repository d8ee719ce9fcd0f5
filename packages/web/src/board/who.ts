// Who a card is given to: an agent of the room by its name, or whoever else the name means.
import type { Agent } from '@tutti/core'
import { useMemo } from 'react'
import { useAgents } from '../data/agents-store.ts'
import { useRoom, type Neighbour } from '../data/room-store.ts'

export interface Worker {
  agent: Agent | null
  /** Its machine, where that is away. */
  away: Neighbour | null
}

const NOBODY: Worker = { agent: null, away: null }

/** Of two agents with one name, the one here; `name@machine` names the other. */
export function useWorker(assignee: string): Worker {
  const agents = useAgents((state) => state.agents)
  const homes = useAgents((state) => state.homes)
  const machines = useRoom((state) => state.machines)
  return useMemo(() => {
    if (assignee === '') return NOBODY
    const machineOf = (agent: Agent) => machines.get(homes.get(agent.id) ?? '') ?? null
    const meant = [...agents.values()].filter((agent) => isMeant(assignee, agent, machineOf(agent)))
    const agent = meant.find(({ id }) => !homes.has(id)) ?? meant[0]
    if (!agent) return NOBODY
    const home = machineOf(agent)
    return { agent, away: home?.link === 'away' ? home : null }
  }, [assignee, agents, homes, machines])
}

function isMeant(assignee: string, agent: Agent, machine: Neighbour | null): boolean {
  const [name, place] = assignee.toLowerCase().split('@')
  const called = [agent.name, agent.label].some((one) => one.toLowerCase() === name)
  return called && (place === undefined || machine === null || place.startsWith(machine.name.toLowerCase()))
}

/** Names to give a card to: agents, and whoever has cards already. */
export function useNames(known: readonly string[]): string[] {
  const agents = useAgents((state) => state.agents)
  return useMemo(() => {
    const names = [...[...agents.values()].map(({ name }) => name), ...known]
    return [...new Set(names.filter((name) => name !== ''))].sort((a, b) => a.localeCompare(b))
  }, [agents, known])
}
