// Work that comes again and again, such as removing what is older than it is kept.
import type { Clock } from '@tutti/core'

export interface Rhythm {
  firstMs: number
  /** From the end of one turn to the beginning of the next, so that two never run at once. */
  everyMs: number
  /** A failed turn ends nothing: it is told, and the next one tries again. */
  failed: (error: unknown) => void
}

/** Runs the work until the answer is called; that resolves when a turn under way has ended. */
export function repeat(
  clock: Pick<Clock, 'after'>,
  { firstMs, everyMs, failed }: Rhythm,
  work: () => Promise<unknown>,
): () => Promise<void> {
  let isOver = false
  let turn = Promise.resolve()
  let cancel = clock.after(firstMs, begin)
  function begin() {
    turn = once()
  }
  async function once() {
    try {
      await work()
    } catch (error) {
      failed(error)
    }
    if (!isOver) cancel = clock.after(everyMs, begin)
  }
  return () => {
    isOver = true
    cancel()
    return turn
  }
}
