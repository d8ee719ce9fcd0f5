// The picture of a working copy as one tree in arrays: holders before what they hold, so that all within a node is one stretch of
// numbers. Fifty thousand nodes are walked in a millisecond.
import { unpackNumbers, type MapPicture } from '@tutti/core'
import { foreignText } from '../ui/foreign-text.ts'
import { rowsOf, type Rows } from './edge-rows.ts'
import { at } from './numbers.ts'

export const FOLDER = 0
export const FILE = 1
export const SYMBOL = 2

export interface Edges {
  from: Int32Array
  to: Int32Array
  /** Bits of `useWords`. */
  uses: Int32Array
  count: Int32Array
  /** Places of the edges that leave a node, and of those that enter it. */
  out: Rows
  into: Rows
}

export interface CodeModel {
  folder: string
  stamp: string
  size: number
  fileCount: number
  /** All within node n are n + 1 to ends[n] - 1. */
  ends: Int32Array
  /** -1 for the whole. */
  parents: Int32Array
  levels: Uint8Array
  names: string[]
  /** Of a folder or file its path, of a symbol its path in the file. */
  paths: string[]
  kinds: Uint16Array
  kindWords: readonly string[]
  /** The file that a symbol lies in, a file itself; -1 for a folder. */
  files: Int32Array
  line: Int32Array
  lines: Int32Array
  /** Commits that changed a file lately; the most within for a folder, its file's for a symbol. */
  changes: Int32Array
  /** Share of its lines that tests run, 0 to 1; -1 where nothing tells. */
  covered: Float32Array
  edges: Edges
  useWords: readonly string[]
}

export function modelOf(picture: MapPicture): CodeModel {
  const wire = wireOf(picture)
  const model = emptyModel(picture, wire)
  const places = new Int32Array(wire.names.length)
  emit({ model, wire, places, next: 0 }, folderTree(wire, picture), -1)
  sumUp(model)
  return { ...model, edges: edgesOf(picture, places, model.size) }
}

interface Wire {
  names: string[]
  kind: Int32Array
  line: Int32Array
  lines: Int32Array
  covered: Int32Array
  changes: Int32Array
  /** Symbols by what holds them: the first, and the next of the same holder. */
  first: Int32Array
  following: Int32Array
  files: number
}

function wireOf(picture: MapPicture): Wire {
  const names = picture.names === '' ? [] : picture.names.split('\n')
  const holder = unpackNumbers(picture.nodes.holder)
  const first = new Int32Array(names.length).fill(-1)
  const following = new Int32Array(names.length).fill(-1)
  for (let place = names.length - 1; place >= picture.files; place--) {
    const above = place - (holder[place] ?? 1)
    following[place] = first[above] ?? -1
    first[above] = place
  }
  return {
    names,
    kind: unpackNumbers(picture.nodes.kind),
    line: unpackNumbers(picture.nodes.line),
    lines: unpackNumbers(picture.nodes.lines),
    covered: unpackNumbers(picture.nodes.covered),
    changes: unpackNumbers(picture.changes),
    first,
    following,
    files: picture.files,
  }
}

interface Folder {
  path: string
  name: string
  folders: Map<string, Folder>
  files: { name: string; at: number }[]
}

function folderTree(wire: Wire, { folder }: MapPicture): Folder {
  const root = aFolder('', lastPart(folder))
  for (let at = 0; at < wire.files; at++) {
    const parts = (wire.names[at] ?? '').split('/')
    const name = parts.pop() ?? ''
    let holder = root
    for (const part of parts) {
      const known = holder.folders.get(part)
      const next = known ?? aFolder(holder.path === '' ? part : `${holder.path}/${part}`, part)
      if (!known) holder.folders.set(part, next)
      holder = next
    }
    holder.files.push({ name, at })
  }
  return root
}

const aFolder = (path: string, name: string): Folder => ({ path, name, folders: new Map(), files: [] })

function emptyModel(picture: MapPicture, wire: Wire): Omit<CodeModel, 'edges'> {
  // At most one folder more for each part of each path; what is too much is never looked at.
  const folders = new Set<string>([''])
  for (const path of wire.names.slice(0, wire.files))
    for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1))
      folders.add(path.slice(0, cut))
  const most = wire.names.length + folders.size
  return {
    folder: picture.folder,
    stamp: picture.stamp,
    size: most,
    fileCount: wire.files,
    ends: new Int32Array(most),
    parents: new Int32Array(most),
    levels: new Uint8Array(most),
    names: [],
    paths: [],
    kinds: new Uint16Array(most),
    kindWords: [...picture.kinds, 'folder'],
    files: new Int32Array(most).fill(-1),
    line: new Int32Array(most),
    lines: new Int32Array(most),
    changes: new Int32Array(most),
    covered: new Float32Array(most).fill(-1),
    useWords: picture.uses,
  }
}

interface Emitting {
  model: Omit<CodeModel, 'edges'>
  wire: Wire
  /** By the place in the picture: the node. */
  places: Int32Array
  next: number
}

