// The code map of one working copy: reads what changed, links what that touches, and holds the graph for questions.
import { createFactsCache, type FactsCache } from './facts-cache.ts'
import type { FileFacts } from './facts.ts'
import { createGraph, type Graph } from './graph.ts'
import type { Extractor } from './extractor.ts'
import { linkFile, type Edge } from './link/edges.ts'
import type { Modules } from './link/modules.ts'
import { isConfig, modulesIn } from './module-files.ts'
import { dropOutside, outsideNode } from './outside.ts'
import { outwardHash } from './outward.ts'
import { changed, fileNode, fileRow, isSame, symbolNode, type Read } from './rows.ts'
import { openStore, type EdgeRow, type FileRow, type NodeRow, type Store } from './store/store.ts'
import { VANISHED, readText, scanTree, type FileText, type Problem } from './tree.ts'

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
  graph(): Graph
  /** Edges were put in beside the index: the graph is built anew. */
  forgetGraph(): void
  /** Files that could not be read, by name and with the reason. */
  problems(): Problem[]
  close(): void
}

export function openCodeMap(options: CodeMapOptions): CodeMap {
  const store = openStore(options.database, options.root)
  const state: State = {
    ...options,
    store,
    files: new Map(store.files().map((row) => [row.path, row])),
    byId: new Map(),
    nodes: new Map(),
    facts: createFactsCache(),
    outside: store.outsideNodes(),
    folderProblems: [],
  }
  for (const row of state.files.values()) state.byId.set(row.id, row)
  return {
    root: options.root,
    store,
    index: () => index(state),
    update: (paths) => apply(state, paths),
    graph: () => (state.graph ??= readGraph(store)),
    forgetGraph: () => {
      state.graph = undefined
    },
    problems: () => problemsOf(state),
    close: () => store.close(),
  }
}

interface State extends CodeMapOptions {
  store: Store
  files: Map<string, FileRow>
  byId: Map<number, FileRow>
  /** Node ids by file and path, filled as files are touched. */
  nodes: Map<number, Map<string, number>>
  facts: FactsCache
  /** Nodes that lie in no file, by their key. */
  outside: Map<string, number>
  folderProblems: Problem[]
  modules?: Modules | undefined
  graph?: Graph | undefined
}

function readGraph(store: Store): Graph {
  const { size, columns } = store.graphColumns()
  return createGraph(size, columns)
}

function index(state: State): Change {
  const scan = scanTree(state.root)
  state.folderProblems = scan.problems
  const wanted = scan.paths.filter((path) => isWanted(state, path))
  const present = new Set(wanted)
  const gone = [...state.files.keys()].filter((path) => !present.has(path))
  const change = apply(state, [...wanted, ...gone])
  // Here only: counting them reads much of the database.
  if (change.read > 0) state.store.dropUnusedFacts()
  return change
}

const isWanted = (state: State, path: string): boolean =>
  isConfig(path) || extractorOf(state, path) !== undefined

const extractorOf = (state: State, path: string): Extractor | undefined =>
  state.extractors.find((one) => one.takes(path))

function problemsOf(state: State): Problem[] {
  const files = [...state.files.values()].flatMap((one) =>
    one.problem ? [{ path: one.path, problem: one.problem }] : [],
  )
  return [...state.folderProblems, ...files]
}

/** One step of the map, in one transaction: read, compare, link. */
function apply(state: State, paths: readonly string[]): Change {
  const step: Step = {
    state,
    dirty: new Set(),
    outward: new Set(),
    shape: false,
    read: 0,
    removed: 0,
    touched: new Set(),
  }
  state.store.atomically(() => {
    eachOf(state, { paths: new Set(paths), from: 0 }, (path) => readFile(step, path))
    resolveAgain(step)
    for (const id of step.outward) for (const one of state.store.whoSaw(id)) markById(step, one)
    // The facts that were read last are still at hand.
    const dirty = [...step.dirty].toReversed()
    eachOf(state, { paths: new Set(dirty), from: dirty.length }, (path) => link(step, path))
    dropOutside(state, step.touched)
  })
  refreshGraph(step)
  return { read: step.read, linked: step.dirty.size, removed: step.removed }
}

