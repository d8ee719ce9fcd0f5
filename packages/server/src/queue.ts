// Puts work on one thing in a row, so that two callers never interleave on it while different things go on side by side.

export type InOrder = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Runs the work of one key after all earlier work of that key has settled, whatever its outcome. */
export function createQueue(): InOrder {
  const tails = new Map<string, Promise<void>>()
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work)
    const forget = () => {
      if (tails.get(key) === settled) tails.delete(key)
    }
    const settled: Promise<void> = result.then(forget, forget)
    tails.set(key, settled)
    return result
  }
}

/** Maps with at most `limit` at work at once; answers in the order of the items. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) {
      const [item] = items.slice(i, i + 1)
      if (item !== undefined) results[i] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
