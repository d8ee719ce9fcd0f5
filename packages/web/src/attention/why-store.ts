// Which agent's state is being explained, and where on the page that was asked.
import type { AgentId } from '@tutti/core'
import { create } from 'zustand'

export interface WhyAsked {
  agentId: AgentId
  at: { x: number; y: number; width: number; height: number }
}

export const useWhy = create<{ asked: WhyAsked | null }>()(() => ({ asked: null }))

/** Explains the state of the agent beside the element. */
export function askWhy(agentId: AgentId, beside: Element): void {
  const { x, y, width, height } = beside.getBoundingClientRect()
  useWhy.setState({ asked: { agentId, at: { x, y, width, height } } })
}

export const closeWhy = (): void => useWhy.setState({ asked: null })
