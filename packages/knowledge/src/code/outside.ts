// What is named and lies in no file: tables, routes, variables of the environment, agents. The names themselves make these nodes.
import type { NodeRow, Store } from './store/store.ts'

interface Outside {
  store: Store
  /** Their ids by key. */
  outside: Map<string, number>
}

/** `name` where the key does not say it. */
export function outsideNode({ store, outside }: Outside, key: string, name = nameIn(key)): number {
  const known = outside.get(key)
  if (known !== undefined) return known
  const id = store.putNodes(null, [outsideRow(key, name)])
  outside.set(key, id)
  return id
}

/** It is called something else now. */
export function renameOutside({ store, outside }: Outside, key: string, name: string): void {
  const known = outside.get(key)
  if (known !== undefined) store.changeNode(known, outsideRow(key, name))
}

/** What nobody names any more is gone. */
export function dropOutside({ store, outside }: Outside, touched: ReadonlySet<number>): void {
  for (const [key, id] of outside) {
    if (!touched.has(id) || store.isNamed(id)) continue
    store.removeNode(id)
    outside.delete(key)
  }
}

const OUTSIDE_KIND: Record<string, string> = {
  env: 'environment',
  table: 'table',
  route: 'route',
  agent: 'agent',
}

const nameIn = (key: string): string => key.slice(key.indexOf(':') + 1)

/** The node of a key such as `table:users`. */
const outsideRow = (key: string, name: string): NodeRow => {
  const colon = key.indexOf(':')
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
