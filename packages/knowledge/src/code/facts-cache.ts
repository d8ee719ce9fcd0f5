// Keeps the facts of the files that were used last, so that memory stays bounded however large the repository is.
import type { FileFacts } from './facts.ts'

/** Measured by what their source weighs: facts take about ten times that in memory. */
const LIMIT = 3_000_000

/** How much is let go at once: choosing whom costs a sort. */
const KEPT_SHARE = 0.75

export interface FactsCache {
  get(path: string, read: () => FileFacts | undefined): FileFacts | undefined
  put(path: string, facts: FileFacts): void
  drop(path: string): void
}

interface Kept {
  facts: FileFacts
  weight: number
  /** The look at which it was used last: a number is cheaper to renew than a place in a list. */
  used: number
}

/** Least recently used first out. */
export function createFactsCache(limit = LIMIT): FactsCache {
  const kept = new Map<string, Kept>()
  let weight = 0
  let looks = 0
  const drop = (path: string) => {
    const known = kept.get(path)
    if (!known) return
    kept.delete(path)
    weight -= known.weight
  }
  const shrink = () => {
    const oldest = [...kept].sort(([, a], [, b]) => a.used - b.used)
    for (const [path] of oldest) {
      if (weight <= limit * KEPT_SHARE || kept.size < 2) break
      drop(path)
    }
  }
  const put = (path: string, facts: FileFacts) => {
    drop(path)
    const one = { facts, weight: weigh(facts), used: ++looks }
    kept.set(path, one)
    weight += one.weight
    if (weight > limit) shrink()
  }
  return {
    put,
    drop,
    get(path, read) {
      const known = kept.get(path)
      if (known) {
        known.used = ++looks
        return known.facts
      }
      const made = read()
      if (made) put(path, made)
      return made
    },
  }
}

const weigh = (facts: FileFacts): number =>
  (facts.symbols.length + facts.bindings.length + facts.sites.length + facts.references.length) * 60
