// Edges by one of their ends, as two arrays: no list for each of fifty thousand nodes.

export interface Rows {
  /** Of node n: `items` from offsets[n] to offsets[n + 1]. */
  offsets: Int32Array
  /** Places of edges. */
  items: Int32Array
}

export function rowsOf(size: number, ends: Int32Array): Rows {
  const offsets = new Int32Array(size + 2)
  for (const end of ends) offsets[end + 2] = (offsets[end + 2] ?? 0) + 1
  for (let at = 1; at < offsets.length; at++) offsets[at] = (offsets[at] ?? 0) + (offsets[at - 1] ?? 0)
  const items = new Int32Array(ends.length)
  for (const [at, end] of ends.entries()) {
    const slot = offsets[end + 1] ?? 0
    items[slot] = at
    offsets[end + 1] = slot + 1
  }
  return { offsets, items }
}
