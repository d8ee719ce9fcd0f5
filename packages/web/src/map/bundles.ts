// Uses between what is visible: all that lead from within one visible thing to within another are one line, as thick as there are many.
import type { CodeModel } from './model.ts'
import { at } from './numbers.ts'
import { passes, type Rings, type Sieve } from './trace.ts'

export interface Bundle {
  from: number
  to: number
  count: number
}

export interface BundleWish {
  /** Not 0 for what may be an end of a line. */
  ends: Uint8Array
  sieve: Sieve
  /** Only what leaves or enters it, where one is chosen. */
  focus: number | null
  /** Only what leads from one ring of a trace to the next, where one is shown. */
  rings?: Rings | undefined
  most: number
}

/** The thickest ones, thickest first. */
export function bundlesOf(model: CodeModel, { ends, sieve, focus, rings, most }: BundleWish): Bundle[] {
  const seen = visibleAncestors(model, ends)
  const { from, to, count } = model.edges
  const found = new Map<number, Bundle>()
  for (let edge = 0; edge < from.length; edge++) {
    if (focus !== null && !crosses(model, edge, focus)) continue
    if (rings && !isStep(rings, at(from, edge), at(to, edge))) continue
    const a = at(seen, at(from, edge))
    const b = at(seen, at(to, edge))
    if (isNoLine(model, a, b) || !passes(model, sieve, edge)) continue
    const key = a * model.size + b
    const known = found.get(key)
    if (known) known.count += at(count, edge)
    else found.set(key, { from: a, to: b, count: at(count, edge) })
  }
  return [...found.values()]
    .sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to)
    .slice(0, most)
}

const isStep = (rings: Rings, a: number, b: number): boolean =>
  rings[a] !== 0 && rings[b] !== 0 && Math.abs(at(rings, a) - at(rings, b)) === 1

/** Whether it leads into the thing or out of it. What stays within is seen when one goes in. */
function crosses({ edges, ends }: CodeModel, edge: number, focus: number): boolean {
  const end = at(ends, focus)
  const isWithin = (node: number) => node >= focus && node < end
  return isWithin(at(edges.from, edge)) !== isWithin(at(edges.to, edge))
}

const isNoLine = (model: CodeModel, a: number, b: number): boolean =>
  a < 0 || b < 0 || a === b || holds(model, a, b) || holds(model, b, a)

const holds = ({ ends }: CodeModel, outer: number, inner: number): boolean =>
  inner > outer && inner < at(ends, outer)

/** Of each node itself where it may be an end, else the nearest holder that may. */
function visibleAncestors({ size, parents }: CodeModel, ends: Uint8Array): Int32Array {
  const seen = new Int32Array(size).fill(-1)
  if (ends[0]) seen[0] = 0
  for (let node = 1; node < size; node++) seen[node] = ends[node] ? node : at(seen, at(parents, node))
  return seen
}

/** The way through the tree from one to the other: up to what holds both, and down. Lines that go the same way run together. */
export function spineOf({ parents }: CodeModel, { from, to }: Bundle): number[] {
  const up = [from]
  const down = [to]
  let [a, b] = [from, to]
  while (a !== b) {
    // Holders have smaller numbers than what they hold.
    if (a > b) up.push((a = at(parents, a)))
    else down.push((b = at(parents, b)))
  }
  // What holds both lies off the way.
  const isOff = (node: number) => node === a && node !== from && node !== to
  return [...up.filter((one) => !isOff(one)), ...down.filter((one) => !isOff(one)).toReversed()]
}
