// Work that is due once a day, such as removing what is older than it is kept.
import type { Clock } from '@tutti/core'

const DAY_MS = 24 * 3600 * 1000
// The start has better things to do than to tidy up.
const FIRST_MS = 60_000

/** Runs the work soon and then every day, until the answer is called. A failure is told and tried again the next day. */
export function daily(
  clock: Clock,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): () => void {
  let cancel = clock.after(FIRST_MS, run)
  function run() {
    cancel = clock.after(DAY_MS, run)
    work().catch(failed)
  }
  return () => cancel()
}