function emit(e: Emitting, folder: Folder, parent: number): void {
  const shown = parent < 0 ? folder : compact(folder)
  const node = put(e, { parent, level: FOLDER, name: shown.name, path: shown.path })
  e.model.kinds[node] = e.model.kindWords.length - 1
  const inner = [
    ...[...shown.folders.values()].map((one) => ({ name: one.name, one, at: -1 })),
    ...shown.files.map(({ name, at }) => ({ name, one: null, at })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { one, at, name } of inner) {
    if (one) emit(e, one, node)
    else emitCode(e, { at, parent: node, name, path: e.wire.names[at] ?? '' })
  }
  e.model.ends[node] = e.next
  if (parent < 0) e.model.size = e.next
}

/** A folder that holds one folder and nothing else is shown as one with it. */
function compact(folder: Folder): Folder {
  let at = folder
  let { name } = folder
  for (;;) {
    const [only] = at.folders.values()
    if (at.files.length > 0 || at.folders.size !== 1 || !only) return { ...at, name }
    name = `${name}/${only.name}`
    at = only
  }
}

function emitCode(e: Emitting, given: { at: number; parent: number; name: string; path: string }): void {
  const { at: place, parent, path } = given
  const { model, wire } = e
  const isFile = place < wire.files
  const node = put(e, { ...given, level: isFile ? FILE : SYMBOL })
  e.places[place] = node
  model.kinds[node] = at(wire.kind, place)
  model.files[node] = isFile ? node : at(model.files, parent)
  model.line[node] = at(wire.line, place)
  model.lines[node] = at(wire.lines, place)
  model.covered[node] = (at(wire.covered, place) - 1) / 100
  model.changes[node] = isFile ? at(wire.changes, place) : at(model.changes, parent)
  for (let inner = at(wire.first, place); inner >= 0; inner = at(wire.following, inner)) {
    const name = wire.names[inner] ?? ''
    emitCode(e, { at: inner, parent: node, name, path: isFile ? name : `${path}.${name}` })
  }
  model.ends[node] = e.next
}

function put(e: Emitting, given: { parent: number; level: number; name: string; path: string }): number {
  const node = e.next
  e.next += 1
  e.model.parents[node] = given.parent
  e.model.levels[node] = given.level
  // A second symbol of one name in one place is kept as `name~2`.
  e.model.names[node] = foreignText(given.level === SYMBOL ? given.name.replace(/~\d+$/, '') : given.name)
  e.model.paths[node] = given.path
  return node
}

/** Folders have the lines of all their files, and are as hot as the hottest of them. */
function sumUp({ size, parents, levels, lines, changes }: Omit<CodeModel, 'edges'>): void {
  for (let node = size - 1; node > 0; node--) {
    const parent = parents[node] ?? 0
    if (levels[parent] !== FOLDER) continue
    lines[parent] = (lines[parent] ?? 0) + (lines[node] ?? 0)
    changes[parent] = Math.max(changes[parent] ?? 0, changes[node] ?? 0)
  }
}

function edgesOf(picture: MapPicture, places: Int32Array, size: number): Edges {
  const step = unpackNumbers(picture.edges.from)
  const reach = unpackNumbers(picture.edges.to)
  const from = new Int32Array(step.length)
  const to = new Int32Array(step.length)
  let source = 0
  for (let at = 0; at < step.length; at++) {
    source += step[at] ?? 0
    from[at] = places[source] ?? 0
    to[at] = places[source + (reach[at] ?? 0)] ?? 0
  }
  return {
    from,
    to,
    uses: unpackNumbers(picture.edges.uses),
    count: unpackNumbers(picture.edges.count),
    out: rowsOf(size, from),
    into: rowsOf(size, to),
  }
}

/** What a path is called. */
export const lastPart = (path: string): string => path.split('/').findLast((one) => one !== '') ?? path

const PLAIN = /^[\w$.~]+$/

/** How a node is named in addresses and questions: `path`, `file:Class.method`, or `file:LINE` where the name is no plain one. */
export function idOf(model: CodeModel, node: number): string {
  const path = model.paths[node] ?? ''
  if (model.levels[node] !== SYMBOL) return path
  const file = model.paths[model.files[node] ?? 0] ?? ''
  return `${file}:${PLAIN.test(path) ? path : (model.line[node] ?? 1)}`
}

/** The same for a question, where the whole needs a name too. */
export const askedOf = (model: CodeModel, node: number): string => idOf(model, node) || '.'

/** The node of such a name; undefined where the picture has none. */
export function nodeOf(model: CodeModel, id: string): number | undefined {
  const cut = id.search(/:(?!.*[:/])/)
  const file = fileNode(model, cut < 0 ? id : id.slice(0, cut))
  if (file === undefined || cut < 0) return file
  const rest = id.slice(cut + 1)
  if (/^\d+$/.test(rest)) return atLine(model, file, Number(rest))
  for (let node = file + 1; node < (model.ends[file] ?? 0); node++)
    if (model.paths[node] === rest) return node
  return undefined
}

/** The innermost symbol around a line of a file, else the file. */
export function atLine({ ends, line, lines }: CodeModel, file: number, wanted: number): number {
  let found = file
  for (let node = file + 1; node < (ends[file] ?? 0); node++) {
    const from = line[node] ?? 0
    if (from <= wanted && wanted < from + (lines[node] ?? 0)) found = node
  }
  return found
}

const indexes = new WeakMap<CodeModel, Map<string, number>>()

/** The node of a file or folder by its path. */
export function fileNode(model: CodeModel, path: string): number | undefined {
  const known = indexes.get(model)
  if (known) return known.get(path)
  const made = new Map<string, number>()
  for (let node = 0; node < model.size; node++)
    if (model.levels[node] !== SYMBOL) made.set(model.paths[node] ?? '', node)
  indexes.set(model, made)
  return made.get(path)
}

/** What a node holds directly. */
export function childrenOf({ ends }: CodeModel, node: number): number[] {
  const found: number[] = []
  const end = ends[node] ?? 0
  for (let child = node + 1; child < end; child = ends[child] ?? end) found.push(child)
  return found
}

/** From the whole to the node. */
export function wayTo({ parents }: CodeModel, node: number): number[] {
  const way: number[] = []
  for (let at = node; at >= 0; at = parents[at] ?? -1) way.unshift(at)
  return way
}
