// Ways through the graph: the shortest from one symbol to another, and the circles that go nowhere.
import { CALLS, DEPENDS, EDGE_BIT, LIKELY, reach, type Graph } from '../graph.ts'
import type { CodeMap } from '../code-map.ts'
import { nodesById, type MapNode } from './nodes.ts'
import { withMembers } from './relations.ts'

const PATH_DEPTH = 60

/** The fewest steps from any of these to any of those, by calls if there is a way, else by any dependence; empty if none. */
export function shortestPath(map: CodeMap, from: readonly number[], to: readonly number[]): MapNode[] {
  const goals = new Set(withMembers(map, to))
  for (const bits of [CALLS, DEPENDS | (EDGE_BIT['imports'] ?? 0)]) {
    const found = reach({ graph: map.graph(), bits, isIn: false, depth: PATH_DEPTH }, withMembers(map, from))
    const at = found.nodes.findIndex((node) => goals.has(node))
    if (at >= 0) return nodesById(map.store, trace(found, at))
  }
  return []
}

function trace(found: { nodes: Uint32Array; from: Uint32Array }, end: number): number[] {
  const position = new Map([...found.nodes].map((node, at) => [node, at]))
  const path: number[] = []
  for (let at = end; ;) {
    const node = found.nodes[at] ?? 0
    path.unshift(node)
    const before = found.from[at] ?? node
    if (before === node) return path
    at = position.get(before) ?? at
  }
}

export type CycleKind = 'imports' | 'calls'

/** Groups that reach each other: files by their imports, or symbols by their calls. Largest first. */
export function cycles(map: CodeMap, kind: CycleKind): MapNode[][] {
  const bits = kind === 'imports' ? (EDGE_BIT['imports'] ?? 0) : CALLS
  return components(map.graph(), bits)
    .sort((a, b) => b.length - a.length)
    .map((group) => nodesById(map.store, group).sort((a, b) => (a.file + a.path < b.file + b.path ? -1 : 1)))
}

interface Tarjan {
  graph: Graph
  bits: number
  index: Int32Array
  low: Int32Array
  stacked: Uint8Array
  stack: number[]
  count: number
  found: number[][]
}

/** Tarjan's strongly connected components of more than one node, with a stack of our own: code nests deeper than calls may. */
export function components(graph: Graph, bits: number): number[][] {
  const size = graph.size() + 1
  const t: Tarjan = {
    graph,
    bits,
    index: new Int32Array(size),
    low: new Int32Array(size),
    stacked: new Uint8Array(size),
    stack: [],
    count: 0,
    found: [],
  }
  for (let node = 0; node < size; node++) if (t.index[node] === 0) visit(t, node)
  return t.found
}

interface Frame {
  node: number
  next: number[]
  at: number
}

function enter(t: Tarjan, node: number): Frame {
  t.count += 1
  t.index[node] = t.low[node] = t.count
  t.stack.push(node)
  t.stacked[node] = 1
  const next: number[] = []
  t.graph.each(node, false, (other, bits) => {
    if ((bits & t.bits) !== 0 && (bits & LIKELY) === 0) next.push(other)
  })
  return { node, next, at: 0 }
}

function visit(t: Tarjan, start: number): void {
  const frames = [enter(t, start)]
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const other = frame.next[frame.at]
    frame.at += 1
    if (other === undefined) {
      frames.pop()
      leave(t, frame.node, frames.at(-1)?.node)
    } else if (t.index[other] === 0) frames.push(enter(t, other))
    else if (t.stacked[other] === 1) t.low[frame.node] = Math.min(t.low[frame.node] ?? 0, t.index[other] ?? 0)
  }
}

function leave(t: Tarjan, node: number, above: number | undefined): void {
  const low = t.low[node] ?? 0
  if (above !== undefined) t.low[above] = Math.min(t.low[above] ?? 0, low)
  if (low !== t.index[node]) return
  const group: number[] = []
  for (let one = t.stack.pop(); one !== undefined; one = t.stack.pop()) {
    t.stacked[one] = 0
    group.push(one)
    if (one === node) break
  }
  if (group.length > 1) t.found.push(group)
}
