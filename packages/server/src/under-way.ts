// Work that the daemon lets come to its end when it stops, such as words that are half typed: it waits for that, and not for ever.
import type { Clock } from '@tutti/core'

export interface UnderWay {
  /** Does the work, and is waited for by `end`. */
  keep<T>(work: () => Promise<T>): Promise<T>
  /** Nothing new is to be begun. */
  isEnding(): boolean
  /** Resolves when all that is kept has ended, or was given up. */
  end(): Promise<void>
}

export function createUnderWay({ after }: Pick<Clock, 'after'>, patienceMs: number): UnderWay {
  const kept = new Set<Promise<void>>()
  let isEnding = false
  return {
    async keep(work) {
      const { promise, resolve } = Promise.withResolvers<void>()
      kept.add(promise)
      try {
        return await work()
      } finally {
        kept.delete(promise)
        resolve()
      }
    },
    isEnding: () => isEnding,
    async end() {
      isEnding = true
      const { promise, resolve } = Promise.withResolvers<void>()
      const cancel = after(patienceMs, resolve)
      // What ends may have begun more, as a start does that writes what came of it.
      const all = async (): Promise<void> => {
        while (kept.size > 0) await Promise.all(kept)
      }
      await Promise.race([all(), promise])
      cancel()
    },
  }
}
