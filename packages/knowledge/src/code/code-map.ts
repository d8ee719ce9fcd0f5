// The code map of one working copy: reads what changed, links what that touches, and holds the graph for questions.
import { createFactsCache } from './facts-cache.ts'
import { createGraph, type Graph } from './graph.ts'
import type { Extractor } from './extractor.ts'
import { isWanted, readFile } from './intake.ts'
import { link, linkFirst, resolveAgain } from './linking.ts'
import { modulesIn } from './module-files.ts'
import { dropOutside } from './outside.ts'
import { placesOf, settlePlaces } from './places.ts'
import { createStep, markById, type State, type Step } from './step.ts'
import { openStore, type Store } from './store/store.ts'
import { keepTouch, type Touch } from './touches.ts'
import { scanTree, type Problem } from './tree.ts'

export interface CodeMapOptions {
  /** Absolute path of the working copy. */
  root: string
  /** The database's file, or `:memory:`. */
  database: string
  extractors: readonly Extractor[]
  /** Called now and then in long work with how far it is: a process of its own may give memory back here. */
  relieve?: ((done: number, of: number) => void) | undefined
}

export interface Change {
  /** Files that were read again, and files whose edges were found again. */
  read: number
  linked: number
  removed: number
}

export interface CodeMap {
  readonly root: string
  readonly store: Store
  /** Brings the map up to the folder's present state; unchanged files cost a read and a hash. */
  index(): Change
  /** The same for the paths that a watcher names (files; relative, forward slashes). */
  update(paths: readonly string[]): Change
  /** Keeps which agent changed what, and reads what is on the map only because of that. */
  note(touches: readonly Touch[]): Change
  graph(): Graph
  /** Edges were put in beside the index: the graph is built anew. */
  forgetGraph(): void
  /** Files that could not be read, by name and with the reason. */
  problems(): Problem[]
  close(): void
}

export function openCodeMap(options: CodeMapOptions): CodeMap {
  const store = openStore(options.database, options.root)
  const state: State = { ...options, store, ...known(store) }
  return {
    root: options.root,
    store,
    index: () => index(state),
    update: (paths) =>
      apply(
        state,
        paths.filter((one) => state.scan?.ignores(one) !== true),
      ),
    note: (touches) => note(state, touches),
    graph: () => {
      catchUp(state)
      return (state.graph ??= readGraph(store))
    },
    forgetGraph: () => {
      state.graph = undefined
    },
    problems: () => problemsOf(state),
    close: () => store.close(),
  }
}

/** What is kept in memory of the database. */
function known(store: Store) {
  const foreignState = store.foreignState()
  const outside = store.outsideNodes()
  const rows = store.files()
  return {
    foreignState,
    files: new Map(rows.map((row) => [row.path, row])),
    byId: new Map(rows.map((row) => [row.id, row])),
    nodes: new Map<number, Map<string, number>>(),
    facts: createFactsCache(),
    outside,
    places: placesOf(
      outside,
      rows.map((row) => row.path),
    ),
    touched: new Set(store.touchedPaths()),
  }
}

/** Another process may have changed the database: then what is in memory is read again. Says whether it was. */
function catchUp(state: State): boolean {
  if (state.store.foreignState() === state.foreignState) return false
  Object.assign(state, known(state.store), { modules: undefined, graph: undefined })
  return true
}

function readGraph(store: Store): Graph {
  const { size, columns } = store.graphColumns()
  return createGraph(size, columns)
}

function index(state: State): Change {
  catchUp(state)
  const scan = scanTree(state.root)
  state.scan = scan
  const wanted = scan.paths.filter((path) => isWanted(state, path))
  const present = new Set(wanted)
  const gone = [...state.files.keys()].filter((path) => !present.has(path))
  const change =
    (state.files.size === 0 ? first(state, wanted) : undefined) ?? apply(state, [...wanted, ...gone])
  // Here only: counting them reads much of the database.
  if (change.read > 0) state.store.dropUnusedFacts()
  return change
}

