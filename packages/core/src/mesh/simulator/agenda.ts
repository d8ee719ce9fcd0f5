// What happens next in a simulated world, and when: a heap of moments.

interface Item {
  readonly atMs: number
  /** Order of entry: what is due at one moment happens as it was planned. */
  readonly nth: number
  readonly run: () => void
}

export interface Agenda {
  nowMs(): number
  after(ms: number, run: () => void): void
  /** Runs everything that is due until then. */
  runUntil(ms: number): void
}

export function newAgenda(): Agenda {
  const heap: Item[] = []
  let nowMs = 0
  let nth = 0
  return {
    nowMs: () => nowMs,
    after(ms, run) {
      heap.push({ atMs: nowMs + Math.max(0, ms), nth: nth++, run })
      rise(heap)
    },
    runUntil(endMs) {
      for (let [first] = heap; first && first.atMs <= endMs; [first] = heap) {
        removeFirst(heap)
        nowMs = first.atMs
        first.run()
      }
      nowMs = endMs
    },
  }
}

const isBefore = (a: Item, b: Item): boolean => (a.atMs === b.atMs ? a.nth < b.nth : a.atMs < b.atMs)

function rise(heap: Item[]): void {
  for (let at = heap.length - 1; at > 0;) {
    const up = (at - 1) >> 1
    if (!swapped(heap, up, at)) return
    at = up
  }
}

function removeFirst(heap: Item[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  heap[0] = last
  for (let at = 0; ;) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    const [a, b] = [heap[left], heap[right]]
    if (!a) return
    const down = b && isBefore(b, a) ? right : left
    if (!swapped(heap, at, down)) return
    at = down
  }
}

/** Swaps the two where the lower one is due first. */
function swapped(heap: Item[], up: number, down: number): boolean {
  const [a, b] = [heap[up], heap[down]]
  if (!a || !b || isBefore(a, b)) return false
  heap[up] = b
  heap[down] = a
  return true
}
