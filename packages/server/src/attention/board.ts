// The open items in memory, as committed: what agents ask now costs no query to find.
import type { AgentId, AttentionItem, LoggedEvent } from '@tutti/core'
import { isOpen } from '@tutti/core'
import type { Store } from '../db/store.ts'
import { openItems } from './store.ts'

export interface Board {
  open(): AttentionItem[]
  ofAgent(id: AgentId): AttentionItem[]
  find(id: string): AttentionItem | undefined
  byRef(agentId: AgentId, ref: string): AttentionItem | undefined
}

export function createBoard(store: Store): Board {
  const items = new Map<string, AttentionItem>(openItems(store).map((item) => [item.id, item]))
  const apply = (event: LoggedEvent) => {
    if (event.type === 'agent.purged') {
      for (const item of items.values()) if (item.agentId === event.data.id) items.delete(item.id)
    }
    if (event.type !== 'attention.changed') return
    if (isOpen(event.data)) items.set(event.data.id, event.data)
    else items.delete(event.data.id)
  }
  store.onEvents((events) => events.forEach(apply))
  const ofAgent = (id: AgentId) => [...items.values()].filter((item) => item.agentId === id)
  return {
    open: () => [...items.values()],
    ofAgent,
    find: (id) => items.get(id),
    byRef: (agentId, ref) => ofAgent(agentId).find((item) => item.ask.ref === ref),
  }
}
