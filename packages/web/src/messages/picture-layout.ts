// Where who writes to whom is drawn: everybody on a circle in the order of names, so that nobody moves while messages come.
import type { MailboxId, OutputOf } from '@tutti/core'

export type Pair = OutputOf<'listMailFlow'>[number]

export interface PictureNode {
  address: string
  mailbox: MailboxId | null
  /** Messages that it wrote or got. */
  count: number
  /** From -1 to 1; 0 is the middle. */
  x: number
  y: number
  /** In radians, 0 at the right and growing downwards. */
  angle: number
  /** From 0 to 1: how busy it is beside the busiest. */
  weight: number
}

export interface PictureEdge {
  key: string
  pair: Pair
  from: PictureNode
  to: PictureNode
  weight: number
}

export interface Picture {
  nodes: readonly PictureNode[]
  edges: readonly PictureEdge[]
  /** Pairs that are left out, because they would hide the others. */
  left: number
}

const MOST_NODES = 60 // names that still stand apart around a circle
const MOST_EDGES = 400

export function pictureOf(pairs: readonly Pair[]): Picture {
  const counts = countsOf(pairs)
  const busiest = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_NODES)
  const most = busiest[0]?.count ?? 1
  const inOrder = busiest.toSorted((a, b) => (a.address < b.address ? -1 : 1))
  const nodes = inOrder.map((one, index) => {
    // The first one stands at the top.
    const angle = (index / inOrder.length) * 2 * Math.PI - Math.PI / 2
    const { address, mailbox, count } = one
    return {
      address,
      mailbox,
      count,
      angle,
      x: Math.cos(angle),
      y: Math.sin(angle),
      weight: weightOf(count, most),
    }
  })
  const byAddress = new Map(nodes.map((node) => [node.address, node]))
  const drawn = pairs
    .toSorted((a, b) => b.count - a.count)
    .flatMap((pair) => {
      const from = byAddress.get(pair.from)
      const to = byAddress.get(pair.to)
      return from && to ? [{ key: keyOf(pair), pair, from, to }] : []
    })
    .slice(0, MOST_EDGES)
  const top = drawn[0]?.pair.count ?? 1
  const edges = drawn.map(({ key, pair, from, to }) => ({
    key,
    pair,
    from,
    to,
    weight: weightOf(pair.count, top),
  }))
  return { nodes, edges, left: pairs.length - edges.length }
}

export const keyOf = ({ from, to }: Pick<Pair, 'from' | 'to'>): string => `${from}\n${to}`

/** By the order of magnitude, so that one chatterbox does not make all others invisible. */
const weightOf = (count: number, most: number): number => Math.log1p(count) / Math.log1p(Math.max(most, 1))

function countsOf(pairs: readonly Pair[]): Map<string, Pick<PictureNode, 'address' | 'mailbox' | 'count'>> {
  const counts = new Map<string, Pick<PictureNode, 'address' | 'mailbox' | 'count'>>()
  const add = (address: string, mailbox: MailboxId | null, count: number) => {
    const known = counts.get(address)
    counts.set(address, {
      address,
      mailbox: known?.mailbox ?? mailbox,
      count: (known?.count ?? 0) + count,
    })
  }
  for (const { from, to, fromMailbox, toMailbox, count } of pairs) {
    add(from, fromMailbox, count)
    if (to !== from) add(to, toMailbox, count)
  }
  return counts
}

/** How large a name is drawn, in the measure of the radius below. */
export const sizeOf = ({ weight }: Pick<PictureNode, 'weight'>): number => 5 + weight * 9

interface Point {
  x: number
  y: number
}

/** The point on the way from one to the other that lies so far before its end. */
function before(end: Point, from: Point, distance: number): Point {
  const [x, y] = [from.x - end.x, from.y - end.y]
  const length = Math.hypot(x, y) || 1
  return { x: end.x + (x / length) * distance, y: end.y + (y / length) * distance }
}

const ARROW = 3 // between the tip and what it points at

/** The line of an edge on a circle of that radius: bent to its own side, so that an answer does not lie on its question. */
export function curveOf({ from, to }: Pick<PictureEdge, 'from' | 'to'>, radius: number): string {
  const at = (point: Point) => `${round(point.x)} ${round(point.y)}`
  const [start, end] = [from, to].map(({ x, y }) => ({ x: x * radius, y: y * radius }))
  if (!start || !end) return ''
  if (from === to) {
    const out = { x: start.x * 1.18, y: start.y * 1.18 }
    const side = { x: -start.y * 0.12, y: start.x * 0.12 }
    return `M${at(start)} C${out.x + side.x} ${out.y + side.y} ${out.x - side.x} ${out.y - side.y} ${at(end)}`
  }
  const bend = {
    x: ((start.x + end.x) / 2) * 0.45 - (end.y - start.y) * 0.09,
    y: ((start.y + end.y) / 2) * 0.45 + (end.x - start.x) * 0.09,
  }
  // It begins and ends at the rim, so that its arrow is seen.
  return `M${at(before(start, bend, sizeOf(from)))} Q${at(bend)} ${at(before(end, bend, sizeOf(to) + ARROW))}`
}

const round = (value: number): number => Math.round(value * 10) / 10
