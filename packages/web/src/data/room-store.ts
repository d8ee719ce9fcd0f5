// The other machines of the room, as the whole dashboard has to know them; empty while this machine is alone.
import type { MeshNode } from '@tutti/core'
import { create } from 'zustand'
import { useAgents } from './agents-store.ts'

/** What the rest of the dashboard has to know of a machine. */
export type Neighbour = Pick<MeshNode, 'id' | 'name' | 'link' | 'since'>

interface RoomState {
  /** Other machines by id. */
  machines: ReadonlyMap<string, Neighbour>
}

export const useRoom = create<RoomState>()(() => ({ machines: new Map() }))

/** The machine of an agent that lives elsewhere; null for this one. */
export function useHome(agentId: string): Neighbour | null {
  const home = useAgents(({ homes }) => homes.get(agentId) ?? '')
  return useRoom(({ machines }) => machines.get(home) ?? null)
}
