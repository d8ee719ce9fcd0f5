// The filter of the tree: words in name, label, folder and program, and the states and tags that are switched on.
import { STATE_SIGNS, type Agent, type State } from '@tutti/core'
import { needsYou } from './need.ts'

export const STATE_FILTERS = ['needs-you', 'working', 'idle', 'hibernated', 'failed'] as const
export type StateFilter = (typeof STATE_FILTERS)[number]

export interface AgentFilter {
  text: string
  states: readonly StateFilter[]
  tags: readonly string[]
  favourites: boolean
}

export const NO_FILTER: AgentFilter = { text: '', states: [], tags: [], favourites: false }

export const isFiltering = ({ text, states, tags, favourites }: AgentFilter): boolean =>
  text.trim() !== '' || states.length > 0 || tags.length > 0 || favourites

/** Every word must be found; of the states one, of the tags each. */
export function filterAgents(
  agents: readonly Agent[],
  filter: AgentFilter,
  favourites: ReadonlySet<string>,
): Agent[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return agents.filter(
    (agent) =>
      words.every((word) => searched(agent).includes(word)) &&
      (filter.states.length === 0 || filter.states.some((state) => isIn(agent, state))) &&
      filter.tags.every((tag) => agent.tags.includes(tag)) &&
      (!filter.favourites || favourites.has(agent.id)),
  )
}

const searched = (agent: Agent) =>
  [agent.name, agent.label, agent.folder, agent.program, STATE_SIGNS[agent.status.state].word, ...agent.tags]
    .join('\n')
    .toLowerCase()

const GROUPS: Readonly<Record<Exclude<StateFilter, 'needs-you'>, readonly State[]>> = {
  working: ['working', 'starting', 'background'],
  idle: ['idle', 'unknown'],
  hibernated: ['hibernated', 'exited'],
  failed: ['failed', 'interrupted', 'rate-limited'],
}

const isIn = (agent: Agent, filter: StateFilter) =>
  filter === 'needs-you' ? needsYou(agent) : GROUPS[filter].includes(agent.status.state)

/** All tags in use with how often, most used first. */
export function tagCounts(agents: Iterable<Agent>): { tag: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const agent of agents) for (const tag of agent.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts]
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => b.count - a.count || a.tag.localeCompare(b.tag))
}
