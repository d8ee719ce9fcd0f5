// A pool of things that are dear to make: the least recently used one goes, but never one that is in use.

interface PoolOptions<R, T> {
  size: number
  keyOf: (request: R) => string
  make: (request: R) => T
  end: (made: T) => void
}

export function createPool<R, T>({ size, keyOf, make, end }: PoolOptions<R, T>) {
  // A Map keeps the order of insertion: what is used goes to the end.
  const entries = new Map<string, { made: T; users: number }>()

  const trim = () => {
    for (const [key, { made, users }] of entries) {
      if (entries.size <= size) return
      if (users > 0) continue
      entries.delete(key)
      end(made)
    }
  }
  return {
    take(request: R): T {
      const key = keyOf(request)
      const entry = entries.get(key) ?? { made: make(request), users: 0 }
      entry.users++
      entries.delete(key)
      entries.set(key, entry)
      trim()
      return entry.made
    },
    giveBack(request: R): void {
      const entry = entries.get(keyOf(request))
      if (entry) entry.users--
      trim()
    },
    /** Ends everything that the test names. */
    drop(which: (key: string) => boolean): void {
      for (const [key, { made, users }] of entries) {
        if (!which(key) || users > 0) continue
        entries.delete(key)
        end(made)
      }
    },
    keys: (): string[] => [...entries.keys()],
  }
}