/** Files between two moments of relief. */
const STRETCH = 100

/** Reading is the first half of the work, linking the second. */
function eachOf(
  state: State,
  { paths, from }: { paths: ReadonlySet<string>; from: number },
  run: (path: string) => void,
): void {
  let count = 0
  for (const path of paths) {
    run(path)
    count += 1
    if (count % STRETCH === 0) state.relieve?.(from + count, paths.size * 2)
  }
}

interface Step {
  state: State
  /** Paths whose edges must be found again. */
  dirty: Set<string>
  /** Ids of files that others now see differently. */
  outward: Set<number>
  /** Files came or went, or a configuration changed: imports may lead elsewhere. */
  shape: boolean
  read: number
  removed: number
  /** Nodes whose edges changed. */
  touched: Set<number>
}

const markById = (step: Step, id: number) => {
  const row = step.state.byId.get(id)
  if (row) step.dirty.add(row.path)
}

function readFile(step: Step, path: string): void {
  const { state } = step
  if (!isWanted(state, path)) return
  const given = readText(state.root, path)
  const before = state.files.get(path)
  if (isGone(given)) {
    if (before) remove(step, before)
    return
  }
  const extractor = extractorOf(state, path)
  const version = extractor?.version ?? ''
  if (isUnchanged(before, given, version)) return
  const read = extractor && factsIn(state, { path, given, extractor })
  keepFile(step, before, { ...fileRow(given, read), path, version, targets: before?.targets ?? '' })
  const row = state.files.get(path)
  if (row) putNodes(step, row, read?.facts)
}

function factsIn(
  state: State,
  from: { path: string; given: FileText; extractor: Extractor },
): Read | undefined {
  const { path, given, extractor } = from
  return given.text === undefined
    ? undefined
    : factsOf(state, { path, text: given.text, hash: given.hash, extractor })
}

const isGone = (given: FileText) => given.hash === '' && given.problem === VANISHED

const isUnchanged = (before: FileRow | undefined, given: FileText, version: string): boolean =>
  before !== undefined &&
  before.hash === given.hash &&
  before.version === version &&
  (given.problem === undefined || before.problem === given.problem)

function keepFile(step: Step, before: FileRow | undefined, row: Omit<FileRow, 'id'>): void {
  const { state } = step
  step.read += 1
  if (!before || isConfig(row.path)) step.shape = true
  const id = state.store.putFile(row)
  const made = { ...row, id }
  state.files.set(row.path, made)
  state.byId.set(id, made)
  step.dirty.add(row.path)
  if (before?.outward !== row.outward) step.outward.add(id)
}

interface Reading {
  path: string
  text: string
  hash: string
  extractor: Extractor
}

function factsOf(state: State, given: Reading): Read {
  const { version } = given.extractor
  const known = state.store.facts(given.hash, version)
  if (known) {
    state.facts.put(given.path, known)
    return {
      facts: known,
      outward: state.store.outward(given.hash, version) ?? '',
      problem: problemOf(known),
    }
  }
  const facts = given.extractor.extract(given.path, given.text)
  const outward = outwardHash(facts)
  state.store.putFacts({ hash: given.hash, version, outward, facts })
  state.facts.put(given.path, facts)
  return { facts, outward, problem: problemOf(facts) }
}

const problemOf = (facts: FileFacts): string | undefined => {
  const [first] = facts.problems
  return first && `line ${first.line}: ${first.text}`
}

