// Reads files into the map: what changed since it was read last, as a row, as facts and as nodes.
import type { FileFacts } from './facts.ts'
import type { Extractor } from './extractor.ts'
import { isManifest } from './manifest.ts'
import { isConfig, targetsOf } from './module-files.ts'
import { outwardHash } from './outward.ts'
import { countIn, describeAgain } from './places.ts'
import { fileNode, fileRow, symbolNode, type Read } from './rows.ts'
import { markById, nodesOf, touch, type State, type Step } from './step.ts'
import type { FileRow, NodeRow } from './store/store.ts'
import { VANISHED, readText, type FileText } from './tree.ts'

export const isWanted = (state: State, path: string): boolean =>
  isConfig(path) || isManifest(path) || extractorOf(state, path) !== undefined

const extractorOf = (state: State, path: string): Extractor | undefined =>
  state.extractors.find((one) => one.takes(path))

export function readFile(step: Step, path: string): void {
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
  const read = extractor && factsIn(step, { path, given, extractor })
  const row = { ...fileRow(given, read), path, version, targets: before?.targets ?? '' }
  putNodes(step, keepFile(step, before, row), read?.facts)
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

const isGone = (given: FileText) => given.hash === '' && given.problem === VANISHED

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
  if (!step.isFirst && !isSameOutward(state, before, row)) step.outward.add(id)
  return made
}

/** A file of the first index was not looked at from outside: that waits until it changes. */
function isSameOutward(state: State, before: FileRow | undefined, row: Omit<FileRow, 'id'>): boolean {
  if (!before) return false
  if (before.outward !== '' || before.language === '') return before.outward === row.outward
  const facts = state.store.facts(before.hash, before.version)
  return facts !== undefined && outwardHash(facts) === row.outward
}

interface Reading {
  path: string
  text: string
  hash: string
  extractor: Extractor
}

function factsOf({ state, isFirst }: Step, given: Reading): Read {
  const { version } = given.extractor
  const known = state.store.facts(given.hash, version)
  if (known) {
    state.facts.put(given.path, known)
    return {
      facts: known,
      outward: isFirst ? '' : outwardHash(known),
      problem: problemOf(known),
    }
  }
  const facts = given.extractor.extract(given.path, given.text)
  const outward = isFirst ? '' : outwardHash(facts)
  state.store.putFacts({ hash: given.hash, version, facts })
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
  countIn(state.places, row.path, -1)
  if (isManifest(row.path)) describeAgain(state.places, row.path)
  step.shape = true
  step.removed += 1
}

const NO_NODES: ReadonlyMap<string, number> = new Map()

/** Keeps the ids of what is still there, so that edges of other files stay right. */
function putNodes(step: Step, file: FileRow, facts: FileFacts | undefined): void {
  const { state } = step
  const before = step.isFirst ? NO_NODES : nodesOf(state, file.id)
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
  for (const one of facts?.symbols ?? []) if (one.path) put(symbolNode(one, facts?.symbols[one.parent], file))
  for (const [path, id] of before) {
    if (after.has(path)) continue
    state.store.removeNode(id)
    step.touched.add(id)
  }
  state.nodes.set(file.id, after)
}
