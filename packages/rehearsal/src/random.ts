// Chance that can be repeated: everything an agent varies comes from one seed.

export type Random = {
  /** A number from 0 up to, not including, 1. */
  next(): number
  /** One of a list that is not empty. */
  pick<T>(from: readonly [T, ...T[]]): T
  /** A number around `middle`, at most `share` of it away. */
  around(middle: number, share: number): number
}

/** Chance from a seed (mulberry32): the same seed gives the same numbers on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    around: (middle, share) => middle * (1 + (next() * 2 - 1) * share),
  }
}
