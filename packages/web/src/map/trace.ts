// What is near a node, what a change to it reaches, and the way from one to another: walked on the edges that the filters let pass.
import type { CodeModel } from './model.ts'
import { at } from './numbers.ts'

export interface Sieve {
  /** Bits of the uses that count. */
  uses: number
  /** Guesses too. */
  likely: boolean
}

/** Of each node: 0 for outside, 1 for the node itself, 2 for what is one step away, and so on. */
export type Rings = Uint8Array

export interface Trace {
  rings: Rings
  /** Nodes in order, for a way. */
  way: readonly number[]
  /** What lies in each ring, from the first step on, without its holders. */
  steps: readonly (readonly number[])[]
}

export const passes = (model: CodeModel, { uses, likely }: Sieve, edge: number): boolean => {
  const bits = model.edges.uses[edge] ?? 0
  return (bits & uses) !== 0 && (likely || (bits & likelyBit(model)) === 0)
}

const likelyBit = ({ useWords }: CodeModel): number => 1 << useWords.indexOf('likely')

/** What uses it and what it uses, one step. */
export function neighbours(model: CodeModel, node: number, sieve: Sieve): Trace {
  const rings = seeded(model, node)
  const { from, to } = model.edges
  for (let edge = 0; edge < from.length; edge++) {
    const [a, b] = [at(from, edge), at(to, edge)]
    // One of them is the thing, the other is not.
    if (at(rings, a) % 2 === at(rings, b) % 2 || !passes(model, sieve, edge)) continue
    rings[rings[a] === 1 ? b : a] = 2
  }
  return finished(model, rings)
}

/** More rings are told apart by nobody. */
export const RINGS = 6

/** What a change to it may break: what uses it, what uses that, ring by ring. */
export function impactOf(model: CodeModel, node: number, sieve: Sieve): Trace {
  const rings = seeded(model, node)
  let outer = nodesWithin(model, node)
  for (let ring = 2; ring <= RINGS + 1 && outer.length > 0; ring++) {
    const users = outer.flatMap((one) => [...nextFrom(model, one, { sieve, isIn: true })])
    outer = [...new Set(users)].filter((one) => rings[one] === 0)
    for (const one of outer) rings[one] = ring
  }
  return finished(model, rings)
}

/** What it uses, or what uses it. */
function* nextFrom(
  model: CodeModel,
  node: number,
  { sieve, isIn }: { sieve: Sieve; isIn: boolean },
): Generator<number> {
  const { out, into, from, to } = model.edges
  const { offsets, items } = isIn ? into : out
  const end = at(offsets, node + 1)
  for (let slot = at(offsets, node); slot < end; slot++) {
    const edge = at(items, slot)
    if (passes(model, sieve, edge)) yield at(isIn ? from : to, edge)
  }
}

/** All of these, which no step leads to. */
export function marked(model: CodeModel, nodes: readonly number[]): Trace {
  const rings = new Uint8Array(model.size)
  for (const node of nodes) rings.fill(1, node, Math.max(node + 1, at(model.ends, node)))
  return finished(model, rings)
}

/** The fewest steps from one to the other along what uses what; without any, the other way round; null for none at all. */
export function wayBetween(model: CodeModel, ends: { from: number; to: number }, sieve: Sieve): Trace | null {
  const there = search(model, ends, sieve)
  const way = there.length > 0 ? there : search(model, { from: ends.to, to: ends.from }, sieve).toReversed()
  if (way.length === 0) return null
  const rings = new Uint8Array(model.size)
  way.forEach((node, step) => {
    rings[node] = step === 0 || step === way.length - 1 ? 1 : 2
  })
  return { ...finished(model, rings), way }
}

function search(model: CodeModel, { from, to }: { from: number; to: number }, sieve: Sieve): number[] {
  const came = new Int32Array(model.size).fill(-1)
  const queue = nodesWithin(model, from)
  for (const one of queue) came[one] = one
  const end = at(model.ends, to)
  for (let head = 0; head < queue.length; head++) {
    const here = at(queue, head)
    if (here >= to && here < end) return traced(came, here)
    for (const next of nextFrom(model, here, { sieve, isIn: false })) {
      if (came[next] !== -1) continue
      came[next] = here
      queue.push(next)
    }
  }
  return []
}

function traced(came: Int32Array, end: number): number[] {
  const way = [end]
  for (let here = end; came[here] !== here;) {
    here = came[here] ?? here
    way.unshift(here)
  }
  return way
}

const nodesWithin = ({ ends }: CodeModel, node: number): number[] =>
  Array.from({ length: Math.max(0, at(ends, node) - node) }, (_, step) => node + step)

const seeded = ({ size, ends }: CodeModel, node: number): Rings =>
  new Uint8Array(size).fill(1, node, at(ends, node))

/** A holder is as near as the nearest thing in it, so that it shows from afar. */
function finished(model: CodeModel, rings: Rings): Trace {
  const steps = Array.from({ length: RINGS }, (): number[] => [])
  rings.forEach((ring, node) => {
    if (ring > 1) steps[ring - 2]?.push(node)
  })
  for (let node = model.size - 1; node > 0; node--) {
    const parent = at(model.parents, node)
    const [ring, above] = [at(rings, node), at(rings, parent)]
    if (ring !== 0 && (above === 0 || ring < above)) rings[parent] = ring
  }
  return { rings, way: [], steps: steps.filter((one) => one.length > 0) }
}
