// How long to wait before the next attempt, so that a thousand clients of a restarted server do not come back at once.

const FIRST_MS = 250
const LONGEST_MS = 10_000

/** The wait before attempt `failures` + 1, in ms: doubling from 250 to 10,000, then between half and all of it by chance (0 to 1). */
export function waitMs(failures: number, chance: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  return Math.max(FIRST_MS, Math.round(ceiling * (0.5 + chance / 2)))
}
