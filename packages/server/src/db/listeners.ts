// Callbacks of others: a bug in one of them must neither reach the next nor hold back an answer.
import type { Log } from '../handler.ts'
import { isStopping } from '../quiet-work.ts'

export interface Listeners<T> {
  add(listener: (value: T) => void): () => void
  tell(value: T): void
}

export function createListeners<T>(log: Log, name: string): Listeners<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    add(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(value) {
      for (const listener of listeners) {
        try {
          listener(value)
        } catch (error) {
          if (!isStopping(error)) log.error('listener.failed', { name, error: String(error) })
        }
      }
    },
  }
}
