// Keeps the other machines of the room and their agents true by events; loaded when there is such a machine.
import {
  isOpen,
  type Agent,
  type AttentionItem,
  type LoggedEvent,
  type MeshNode,
  type OutputOf,
} from '@tutti/core'
import { homeOf, useAgents, type AgentsState } from './agents-store.ts'
import { api } from './api.ts'
import { useAttention, withItem, type AttentionState } from './attention-store.ts'
import { useRoom } from './room-store.ts'

type Told = OutputOf<'listNodeAgents'>

/** Reads anew which machines there are, what runs there and what it asks of people. */
export async function loadRoom(): Promise<void> {
  const asked = { ...useAgents.getState(), items: useAttention.getState().items }
  const told = await api.listNodeAgents({}).catch(() => null) // as it was: it is read again when the link is back
  if (told) takeRoom(told, asked)
}

/** What was known when the room was asked for. What events have told since is newer than what was read. */
type Asked = Pick<AgentsState, 'agents' | 'homes'> & Pick<AttentionState, 'items'>

function takeRoom(told: Told, asked: Asked): void {
  const machines = new Map(told.map(({ node, name, link, since }) => [node, { id: node, name, link, since }]))
  const before = useAgents.getState().homes
  useAgents.setState((state) => {
    const isOld = (id: string) => asked.homes.has(id) && state.agents.get(id) === asked.agents.get(id)
    const agents = new Map([...state.agents].filter(([id]) => !isOld(id)))
    const homes = new Map([...state.homes].filter(([id]) => !isOld(id)))
    for (const { node, agents: theirs } of told)
      for (const agent of theirs) {
        if (agents.has(agent.id)) continue // one of ours is ours, whatever others say
        agents.set(agent.id, agent)
        homes.set(agent.id, node)
      }
    return { agents, homes }
  })
  useRoom.setState({ machines })
  useAttention.setState((state) => {
    const isTheirs = ({ agentId, onlyFor }: AttentionItem) => onlyFor === undefined && before.has(agentId)
    const kept = [...state.items].filter(([, item]) => !isTheirs(item) || !isOpen(item))
    const items = told.flatMap(({ attention }) => attention).filter(({ agentId }) => homeOf(agentId) !== null)
    const listed = new Map([...kept, ...items.map((item) => [item.id, item] as const)])
    const since = [...state.items.values()].filter((item) => asked.items.get(item.id) !== item)
    return since.reduce(withItem, { ...state, items: listed })
  })
}

/** An event of the room; true where the list has to be read, because a machine is new. */
export function roomEvent(event: LoggedEvent): boolean {
  if (event.type === 'node.changed') return nodeChanged(event.data)
  if (event.type === 'node.removed') nodeRemoved(event.data.id)
  if (event.type === 'node.agent') putRemote(event.data.node, event.data.agent)
  if (event.type === 'node.agent-gone') removeRemote(event.data.node, event.data.id)
  return false
}

function nodeChanged({ id, name, link, since }: MeshNode): boolean {
  const { machines } = useRoom.getState()
  if (link === 'self') return false
  useRoom.setState({ machines: new Map(machines).set(id, { id, name, link, since }) })
  return !machines.has(id)
}

function nodeRemoved(node: string): void {
  for (const [agent, home] of useAgents.getState().homes) if (home === node) removeRemote(node, agent)
  useRoom.setState(({ machines }) => ({ machines: new Map([...machines].filter(([id]) => id !== node)) }))
}

/** Shows an agent of another machine; one of this machine stays what it is. */
export function putRemote(node: string, agent: Agent): void {
  useAgents.setState((state) => {
    const { agents, homes } = state
    if (agents.has(agent.id) && !homes.has(agent.id)) return state
    const known = homes.get(agent.id) === node
    return {
      agents: new Map(agents).set(agent.id, agent),
      homes: known ? homes : new Map(homes).set(agent.id, node),
    }
  })
}

const removeRemote = (node: string, id: string): void =>
  useAgents.setState((state) => {
    if (state.homes.get(id) !== node) return state
    const without = <V>(map: ReadonlyMap<string, V>) => new Map([...map].filter(([key]) => key !== id))
    return { agents: without(state.agents), homes: without(state.homes) }
  })

/** An event of an agent elsewhere, as if it were of this machine; all others as they are. */
export function untold(event: LoggedEvent): LoggedEvent {
  if (event.type !== 'node.told' || homeOf(event.data.agentId) === null) return event
  const { type, data, agentId } = event.data
  // The server has judged the data by the schema of this type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...event, type, subject: agentId, data } as LoggedEvent
}
