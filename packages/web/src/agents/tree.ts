// The tree of agents, made from their names alone: shop-backend-api is three levels deep.
import { colourIndex, treePath, type Agent } from '@tutti/core'
import type { Neighbour } from '../data/room-store.ts'
import { needsYou } from './need.ts'

export type TreeRow =
  | {
      kind: 'group'
      /** The levels joined, such as shop-backend. */
      key: string
      label: string
      depth: number
      count: number
      needs: number
      open: boolean
      colour: number
      ids: string[]
      /** Set on the row of another machine, above its agents. */
      machine?: Neighbour
    }
  | { kind: 'agent'; key: string; label: string; depth: number; agent: Agent; colour: number }

interface Node {
  key: string
  label: string
  children: Map<string, Node>
  agent: Agent | null
}

/**
 * The rows to show, from top to bottom. A level with one child and no agent of its own is joined with that child, so
 * that a lone shop-backend-api is one row. `isOpen` says which groups are unfolded.
 */
export function treeRows(agents: readonly Agent[], isOpen: (key: string) => boolean): TreeRow[] {
  const root: Node = { key: '', label: '', children: new Map(), agent: null }
  for (const agent of agents) insert(root, agent)
  return sorted(root).flatMap((child) => rowsOf(child, { depth: 0, label: child.label, isOpen }))
}

/** The row of another machine with its agents below; folded, it is one row. */
export function machineRows(
  machine: Neighbour,
  agents: readonly Agent[],
  isOpen: (key: string) => boolean,
): TreeRow[] {
  const key = `@${machine.id}`
  const keyed = (inner: string) => `${key}/${inner}`
  const open = isOpen(key)
  const head: TreeRow = {
    kind: 'group',
    key,
    label: machine.name,
    depth: 0,
    count: agents.length,
    needs: agents.filter(needsYou).length,
    open,
    colour: colourIndex(machine.name),
    ids: agents.map(({ id }) => id),
    machine,
  }
  const inner = open ? treeRows(agents, (name) => isOpen(keyed(name))) : []
  return [head, ...inner.map((row) => below(row, keyed))]
}

/** A row one level further in; what folds is folded on this machine alone. */
const below = (row: TreeRow, keyed: (key: string) => string): TreeRow =>
  row.kind === 'group'
    ? { ...row, key: keyed(row.key), depth: row.depth + 1 }
    : { ...row, depth: row.depth + 1 }

function insert(root: Node, agent: Agent): void {
  let node = root
  for (const level of treePath(agent.name)) {
    const key = node.key ? `${node.key}-${level}` : level
    const child = node.children.get(level) ?? { key, label: level, children: new Map(), agent: null }
    node.children.set(level, child)
    node = child
  }
  node.agent = agent
}

interface Place {
  depth: number
  label: string
  isOpen: (key: string) => boolean
}

function rowsOf(node: Node, place: Place): TreeRow[] {
  const { depth, label, isOpen } = place
  const children = sorted(node)
  const colour = colourIndex(node.key)
  if (children.length === 0) return node.agent ? [agentRow(node.agent, label, depth)] : []
  const only = children[0]
  if (children.length === 1 && only && !node.agent)
    return rowsOf(only, { ...place, label: `${label}-${only.label}` })
  const inside = agentsIn(node)
  const open = isOpen(node.key)
  const group: TreeRow = {
    kind: 'group',
    key: node.key,
    label,
    depth,
    count: inside.length,
    needs: inside.filter(needsYou).length,
    open,
    colour,
    ids: inside.map(({ id }) => id),
  }
  if (!open) return [group]
  // An agent that is also a level comes first inside its own group.
  const own = node.agent ? [agentRow(node.agent, label, depth + 1)] : []
  return [
    group,
    ...own,
    ...children.flatMap((child) => rowsOf(child, { depth: depth + 1, label: child.label, isOpen })),
  ]
}

const agentRow = (agent: Agent, label: string, depth: number): TreeRow => ({
  kind: 'agent',
  key: agent.id,
  label,
  depth,
  agent,
  colour: colourIndex(agent.name),
})

const agentsIn = (node: Node): Agent[] => [
  ...(node.agent ? [node.agent] : []),
  ...[...node.children.values()].flatMap(agentsIn),
]

const byLabel = new Intl.Collator(undefined, { numeric: true })
const sorted = (node: Node): Node[] =>
  [...node.children.values()].sort((a, b) => byLabel.compare(a.label, b.label))
