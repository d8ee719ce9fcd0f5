// What code names and no file holds: tables, routes, variables of the environment. The names themselves make these nodes.
import type { NodeRow, Store } from './store/store.ts'

interface Outside {
  store: Store
  /** Their ids by key. */
  outside: Map<string, number>
}

export function outsideNode({ store, outside }: Outside, key: string): number {
  const known = outside.get(key)
  if (known !== undefined) return known
  const id = store.putNode(null, outsideRow(key))
  outside.set(key, id)
  return id
}

/** What nobody names any more is gone. */
export function dropOutside({ store, outside }: Outside, touched: ReadonlySet<number>): void {
  for (const [key, id] of outside) {
    if (!touched.has(id) || store.isNamed(id)) continue
    store.removeNode(id)
    outside.delete(key)
  }
}

const OUTSIDE_KIND: Record<string, string> = { env: 'environment', table: 'table', route: 'route' }

/** The node of a key such as `table:users`. */
const outsideRow = (key: string): NodeRow => {
  const colon = key.indexOf(':')
  const name = key.slice(colon + 1)
  return {
    path: key,
    name,
    kind: OUTSIDE_KIND[key.slice(0, colon)] ?? 'thing',
    line: 0,
    endLine: 0,
    column: 0,
    exported: true,
    nested: false,
    parent: '',
    signature: key,
    doc: '',
    docLine: 0,
    complexity: 0,
  }
}