function remove(step: Step, row: FileRow): void {
  const { state } = step
  for (const id of nodesOf(state, row.id).values()) step.touched.add(id)
  for (const one of state.store.edgesOf(row.id)) touch(step, one)
  for (const one of state.store.whoSaw(row.id)) markById(step, one)
  state.store.removeFile(row.id)
  state.files.delete(row.path)
  state.byId.delete(row.id)
  state.nodes.delete(row.id)
  state.facts.drop(row.path)
  step.dirty.delete(row.path)
  step.shape = true
  step.removed += 1
}

function nodesOf(state: State, file: number): Map<string, number> {
  const known = state.nodes.get(file)
  if (known) return known
  const made = state.store.nodesOf(file)
  state.nodes.set(file, made)
  return made
}

/** Keeps the ids of what is still there, so that edges of other files stay right. */
function putNodes(step: Step, file: FileRow, facts: FileFacts | undefined): void {
  const { state } = step
  const before = nodesOf(state, file.id)
  const after = new Map<string, number>()
  const put = (row: NodeRow) => {
    const known = before.get(row.path)
    if (known === undefined) after.set(row.path, state.store.putNode(file.id, row))
    else {
      state.store.changeNode(known, row)
      after.set(row.path, known)
    }
  }
  put(fileNode(file))
  for (const one of facts?.symbols ?? []) if (one.path) put(symbolNode(one, facts?.symbols[one.parent]))
  for (const [path, id] of before) {
    if (after.has(path)) continue
    state.store.removeNode(id)
    step.touched.add(id)
  }
  state.nodes.set(file.id, after)
}

/** Follows imports again, and marks the files whose imports lead elsewhere than before. */
function resolveAgain(step: Step): void {
  const { state } = step
  if (step.shape || !state.modules) state.modules = modulesIn(state)
  const { modules } = state
  const rows = step.shape
    ? [...state.files.values()]
    : [...step.dirty].flatMap((path) => state.files.get(path) ?? [])
  for (const row of rows) {
    const specifiers = row.imports === '' ? [] : row.imports.split('\n')
    const targets = specifiers.map((one) => modules.resolve(row.path, one) ?? '').join('\n')
    if (targets === row.targets) continue
    row.targets = targets
    state.store.putTargets(row.id, targets)
    step.dirty.add(row.path)
    step.outward.add(row.id)
  }
}

function readFacts(state: State, path: string): FileFacts | undefined {
  return state.facts.get(path, () => {
    const row = state.files.get(path)
    return row?.hash ? state.store.facts(row.hash, row.version) : undefined
  })
}

function link(step: Step, path: string): void {
  const { state } = step
  const row = state.files.get(path)
  const { modules } = state
  if (!row || !modules) return
  const linked = linkFile(
    { facts: (one) => readFacts(state, one), resolve: (from, specifier) => modules.resolve(from, specifier) },
    path,
  )
  const rows = linked.edges.flatMap((edge) => edgeRow(state, row, edge) ?? [])
  const before = state.store.edgesOf(row.id)
  for (const one of changed(before, rows)) touch(step, one)
  // Most files that are linked again come out the same: writing is the dearer half.
  if (!isSame(before, rows)) state.store.replaceEdges(row.id, rows)
  state.store.replaceSeen(
    row.id,
    [...linked.seen].flatMap((one) => state.files.get(one)?.id ?? []),
  )
}

function edgeRow(state: State, row: FileRow, edge: Edge): EdgeRow | undefined {
  const to = state.files.get(edge.toFile)
  const source = edge.outside ? outsideNode(state, edge.from) : nodesOf(state, row.id).get(edge.from)
  const target = edge.toFile === '' ? outsideNode(state, edge.to) : to && nodesOf(state, to.id).get(edge.to)
  if (source === undefined || target === undefined) return undefined
  return { source, target, kind: edge.kind, rule: edge.rule, line: edge.line, column: edge.column }
}

function touch(step: Step, edge: EdgeRow): void {
  step.touched.add(edge.source)
  step.touched.add(edge.target)
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
