// The filter of the tree; kept while one goes to other screens and back.
import { create } from 'zustand'
import { NO_FILTER, type AgentFilter } from './filter.ts'

export const useFilter = create<{ filter: AgentFilter }>()(() => ({ filter: NO_FILTER }))

export const changeFilter = (change: Partial<AgentFilter>): void =>
  useFilter.setState(({ filter }) => ({ filter: { ...filter, ...change } }))
