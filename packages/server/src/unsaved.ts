// Remembers what became of agents while the disk refused writes, so that nothing about a session is forgotten when space returns.
import type { Log } from './handler.ts'
import type { Store } from './db/store.ts'
import { isStopping, quietWork } from './quiet-work.ts'

export interface Unsaved {
  /** Saves now; what fails is tried again when the disk takes writes. A newer save under the same key replaces it. */
  save(key: string, save: () => Promise<unknown>): Promise<void>
}

export function createUnsaved({ store, log }: { store: Store; log: Log }): Unsaved {
  const waiting = new Map<string, () => Promise<unknown>>()
  const quietly = quietWork(log, 'agent.unsaved')

  const attempt = async (key: string, save: () => Promise<unknown>): Promise<void> => {
    waiting.delete(key)
    try {
      await save()
    } catch (error) {
      // A newer one may have come meanwhile; it knows more.
      if (!waiting.has(key)) waiting.set(key, save)
      if (!isStopping(error)) log.warn('agent.unsaved', { key, problem: String(error) })
    }
  }

  store.onWritable((writable) => {
    if (!writable) return
    for (const [key, save] of waiting) quietly(attempt(key, save))
  })

  return { save: attempt }
}
