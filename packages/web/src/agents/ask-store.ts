// Which question about agents is open: a new name, tags, or another machine.
import { create } from 'zustand'

export interface Ask {
  what: 'rename' | 'tag' | 'move'
  ids: readonly string[]
}

export const useAsk = create<{ ask: Ask | null }>()(() => ({ ask: null }))

export const askFor = (ask: Ask): void => useAsk.setState({ ask })
export const closeAsk = (): void => useAsk.setState({ ask: null })