function problemsOf(state: State): Problem[] {
  const files = [...state.files.values()].flatMap((one) =>
    one.problem ? [{ path: one.path, problem: one.problem }] : [],
  )
  return [...(state.scan?.problems ?? []), ...files]
}

/** A folder that the map does not know yet: everything is new, so nothing need be compared. Undefined if another process was first. */
function first(state: State, paths: readonly string[]): Change | undefined {
  const step = createStep(state, paths)
  state.modules = modulesIn({ root: state.root, files: new Set(paths) })
  let isLate = false
  state.store.fill(() => {
    isLate = catchUp(state) && state.files.size > 0
    if (isLate) return false
    const all = new Set(paths)
    eachOf(state, { paths: all, from: 0, total: all.size }, (path) => linkFirst(step, path))
    step.isFirst = false
    // What vanished meanwhile may have been what an import led to.
    if (state.files.size < paths.length) {
      step.shape = true
      step.dirty.clear()
      resolveAgain(step)
      for (const path of step.dirty) link(step, path)
    }
    settlePlaces(state)
    return true
  })
  if (isLate) return undefined
  state.graph = undefined
  return { read: step.read, linked: step.linked.size, removed: 0 }
}

/** One step of the map, in one transaction: read, compare, link. */
function apply(state: State, paths: readonly string[]): Change {
  const step = createStep(state)
  state.store.atomically(() => {
    catchUp(state)
    const read = new Set(paths)
    eachOf(state, { paths: read, from: 0, total: read.size * 2 }, (path) => readFile(step, path))
    resolveAgain(step)
    for (const [id, names] of step.outward)
      for (const one of state.store.whoSaw(id, names)) markById(step, one)
    // The facts that were read last are still at hand.
    const dirty = new Set([...step.dirty].toReversed())
    eachOf(state, { paths: dirty, from: dirty.size, total: dirty.size * 2 }, (path) => link(step, path))
    dropOutside(state, step.touched)
    settlePlaces(state)
  })
  refreshGraph(step)
  return { read: step.read, linked: step.dirty.size, removed: step.removed }
}

function note(state: State, touches: readonly Touch[]): Change {
  const step = createStep(state)
  state.store.atomically(() => {
    catchUp(state)
    const fresh = touches.filter((one) => keepTouch(state, one))
    for (const { file } of fresh) {
      step.dirty.add(file)
      // In a folder that came meanwhile, the next look at the whole finds it.
      if (!state.files.has(file) && state.scan?.ignores(file) === false) readFile(step, file)
    }
    if (step.dirty.size > 0) resolveAgain(step)
    for (const path of step.dirty) link(step, path)
    settlePlaces(state)
  })
  refreshGraph(step)
  return { read: step.read, linked: step.dirty.size, removed: 0 }
}

/** Files between two moments of relief. */
const STRETCH = 100

interface Stretch {
  paths: ReadonlySet<string>
  /** How much of `total` was done before: reading is the first half of an update, linking the second. */
  from: number
  total: number
}

function eachOf(state: State, { paths, from, total }: Stretch, run: (path: string) => void): void {
  let count = 0
  for (const path of paths) {
    run(path)
    count += 1
    if (count % STRETCH === 0) state.relieve?.(from + count, total)
  }
}

/** More than this many changed rows make new ones cheaper than looking aside. */
const OVERLAY_LIMIT = 20_000

function refreshGraph(step: Step): void {
  const { state } = step
  const { graph } = state
  if (!graph) return
  if (step.touched.size + graph.overlaid() > OVERLAY_LIMIT) {
    state.graph = undefined
    return
  }
  for (const node of step.touched) {
    graph.replace(node, false, state.store.edgesAt(node, false))
    graph.replace(node, true, state.store.edgesAt(node, true))
  }
}
