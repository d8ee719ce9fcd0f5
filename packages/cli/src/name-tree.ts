// The tree of agent names as lines: shop-backend-api and shop-web share the branch shop.
import { treePath } from '@tutti/core'

export interface TreeLine<T> {
  /** Branches and the part of the name on this level. */
  text: string
  /** Null for a level that is only a branch. */
  item: T | null
}

interface Node<T> {
  part: string
  item: T | null
  children: Map<string, Node<T>>
}

/** One line for each name and each branch, sorted; a branch with one child is drawn as one. */
export function nameTree<T extends { name: string }>(items: readonly T[]): TreeLine<T>[] {
  const root: Node<T> = { part: '', item: null, children: new Map() }
  for (const item of items) plant(root, treePath(item.name), item)
  const lines: TreeLine<T>[] = []
  for (const child of sorted(root)) {
    lines.push({ text: child.part, item: child.item })
    addBranches(lines, child, '')
  }
  return lines
}

function plant<T>(node: Node<T>, path: readonly string[], item: T): void {
  const [part, ...rest] = path
  if (part === undefined) {
    node.item = item
    return
  }
  const child = node.children.get(part) ?? { part, item: null, children: new Map<string, Node<T>>() }
  node.children.set(part, child)
  plant(child, rest, item)
}

const sorted = <T>(node: Node<T>): Node<T>[] =>
  [...node.children.values()]
    .map(joined)
    .sort((a, b) => a.part.localeCompare(b.part, 'en', { numeric: true }))

function joined<T>(node: Node<T>): Node<T> {
  const [only] = node.children.values()
  if (node.item !== null || node.children.size !== 1 || !only) return node
  return joined({ ...only, part: `${node.part}-${only.part}` })
}

function addBranches<T>(lines: TreeLine<T>[], node: Node<T>, indent: string): void {
  const children = sorted(node)
  for (const [i, child] of children.entries()) {
    const last = i === children.length - 1
    lines.push({ text: `${indent}${last ? '└─ ' : '├─ '}${child.part}`, item: child.item })
    addBranches(lines, child, indent + (last ? '   ' : '│  '))
  }
}
