// The graph in memory: edges as compressed sparse rows, with an overlay for the nodes that changed since they were built.

/** Bits, so that a question names any set of them. */
export const EDGE_BIT: Record<string, number> = {
  calls: 1,
  constructs: 2,
  renders: 4,
  references: 8,
  'uses-type': 16,
  extends: 32,
  implements: 64,
  imports: 128,
  reads: 256,
  writes: 512,
  handles: 1024,
  requests: 2048,
  environment: 4096,
  documents: 8192,
  tests: 16_384,
  // What a route or table stands for: its handler, its definition.
  defines: 1024,
}

/** Set beside the kind where the rule is a guess. */
export const LIKELY = 1 << 15

export const CALLS = 1 | 2 | 4
/** Through what a change reaches others: all that names a symbol. */
export const DEPENDS = CALLS | 8 | 16 | 32 | 64 | 256 | 512 | 1024 | 2048 | 4096

export interface Rows {
  offsets: Uint32Array
  ends: Uint32Array
  bits: Uint16Array
}

export interface Row {
  ends: Uint32Array
  bits: Uint16Array
}

export interface Graph {
  /** Ids are below this. */
  size(): number
  edgeCount(): number
  /** Calls back for each edge that leaves (or with `true` enters) the node and has one of the bits. */
  each(node: number, isIn: boolean, visit: (other: number, bits: number) => void): void
  /** The rows as they were built, and what replaces a node's: for walks, where a call an edge would cost most. */
  rows(isIn: boolean): Rows
  changed(node: number, isIn: boolean): Row | undefined
  /** Replaces a node's edges: they changed since the rows were built. */
  replace(node: number, isIn: boolean, edges: readonly { other: number; bits: number }[]): void
  overlaid(): number
}

export function createGraph(size: number, edges: Columns): Graph {
  const out = buildRows(size, edges.sources, edges)
  const into = buildRows(size, edges.targets, { ...edges, targets: edges.sources })
  const overlays = [new Map<number, Row>(), new Map<number, Row>()]
  let top = size
  return {
    size: () => top,
    edgeCount: () => edges.count,
    overlaid: () => (overlays[0]?.size ?? 0) + (overlays[1]?.size ?? 0),
    each(node, isIn, visit) {
      const over = overlays[isIn ? 1 : 0]
      const row = over && over.size > 0 ? over.get(node) : undefined
      if (row) eachOf(row, { from: 0, to: row.ends.length }, visit)
      else {
        const rows = isIn ? into : out
        eachOf(rows, { from: rows.offsets[node] ?? 0, to: rows.offsets[node + 1] ?? 0 }, visit)
      }
    },
    rows: (isIn) => (isIn ? into : out),
    changed: (node, isIn) => overlays[isIn ? 1 : 0]?.get(node),
    replace(node, isIn, given) {
      top = Math.max(top, node + 1)
      overlays[isIn ? 1 : 0]?.set(node, {
        ends: Uint32Array.from(given, (one) => one.other),
        bits: Uint16Array.from(given, (one) => one.bits),
      })
    },
  }
}

function eachOf(
  row: Row,
  span: { from: number; to: number },
  visit: (other: number, bits: number) => void,
): void {
  for (let at = span.from; at < span.to; at++) visit(row.ends[at] ?? 0, row.bits[at] ?? 0)
}

/** Edges column by column, as they are read. */
export interface Columns {
  count: number
  sources: Uint32Array
  targets: Uint32Array
  bits: Uint16Array
}

export function columnsOf(count: number): Columns {
  return {
    count,
    sources: new Uint32Array(count),
    targets: new Uint32Array(count),
    bits: new Uint16Array(count),
  }
}

