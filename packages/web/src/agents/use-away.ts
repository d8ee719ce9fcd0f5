// Whether the machine of an agent is away, and whether there is anything of the agent on the screen to keep.
import { useState } from 'react'
import { useHome, type Neighbour } from '../data/room-store.ts'

/** The machine, if it is away; and whether there is nothing of it on the screen to keep. */
export function useAway(agentId: string): { machine: Neighbour | null; blank: boolean } {
  const home = useHome(agentId)
  const away = home?.link === 'away' ? home : null
  const [seen, setSeen] = useState<string | null>(null)
  // What was open when the machine went stays as it is: it is its last picture.
  if (away === null && seen !== agentId) setSeen(agentId)
  return { machine: away, blank: away !== null && seen !== agentId }
}
