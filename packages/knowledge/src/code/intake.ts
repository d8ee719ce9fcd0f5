// Reads files into the map: what changed since it was read last, as a row, as facts and as nodes.
import type { FileFacts } from './facts.ts'
import type { Extractor } from './extractor.ts'
import { isManifest } from './manifest.ts'
import { isConfig, knownTargets, targetsOf } from './module-files.ts'
import { changedNames } from './outward.ts'
import { countIn, describeAgain } from './places.ts'
import { fileRow, isSameNode, isSameText, nodeRows, type Read } from './rows.ts'
import { markById, nodesOf, touch, type State, type Step } from './step.ts'
import type { FileRow, NodeRow } from './store/store.ts'
import { isAbsent, readText, type FileText } from './tree.ts'

export const isWanted = (state: State, path: string): boolean =>
  isRead(state, path) || state.touched.has(path)

/** What no language reads (a style sheet, a picture) is a file of the map once an agent has worked at it, and nothing more. */
const isRead = (state: State, path: string): boolean =>
  isConfig(path) || isManifest(path) || extractorOf(state, path) !== undefined

const extractorOf = (state: State, path: string): Extractor | undefined =>
  state.extractors.find((one) => one.takes(path))

export function readFile(step: Step, path: string): void {
  const { state } = step
  if (!isWanted(state, path)) return
  const given = textFor(state, path)
  const before = state.files.get(path)
  if (isAbsent(given)) {
    if (before) remove(step, before)
    return
  }
  const extractor = extractorOf(state, path)
  const version = extractor?.version ?? ''
  if (isUnchanged(before, given, version)) return
  const was = before && { row: before, facts: factsBefore(state, before) }
  const read = extractor && factsIn(step, { path, given, extractor })
  const known = fileRow(given, read)
  const row = { ...known, path, version, targets: knownTargets(state, before, { path, ...known }) }
  const is = { row: keepFile(step, before, row), facts: read?.facts }
  if (was) markOutward(step, was, is)
  putNodes(step, was, is)
}

/** A file that no language reads need not be readable. */
function textFor(state: State, path: string): FileText {
  const given = readText(state.root, path)
  return isAbsent(given) || isRead(state, path) ? given : { hash: given.hash, sizeBytes: given.sizeBytes }
}

/** A file as it was or is. */
interface Known {
  row: FileRow
  facts: FileFacts | undefined
}

/** Of the file as it was until now. */
const factsBefore = (state: State, { path, hash, version }: FileRow): FileFacts | undefined =>
  state.facts.get(path, () => state.store.facts(hash, version))

/** Keeps what others now see differently. */
function markOutward(step: Step, was: Known, is: Known): void {
  if (was.row.language === '' && !is.facts) return
  const names = was.facts && is.facts && changedNames(was.facts, is.facts)
  if (names?.size !== 0) step.outward.set(is.row.id, names)
}

function factsIn(
  step: Step,
  from: { path: string; given: FileText; extractor: Extractor },
): Read | undefined {
  const { path, given, extractor } = from
  return given.text === undefined
    ? undefined
    : factsOf(step, { path, text: given.text, hash: given.hash, extractor })
}

const isUnchanged = (before: FileRow | undefined, given: FileText, version: string): boolean =>
  before !== undefined &&
  before.hash === given.hash &&
  before.version === version &&
  (given.problem === undefined || before.problem === given.problem)

function keepFile(step: Step, before: FileRow | undefined, row: Omit<FileRow, 'id'>): FileRow {
  const { state } = step
  if (step.isFirst) row.targets = targetsOf(state, row)
  step.read += 1
  if (!before || isConfig(row.path)) step.shape = true
  if (!before) countIn(state.places, row.path, 1)
  if (isManifest(row.path)) describeAgain(state.places, row.path)
  const id = state.store.putFile(row, before?.id)
  const made = { ...row, id }
  state.files.set(row.path, made)
  state.byId.set(id, made)
  step.dirty.add(row.path)
  return made
}

interface Reading {
  path: string
  text: string
  hash: string
  extractor: Extractor
}

function factsOf({ state }: Step, given: Reading): Read {
  const { version } = given.extractor
  let facts = state.store.facts(given.hash, version)
  if (!facts) {
    facts = given.extractor.extract(given.path, given.text)
    state.store.putFacts({ hash: given.hash, version, facts })
  }
  state.facts.put(given.path, facts)
  return { facts, problem: problemOf(facts) }
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
  countIn(state.places, row.path, -1)
  if (isManifest(row.path)) describeAgain(state.places, row.path)
  step.shape = true
  step.removed += 1
}

const NO_NODES: ReadonlyMap<string, number> = new Map()

/** Keeps the ids of what is still there, so that edges of other files stay right; what says the same is not written again. */
function putNodes(step: Step, was: Known | undefined, { row: file, facts }: Known): void {
  const { state } = step
  const before = step.isFirst ? NO_NODES : nodesOf(state, file.id)
  const old = new Map(was?.facts && nodeRows(was.row, was.facts).map((one) => [one.path, one]))
  const after = new Map<string, number>()
  const fresh: NodeRow[] = []
  for (const row of nodeRows(file, facts)) {
    const known = before.get(row.path)
    if (known === undefined) fresh.push(row)
    else {
      after.set(row.path, known)
      changeNode(state, { id: known, was: old.get(row.path) }, row)
    }
  }
  if (fresh.length > 0) {
    const first = state.store.putNodes(file.id, fresh)
    for (const [at, row] of fresh.entries()) after.set(row.path, first + at)
  }
  for (const [path, id] of before) {
    if (after.has(path)) continue
    state.store.removeNode(id)
    step.touched.add(id)
  }
  state.nodes.set(file.id, after)
}

function changeNode(
  { store }: State,
  { id, was }: { id: number; was: NodeRow | undefined },
  row: NodeRow,
): void {
  if (was && isSameNode(was, row)) return
  store.changeNode(id, row, !was || !isSameText(was, row))
}
