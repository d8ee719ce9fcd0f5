// What agents ask of people, kept true by events: the open items, and those that were settled while the page is open.
import { isOpen, type AttentionItem, type LoggedEvent } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { homeOf } from './agents-store.ts'
import { faultText } from './fault-text.ts'
import { mayNow } from './session-store.ts'

export interface AttentionState {
  /** By id. */
  items: ReadonlyMap<string, AttentionItem>
  loaded: boolean
  error: string | null
}

export const useAttention = create<AttentionState>()(() => ({
  items: new Map(),
  loaded: false,
  error: null,
}))

const MOST_SETTLED = 50 // as many as one may want to look back at without asking the server

/** The state after an event; the same object where nothing changed. */
export function reduceAttention(state: AttentionState, event: LoggedEvent): AttentionState {
  if (event.type === 'agent.purged') return without(state, (item) => item.agentId === event.data.id)
  return event.type === 'attention.changed' ? withItem(state, event.data) : state
}

/** Puts the item in place; one that is older than what is known is left out. */
export function withItem(state: AttentionState, item: AttentionItem): AttentionState {
  const known = state.items.get(item.id)
  if (known && known.version > item.version) return state
  const items = new Map(state.items).set(item.id, item)
  const settled = [...items.values()].filter((one) => !isOpen(one))
  for (const { id } of settled.slice(0, Math.max(0, settled.length - MOST_SETTLED))) items.delete(id)
  return { ...state, items }
}

function without(state: AttentionState, gone: (item: AttentionItem) => boolean): AttentionState {
  const items = [...state.items.values()]
  if (!items.some(gone)) return state
  return { ...state, items: new Map(items.filter((item) => !gone(item)).map((item) => [item.id, item])) }
}

/** Reads what is open anew; what was settled here stays to be looked at. */
export async function loadAttention(): Promise<void> {
  if (!mayNow('attention:read')) return
  const before = useAttention.getState().items
  try {
    const open = await api.listAttention({ limit: 1000 })
    useAttention.setState(({ items }) => withList(items, { open, before }))
  } catch (error) {
    useAttention.setState({ error: faultText(error) })
  }
}

/** What was read, and over it what events have told since it was asked for (`before` is of that moment): the list may be older. */
export function withList(
  items: AttentionState['items'],
  { open, before }: { open: readonly AttentionItem[]; before: AttentionState['items'] },
): AttentionState {
  const kept = [...items.values()].filter((item) => !isOpen(item) || isElsewhere(item))
  const listed = new Map([...kept, ...open].map((item) => [item.id, item]))
  const told = [...items.values()].filter((item) => before.get(item.id) !== item)
  return told.reduce(withItem, { items: listed, loaded: true, error: null })
}

/** Whether it is in the queue of another machine; what was put to one person is in the queue here, whoever asks. */
const isElsewhere = ({ agentId, onlyFor }: AttentionItem): boolean =>
  onlyFor === undefined && homeOf(agentId) !== null

export const putItem = (item: AttentionItem): void => useAttention.setState((state) => withItem(state, item))
