// Finds the edges of files that were read: where their imports lead, and whom their calls mean.
import type { FileFacts } from './facts.ts'
import { readFile } from './intake.ts'
import { linkFile, type Edge } from './link/edges.ts'
import { modulesIn, targetsOf } from './module-files.ts'
import { outsideNode } from './outside.ts'
import { edgeChanges, graphChanges } from './rows.ts'
import { nodesOf, touch, type Step } from './step.ts'
import type { EdgeRow, FileRow } from './store/store.ts'
import { touchEdges } from './touches.ts'

/** Follows imports again, and marks the files whose imports lead elsewhere than before. */
export function resolveAgain(step: Step): void {
  const { state } = step
  if (step.shape || !state.modules) state.modules = modulesIn(state)
  const rows = step.shape
    ? [...state.files.values()]
    : [...step.dirty].flatMap((path) => state.files.get(path) ?? [])
  for (const row of rows) {
    const targets = targetsOf(state, row)
    if (targets === row.targets) continue
    row.targets = targets
    state.store.putTargets(row.id, targets)
    step.dirty.add(row.path)
    step.outward.set(row.id, undefined)
  }
}

/** In a first index a file is read when it is looked at. */
function readOnce(step: Step, path: string): void {
  if (step.unread.delete(path)) readFile(step, path)
}

function readFacts(step: Step, path: string): FileFacts | undefined {
  const { state } = step
  readOnce(step, path)
  return state.facts.get(path, () => {
    const row = state.files.get(path)
    return row?.hash ? state.store.facts(row.hash, row.version) : undefined
  })
}

export function link(step: Step, path: string): void {
  const { state } = step
  const row = state.files.get(path)
  const { modules } = state
  if (!row || !modules) return
  const linked = linkFile(
    { facts: (one) => readFacts(step, one), resolve: (from, specifier) => modules.resolve(from, specifier) },
    path,
  )
  const rows = [
    ...linked.edges.flatMap((edge) => edgeRow(step, row, edge) ?? []),
    ...touchEdges(state, row, nodesOf(state, row.id)),
  ]
  const seen = linked.seen.flatMap(({ path: other, names }) => {
    const saw = state.files.get(other)?.id
    return saw === undefined ? [] : [{ saw, names: names.join('\n') }]
  })
  if (step.isFirst) {
    state.store.addEdges(row.id, rows)
    state.store.addSeen(row.id, seen)
    return
  }
  // Most files that are linked again come out the same: writing is the dearer half.
  const changes = edgeChanges(state.store.edgesOf(row.id), rows)
  for (const one of graphChanges(changes)) touch(step, one)
  state.store.removeEdges(changes.gone)
  state.store.addEdges(row.id, changes.come)
  state.store.replaceSeen(row.id, seen)
}

function edgeRow(step: Step, row: FileRow, edge: Edge): EdgeRow | undefined {
  const { state } = step
  readOnce(step, edge.toFile)
  const to = state.files.get(edge.toFile)
  const source = edge.outside ? outsideNode(state, edge.from) : nodesOf(state, row.id).get(edge.from)
  const target = edge.toFile === '' ? outsideNode(state, edge.to) : to && nodesOf(state, to.id).get(edge.to)
  if (source === undefined || target === undefined) return undefined
  return { source, target, kind: edge.kind, rule: edge.rule, line: edge.line, column: edge.column }
}

/** Deeper chains of imports are read without being linked on the way back. */
const CHAIN = 400

/** Reads a file, first links what it imports, then itself: most of what it looks at was read a moment ago. */
export function linkFirst(step: Step, path: string, depth = 0): void {
  readOnce(step, path)
  const row = step.state.files.get(path)
  if (!row || step.linked.has(path)) return
  step.linked.add(path)
  for (const one of depth < CHAIN ? new Set(row.targets.split('\n')) : [])
    if (one && !step.linked.has(one)) linkFirst(step, one, depth + 1)
  link(step, path)
  // Nothing that was read before imports it, so most likely nothing does: it is a test, or where a program begins.
  if (depth === 0) step.state.facts.drop(path)
}
