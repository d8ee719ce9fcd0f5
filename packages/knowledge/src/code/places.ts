// Repository, packages and folders as nodes: what holds the files. They follow from the paths alone, so counting keeps them.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { manifestOf, type Manifest } from './manifest.ts'
import type { FileRow, NodeRow, Store } from './store/store.ts'

export interface Places {
  /** Ids by key. */
  ids: Map<string, number>
  /** How many files lie anywhere below a folder. */
  counts: Map<string, number>
  /** Folders that came, went, or may say something else of themselves. */
  dirty: Set<string>
}

interface Holder {
  root: string
  store: Store
  files: ReadonlyMap<string, FileRow>
  places: Places
}

const REPOSITORY = 'repository:'
const FOLDER = 'folder:'

/** The key of the folder's node; '' and '.' are the root. */
export const folderKey = (folder: string): string => `${FOLDER}${folder || '.'}`

/** The folder that a key names, '.' for the root and for the repository; undefined for what is no place. */
export function folderOfKey(key: string): string | undefined {
  if (key === REPOSITORY) return '.'
  return key.startsWith(FOLDER) ? key.slice(FOLDER.length) : undefined
}

/** The key of what holds a file. */
export const holderKey = (path: string): string => folderKey(above(path))

const above = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** From the keys of all nodes that lie in no file; places are taken out of them. */
export function placesOf(outside: Map<string, number>, paths: Iterable<string>): Places {
  const places: Places = { ids: new Map(), counts: new Map(), dirty: new Set() }
  for (const [key, id] of outside) {
    if (folderOfKey(key) === undefined) continue
    places.ids.set(key, id)
    outside.delete(key)
  }
  for (const path of paths) countIn(places, path, 1)
  places.dirty.clear()
  return places
}

/** A file came (1) or went (-1). */
export function countIn(places: Places, path: string, by: 1 | -1): void {
  for (let folder = above(path); ; folder = above(folder)) {
    const before = places.counts.get(folder) ?? 0
    places.counts.set(folder, before + by)
    if (before === 0 || before + by === 0) places.dirty.add(folder)
    if (folder === '') return
  }
}

/** The file may say what its folder is. */
export const describeAgain = (places: Places, path: string): void => void places.dirty.add(above(path))

/** Writes what changed. */
export function settlePlaces(state: Holder): void {
  const { places } = state
  for (const folder of places.dirty) {
    const isThere = (places.counts.get(folder) ?? 0) > 0
    if (!isThere) places.counts.delete(folder)
    const key = folderKey(folder)
    settle(state, key, isThere ? folderRow(state, key, folder) : undefined)
    if (folder === '') settle(state, REPOSITORY, isThere ? repositoryRow(state.root) : undefined)
  }
  places.dirty.clear()
}

function settle({ store, places }: Holder, key: string, row: NodeRow | undefined): void {
  const known = places.ids.get(key)
  if (row === undefined) {
    if (known !== undefined) store.removeNode(known)
    places.ids.delete(key)
  } else if (known === undefined) places.ids.set(key, store.putNodes(null, [row]))
  else store.changeNode(known, row)
}

function folderRow({ root, files }: Holder, key: string, folder: string): NodeRow {
  const manifest = manifestOf({ root, files }, folder)
  const row = placeRow(key, manifest?.name ?? (folder || '.'))
  return {
    ...row,
    ...describedBy(manifest, folder),
    parent: folder === '' ? REPOSITORY : folderKey(above(folder)),
  }
}

const describedBy = (manifest: Manifest | undefined, folder: string): Partial<NodeRow> =>
  manifest ? { kind: 'package', signature: folder || '.', doc: manifest.says } : {}

const repositoryRow = (root: string): NodeRow => ({
  ...placeRow(REPOSITORY, repositoryName(root)),
  kind: 'repository',
})

const placeRow = (path: string, name: string): NodeRow => ({
  path,
  name,
  kind: 'folder',
  line: 0,
  endLine: 0,
  column: 0,
  exported: true,
  nested: false,
  parent: '',
  signature: '',
  doc: '',
  docLine: 0,
  complexity: 0,
})

/** A further working copy leads to the first one, whose folder has the repository's name. */
function repositoryName(root: string): string {
  const link = join(root, '.git')
  const text = existsSync(link) ? readOr(link) : ''
  return /^gitdir: .*?([^/]+)\/\.git\/worktrees\//m.exec(text)?.[1] ?? basename(root)
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // a folder: this is the first working copy
  }
}
