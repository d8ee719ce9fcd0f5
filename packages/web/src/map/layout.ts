// Places everything by what holds it: folders in folders, files in them, symbols in files. The same input gives the same picture,
// and a small edit moves little.
import { FILE, FOLDER, SYMBOL, childrenOf, type CodeModel } from './model.ts'
import { at } from './numbers.ts'

/** Of node n: left, top, width and height in world units. */
export interface Layout {
  x: Float64Array
  y: Float64Array
  w: Float64Array
  h: Float64Array
}

/** Of one size for every screen, so that everybody knows where a thing is. */
export const WORLD = { w: 1250, h: 1000 }

export function layoutOf(model: CodeModel): Layout {
  const { size } = model
  const layout: Layout = {
    x: new Float64Array(size),
    y: new Float64Array(size),
    w: new Float64Array(size),
    h: new Float64Array(size),
  }
  const placing: Placing = { model, layout, weights: weightsOf(model), hashes: hashesOf(model) }
  put(layout, 0, { x: 0, y: 0, ...WORLD })
  // Holders come first, so each is placed before what it holds.
  for (let node = 0; node < size; node++) arrange(placing, node)
  return layout
}

interface Placing {
  model: CodeModel
  layout: Layout
  weights: Float64Array
  hashes: Uint32Array
}

interface Box {
  x: number
  y: number
  w: number
  h: number
}

const put = ({ x, y, w, h }: Layout, node: number, box: Box): void => {
  x[node] = box.x
  y[node] = box.y
  w[node] = box.w
  h[node] = box.h
}

/** An empty file is still there. */
const LEAST_LINES = 8
/** Area grows slower than lines, so that one long file does not hide the others. */
const GROWTH = 0.8

function weightsOf({ size, levels, lines, parents }: CodeModel): Float64Array {
  const weights = new Float64Array(size)
  for (let node = size - 1; node >= 0; node--) {
    if (levels[node] === FILE) weights[node] = Math.max(LEAST_LINES, lines[node] ?? 0) ** GROWTH
    if (levels[node] === SYMBOL) weights[node] = Math.max(2, lines[node] ?? 0) ** GROWTH
    const parent = parents[node] ?? -1
    if (parent >= 0 && levels[parent] === FOLDER)
      weights[parent] = (weights[parent] ?? 0) + (weights[node] ?? 0)
  }
  return weights
}

/** By the name alone: the same thing has the same number in every version of the code. */
function hashesOf({ size, names }: CodeModel): Uint32Array {
  const hashes = new Uint32Array(size)
  for (let node = 0; node < size; node++) {
    const name = names[node] ?? ''
    let hash = 0x811c9dc5
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
    // FNV leaves alike names near each other: mixed once more.
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    hashes[node] = (hash ^ (hash >>> 13)) >>> 0
  }
  return hashes
}

/** Room for its name and a frame around what it holds, as parts of its size. */
export const HEAD = [0.036, 0.15, 0.15]
const FRAME = [0.011, 0.022, 0.03]

function arrange(placing: Placing, node: number): void {
  const { model, layout, weights } = placing
  const children = childrenOf(model, node)
  if (children.length === 0) return
  const [x, y, w, h] = [layout.x, layout.y, layout.w, layout.h].map((one) => one[node] ?? 0)
  const level = model.levels[node] ?? 0
  const least = Math.min(w ?? 0, h ?? 0)
  const edge = least * (FRAME[level] ?? 0)
  const head = node === 0 ? 0 : least * (HEAD[level] ?? 0)
  const sums = new Float64Array(children.length + 1)
  children.forEach((child, at) => {
    sums[at + 1] = (sums[at] ?? 0) + (weights[child] ?? 0)
  })
  const box = {
    x: (x ?? 0) + edge,
    y: (y ?? 0) + edge + head,
    w: (w ?? 0) - 2 * edge,
    h: (h ?? 0) - 2 * edge - head,
  }
  split({ ...placing, children, sums }, { from: 0, to: children.length }, box)
}

interface Splitting extends Placing {
  children: number[]
  sums: Float64Array
}

interface Span {
  from: number
  to: number
}

const GAP = 0.018

function split(s: Splitting, { from, to }: Span, box: Box): void {
  if (to - from === 1) {
    const gap = Math.min(box.w, box.h) * GAP
    const child = s.children[from] ?? 0
    put(s.layout, child, { x: box.x + gap, y: box.y + gap, w: box.w - 2 * gap, h: box.h - 2 * gap })
    return
  }
  const cut = cutOf(s, { from, to })
  const share = ((s.sums[cut] ?? 0) - (s.sums[from] ?? 0)) / ((s.sums[to] ?? 0) - (s.sums[from] ?? 0))
  // Almost square counts as wide, so that a hair's breadth turns nothing over.
  const isWide = box.w >= box.h * 0.85
  const first = isWide ? { ...box, w: box.w * share } : { ...box, h: box.h * share }
  const second = isWide
    ? { ...box, x: box.x + first.w, w: box.w - first.w }
    : { ...box, y: box.y + first.h, h: box.h - first.h }
  split(s, { from, to: cut }, first)
  split(s, { from: cut, to }, second)
}

const MIDDLE = [0.3, 0.7] as const

/**
 * Where the list is cut in two. Of the places near the middle it is the one whose name has the smallest hash: that one stays the
 * same when others grow, come or go, while the exact middle would wander with every line.
 */
function cutOf({ children, sums, hashes }: Splitting, { from, to }: Span): number {
  const begin = sums[from] ?? 0
  const total = (sums[to] ?? 0) - begin
  let best = -1
  let bestHash = Number.POSITIVE_INFINITY
  let nearest = from + 1
  let distance = Number.POSITIVE_INFINITY
  for (let at = from + 1; at < to; at++) {
    const share = ((sums[at] ?? 0) - begin) / total
    const hash = hashes[children[at] ?? 0] ?? 0
    if (share >= MIDDLE[0] && share <= MIDDLE[1] && hash < bestHash) {
      best = at
      bestHash = hash
    }
    if (Math.abs(share - 0.5) < distance) {
      distance = Math.abs(share - 0.5)
      nearest = at
    }
  }
  return best < 0 ? nearest : best
}

/** The innermost node at a place of the world that is no smaller than `least`. */
export function nodeAt(
  model: CodeModel,
  layout: Layout,
  place: { x: number; y: number; least: number },
): number {
  let found = 0
  let child = 1
  let end = at(model.ends, 0)
  while (child < end) {
    const isIn = covers(layout, child, place)
    if (isIn && Math.min(at(layout.w, child), at(layout.h, child)) >= place.least) {
      found = child
      end = at(model.ends, child)
      child += 1
    } else child = isIn ? end : at(model.ends, child)
  }
  return found
}

function covers({ x, y, w, h }: Layout, node: number, place: { x: number; y: number }): boolean {
  const [right, down] = [place.x - at(x, node), place.y - at(y, node)]
  return right >= 0 && down >= 0 && right < at(w, node) && down < at(h, node)
}
