// Chance that repeats: every decision of a simulated world comes from its seed.

export interface Chance {
  /** In [0, 1). */
  (): number
}

/** mulberry32: 32 bits of state, good enough to choose faults by. */
export function chanceOf(seed: number): Chance {
  let state = (seed * 0x9e3779b1) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const between = (chance: Chance, low: number, high: number): number => low + chance() * (high - low)
export const below = (chance: Chance, end: number): number => Math.floor(chance() * end)
