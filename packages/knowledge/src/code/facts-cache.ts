// Keeps the facts of the files that were used last, so that memory stays bounded however large the repository is.
import type { FileFacts } from './facts.ts'

/** Measured by what their source weighs: facts take about ten times that in memory. */
const LIMIT = 5_000_000

export interface FactsCache {
  get(path: string, read: () => FileFacts | undefined): FileFacts | undefined
  put(path: string, facts: FileFacts): void
  drop(path: string): void
}

/** Least recently used first out. */
export function createFactsCache(limit = LIMIT): FactsCache {
  const kept = new Map<string, FileFacts>()
  let weight = 0
  const put = (path: string, facts: FileFacts) => {
    drop(path)
    kept.set(path, facts)
    weight += weigh(facts)
    for (const [oldest] of kept) {
      if (weight <= limit || oldest === path) break
      drop(oldest)
    }
  }
  const drop = (path: string) => {
    const known = kept.get(path)
    if (!known) return
    kept.delete(path)
    weight -= weigh(known)
  }
  return {
    put,
    drop,
    get(path, read) {
      const known = kept.get(path)
      if (known) {
        kept.delete(path)
        kept.set(path, known)
        return known
      }
      const made = read()
      if (made) put(path, made)
      return made
    },
  }
}

const weigh = (facts: FileFacts): number =>
  (facts.symbols.length + facts.bindings.length + facts.sites.length + facts.references.length) * 60
