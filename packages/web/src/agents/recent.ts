// Which agents were opened last, for ⌘1…9, swiping and the wall.
import { navigate } from 'wouter/use-browser-location'
import { create } from 'zustand'
import { useAgents } from '../data/agents-store.ts'

const KEPT = 20

export const useRecent = create<{ ids: readonly string[] }>()(() => ({ ids: [] }))

export function visited(id: string): void {
  const { ids } = useRecent.getState()
  if (ids[0] !== id) useRecent.setState({ ids: [id, ...ids.filter((one) => one !== id)].slice(0, KEPT) })
}

/** Opens the n-th recent agent, 1 being the newest, and says whether there is one. */
export function openRecent(n: number): boolean {
  const { agents } = useAgents.getState()
  const id = useRecent.getState().ids.filter((one) => agents.has(one))[n - 1]
  if (id) navigate(`/agents/${id}`)
  return id !== undefined
}
