// Waiting in tests and in the conformance run: for a condition, until a deadline, with words for what was there in its place.
import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 15

/** Resolves with the first answer that is not null; rejects with `explain` when the deadline has passed. */
export async function until<T>(
  look: () => T | null | Promise<T | null>,
  explain: () => string | Promise<string>,
  withinMs = 40_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > deadline) throw new Error(`${await explain()} (within ${withinMs} ms)`)
    await pause(POLL_MS)
  }
}
