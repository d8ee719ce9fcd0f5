// What one step of the map works on: the map's own state, and what the step has found so far.
import type { CodeMapOptions } from './code-map.ts'
import type { FactsCache } from './facts-cache.ts'
import type { Graph } from './graph.ts'
import type { Modules } from './link/modules.ts'
import type { Places } from './places.ts'
import type { EdgeRow, FileRow, Store } from './store/store.ts'
import type { Scan } from './tree.ts'

export interface State extends CodeMapOptions {
  store: Store
  files: Map<string, FileRow>
  byId: Map<number, FileRow>
  /** Node ids by file and path, filled as files are touched. */
  nodes: Map<number, Map<string, number>>
  facts: FactsCache
  /** Nodes that lie in no file, by their key. */
  outside: Map<string, number>
  /** Folders, packages and the repository. */
  places: Places
  /** Paths of files that an agent has touched. */
  touched: Set<string>
  /** The database as it is known here; another one after a change by another process. */
  foreignState: number
  /** What the last look at the whole folder told. */
  scan?: Scan | undefined
  modules?: Modules | undefined
  graph?: Graph | undefined
}

export interface Step {
  state: State
  /** Paths whose edges must be found again. */
  dirty: Set<string>
  /** Ids of files that others now see differently, and for which names; undefined for all. */
  outward: Map<number, ReadonlySet<string> | undefined>
  /** Files came or went, or a configuration changed: imports may lead elsewhere. */
  shape: boolean
  read: number
  removed: number
  /** Nodes whose edges changed. */
  touched: Set<number>
  /** In the first index of a folder: paths that are there and were not read yet. */
  unread: Set<string>
  isFirst: boolean
  /** Then also: paths whose linking has begun. */
  linked: Set<string>
}

export const createStep = (state: State, unread: readonly string[] = []): Step => ({
  state,
  dirty: new Set(),
  outward: new Map(),
  shape: false,
  read: 0,
  removed: 0,
  touched: new Set(),
  unread: new Set(unread),
  isFirst: unread.length > 0,
  linked: new Set(),
})

export const markById = (step: Step, id: number) => {
  const row = step.state.byId.get(id)
  if (row) step.dirty.add(row.path)
}

export function nodesOf(state: State, file: number): Map<string, number> {
  const known = state.nodes.get(file)
  if (known) return known
  const made = state.store.nodesOf(file)
  state.nodes.set(file, made)
  return made
}

export function touch(step: Step, edge: EdgeRow): void {
  step.touched.add(edge.source)
  step.touched.add(edge.target)
}
