// Which agents are to sleep when memory runs short: pure, least recently used first, and never one that somebody needs.

export interface Resting {
  id: string
  /** Of its program and all below it. */
  bytes: number
  /** Since when it has done nothing, ms UTC; null while it does something, asks, or must not sleep. */
  idleSince: number | null
}

// Somebody who reads an answer writes the next prompt within this time.
const REST_MS = 2 * 60_000

/** Who sleeps so that the rest fits into the limit; as few as possible, in the order in which they go. */
export function sleepers<T extends Resting>(agents: readonly T[], limitBytes: number, now: number): T[] {
  let total = agents.reduce((sum, { bytes }) => sum + bytes, 0)
  const found: T[] = []
  for (const agent of agents.filter(isResting(now)).toSorted(longestFirst)) {
    if (total <= limitBytes) break
    total -= agent.bytes
    found.push(agent)
  }
  return found
}

const isResting =
  (now: number) =>
  ({ idleSince, bytes }: Resting): boolean =>
    bytes > 0 && idleSince !== null && now - idleSince >= REST_MS

const longestFirst = (a: Resting, b: Resting): number =>
  (a.idleSince ?? 0) - (b.idleSince ?? 0) || (a.id < b.id ? -1 : 1)