/** Rows by counting: one pass to know their lengths, one to fill them. */
function buildRows(size: number, keys: Uint32Array, edges: Columns): Rows {
  const offsets = new Uint32Array(size + 2)
  for (let at = 0; at < edges.count; at++) {
    const slot = (keys[at] ?? 0) + 1
    offsets[slot] = (offsets[slot] ?? 0) + 1
  }
  for (let at = 1; at < offsets.length; at++) offsets[at] = (offsets[at] ?? 0) + (offsets[at - 1] ?? 0)
  const next = offsets.slice()
  const ends = new Uint32Array(edges.count)
  const bits = new Uint16Array(edges.count)
  for (let at = 0; at < edges.count; at++) {
    const key = keys[at] ?? 0
    const slot = next[key] ?? 0
    next[key] = slot + 1
    ends[slot] = edges.targets[at] ?? 0
    bits[slot] = edges.bits[at] ?? 0
  }
  return { offsets, ends, bits }
}

export interface Reach {
  nodes: Uint32Array
  /** The ring of each node, 0 for the seeds. */
  depths: Uint16Array
  /** The node from which each was reached; the seeds reach themselves. */
  from: Uint32Array
}

export interface Walk {
  graph: Graph
  bits: number
  isIn: boolean
  depth: number
  /** Follow guesses too. */
  likely?: boolean
}

// Kept between walks: making a million entries would cost more than most walks.
// One byte each, 1 where a node was reached, as every edge looks one up: a hundred thousand stay near the processor.
let marks = new Uint8Array(0)
let queue = new Uint32Array(0)
let depths = new Uint16Array(0)
let origins = new Uint32Array(0)

function makeRoom(size: number): void {
  if (marks.length > size) return
  const length = size * 2 + 1024
  marks = new Uint8Array(length)
  queue = new Uint32Array(length)
  depths = new Uint16Array(length)
  origins = new Uint32Array(length)
}

/** Everything within so many steps, nearest first. */
export function reach(walk: Walk, seeds: Iterable<number>): Reach {
  const { graph, isIn } = walk
  makeRoom(graph.size())
  marks.fill(0)
  let count = begin(seeds)
  // Without guesses, an edge must have the wanted bits and not that one.
  const mask = walk.likely ? walk.bits : walk.bits | LIKELY
  const rows = graph.rows(isIn)
  const isPlain = graph.overlaid() === 0
  // One object for the whole walk.
  const step: Step = { count, node: 0, depth: 0, from: 0, to: 0, mask }
  for (let at = 0; at < count; at++) {
    const depth = depths[at] ?? 0
    if (depth >= walk.depth) break
    const node = queue[at] ?? 0
    const row = isPlain ? undefined : graph.changed(node, isIn)
    step.node = node
    step.depth = depth + 1
    step.from = row ? 0 : (rows.offsets[node] ?? 0)
    step.to = row ? row.ends.length : (rows.offsets[node + 1] ?? 0)
    addEnds(row ?? rows, step)
    count = step.count
  }
  return { nodes: queue.slice(0, count), depths: depths.slice(0, count), from: origins.slice(0, count) }
}

function begin(seeds: Iterable<number>): number {
  let count = 0
  for (const seed of seeds) {
    if (marks[seed] === 1) continue
    marks[seed] = 1
    queue[count] = seed
    depths[count] = 0
    origins[count] = seed
    count += 1
  }
  return count
}

interface Step {
  count: number
  node: number
  depth: number
  from: number
  to: number
  mask: number
}

/** The one loop that counts: no closure, no object, no check that the arrays do not make themselves. Whether a node is new cannot be
 * foreseen, so nothing branches on it: each is written, and counted only if it was not reached before. */
function addEnds({ ends, bits }: Row, step: Step): void {
  const { mask, depth, node, from, to } = step
  let { count } = step
  for (let at = from; at < to; at++) {
    const found = (bits[at] ?? 0) & mask
    if (found === 0 || found >= LIKELY) continue
    const other = ends[at] ?? 0
    queue[count] = other
    depths[count] = depth
    origins[count] = node
    count += 1 - (marks[other] ?? 0)
    marks[other] = 1
  }
  step.count = count
}
