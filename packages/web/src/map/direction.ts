// Which thing lies next in a direction: what arrow keys go to.
import { childrenOf, wayTo } from './model.ts'
import type { Shown } from './stage.ts'

/** The nearest sibling that way; at the edge of what holds them, the holder's neighbour; itself where nothing is. */
export function nextTo(
  { model, layout }: Pick<Shown, 'model' | 'layout'>,
  node: number,
  [dx, dy]: [number, number],
): number {
  const middle = (at: number) => ({
    x: (layout.x[at] ?? 0) + (layout.w[at] ?? 0) / 2,
    y: (layout.y[at] ?? 0) + (layout.h[at] ?? 0) / 2,
  })
  for (const at of wayTo(model, node).slice(1).toReversed()) {
    const from = middle(at)
    let best = -1
    let least = Number.POSITIVE_INFINITY
    for (const other of childrenOf(model, model.parents[at] ?? 0)) {
      const { x, y } = middle(other)
      const along = (x - from.x) * dx + (y - from.y) * dy
      const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx)
      if (other === at || along <= 0 || along + aside * 2 >= least) continue
      best = other
      least = along + aside * 2
    }
    if (best >= 0) return best
  }
  return node
}
