// The rows of the tree as they are shown: filtered, folded and with favourites on top.
import { useMemo } from 'react'
import { useAgents } from '../data/agents-store.ts'
import { changePreferences, usePreferences } from '../data/preferences-store.ts'
import { useRoom, type Neighbour } from '../data/room-store.ts'
import { filterAgents, isFiltering } from './filter.ts'
import { useFilter } from './filter-store.ts'
import { machineRows, treeRows, type TreeRow } from './tree.ts'

const NOTHING: readonly string[] = []

export interface Tree {
  rows: TreeRow[]
  /** How many agents there are before the filter. */
  total: number
  matching: number
}

export function useTree(): Tree {
  const agents = useAgents((state) => state.agents)
  const filter = useFilter((state) => state.filter)
  const favourites = usePreferences((state) => state.preferences.favourites) ?? NOTHING
  const collapsed = usePreferences((state) => state.preferences.collapsed) ?? NOTHING
  const homes = useAgents((state) => state.homes)
  const machines = useRoom((state) => state.machines)
  return useMemo(() => {
    const matching = filterAgents([...agents.values()], filter, new Set(favourites))
    // A filter shows what it found, wherever it is folded away.
    const open = isFiltering(filter) ? () => true : (key: string) => !collapsed.includes(key)
    const byHome = Map.groupBy(matching, ({ id }) => homes.get(id) ?? '')
    const rows = [
      ...treeRows(byHome.get('') ?? [], open),
      ...shownMachines(machines, isFiltering(filter) ? byHome : null).flatMap((machine) =>
        machineRows(machine, byHome.get(machine.id) ?? [], open),
      ),
    ]
    const starred = matching.filter(({ id }) => favourites.includes(id))
    const top = filter.favourites ? [] : starred.map((agent) => favouriteRow(rows, agent.id, agent.name))
    return {
      rows: [...top.filter((row) => row !== null), ...rows],
      total: agents.size,
      matching: matching.length,
    }
  }, [agents, homes, machines, filter, favourites, collapsed])
}

/** By name; a filter leaves out those where it has found nothing. */
const shownMachines = (
  machines: ReadonlyMap<string, Neighbour>,
  found: ReadonlyMap<string, unknown> | null,
): Neighbour[] =>
  [...machines.values()]
    .filter(({ id }) => found?.has(id) ?? true)
    .sort((a, b) => a.name.localeCompare(b.name))

/** Favourites are shown by their whole name, above the tree, and stay in their place in it too. */
function favouriteRow(rows: readonly TreeRow[], id: string, name: string): TreeRow | null {
  const row = rows.find((one) => one.kind === 'agent' && one.agent.id === id)
  return row ? { ...row, key: `favourite ${id}`, label: name, depth: 0 } : null
}

export function toggleFold(key: string): void {
  const collapsed = usePreferences.getState().preferences.collapsed ?? []
  changePreferences({
    collapsed: collapsed.includes(key) ? collapsed.filter((one) => one !== key) : [...collapsed, key],
  })
}
