// Places everything by what holds it: folders in folders, files in them, symbols in files. The same input gives the same picture,
// and as neighbours keep their order a small edit moves little.
import type { MapPicture } from '@tutti/core'

export interface Spot {
  /** Path of a folder or file; `file:symbol` for a symbol. */
  id: string
  name: string
  kind: 'folder' | 'file' | 'symbol'
  /** In world units: the whole is 1000 wide and high. */
  x: number
  y: number
  w: number
  h: number
  parent: Spot | null
  children: Spot[]
  /** What it weighs: lines. */
  weight: number
  /** Commits that changed it lately, with all that it holds. */
  changes: number
  /** The file's place in the picture; -1 for a folder. */
  file: number
  line: number
  says: string
}

export interface Layout {
  root: Spot
  /** By the file's place in the picture. */
  files: Spot[]
  /** Everything, holders first. */
  all: Spot[]
}

const WORLD = 1000
/** An empty file is still there. */
const LEAST = 4

export function layoutOf(picture: MapPicture): Layout {
  const root = spot({ id: '', name: picture.folder.split('/').at(-1) ?? '', kind: 'folder', parent: null })
  const folders = new Map<string, Spot>([['', root]])
  const files = picture.files.map((one, at) => addFile(folders, one, at))
  weigh(root)
  Object.assign(root, { x: 0, y: 0, w: WORLD, h: WORLD })
  const all: Spot[] = []
  const open = [root]
  for (let next = open.pop(); next; next = open.pop()) {
    all.push(next)
    arrange(next)
    // Reversed, so that they are listed in their order.
    for (const one of next.children.toReversed()) open.push(one)
  }
  return { root, files, all }
}

type File = MapPicture['files'][number]

function addFile(folders: Map<string, Spot>, file: File, at: number): Spot {
  const cut = file.path.lastIndexOf('/')
  const parent = folderOf(folders, cut < 0 ? '' : file.path.slice(0, cut))
  const made = spot({ id: file.path, name: file.path.slice(cut + 1), kind: 'file', parent })
  Object.assign(made, {
    file: at,
    weight: Math.max(LEAST, file.lines),
    changes: file.changes,
    says: file.language,
  })
  for (const one of file.symbols) {
    const inner = spot({ id: `${file.path}:${one.name}`, name: one.name, kind: 'symbol', parent: made })
    Object.assign(inner, { file: at, weight: Math.max(1, one.lines), line: one.line, says: one.kind })
  }
  return made
}

function folderOf(folders: Map<string, Spot>, path: string): Spot {
  const known = folders.get(path)
  if (known) return known
  const cut = path.lastIndexOf('/')
  const parent = folderOf(folders, cut < 0 ? '' : path.slice(0, cut))
  const made = spot({ id: path, name: path.slice(cut + 1), kind: 'folder', parent })
  folders.set(path, made)
  return made
}

function spot(given: Pick<Spot, 'id' | 'name' | 'kind' | 'parent'>): Spot {
  const made: Spot = {
    ...given,
    x: 0,
    y: 0,
    w: 0,
    h: 0,
    children: [],
    weight: 0,
    changes: 0,
    file: -1,
    line: 1,
    says: given.kind,
  }
  given.parent?.children.push(made)
  return made
}

function weigh(of: Spot): void {
  if (of.kind !== 'folder') return
  for (const one of of.children) {
    weigh(one)
    of.weight += one.weight
    of.changes += one.changes
  }
}

/** Room for its name and a frame around what it holds, as parts of its size. */
const HEAD = 0.06
const FRAME = 0.012

function arrange(of: Spot): void {
  if (of.children.length === 0) return
  const edge = Math.min(of.w, of.h) * FRAME
  const head = Math.min(of.h * HEAD, of.w * HEAD)
  split(of.children, { x: of.x + edge, y: of.y + head + edge, w: of.w - 2 * edge, h: of.h - head - 2 * edge })
}

interface Box {
  x: number
  y: number
  w: number
  h: number
}

const weightOf = (list: readonly Spot[]) => list.reduce((sum, one) => sum + one.weight, 0)

/** Halves the list in its order, and the box along its longer side by what the halves weigh. */
function split(list: readonly Spot[], box: Box): void {
  const [only] = list
  if (list.length <= 1) {
    if (only) Object.assign(only, inset(box))
    return
  }
  // By number, not by weight: where the list is cut depends on no line that somebody adds.
  const cut = Math.ceil(list.length / 2)
  const [first, second] = [weightOf(list.slice(0, cut)), weightOf(list.slice(cut))]
  const share = Math.min(0.98, Math.max(0.02, first / (first + second || 1)))
  // Almost square counts as wide, so that a hair's breadth turns nothing over.
  const isWide = box.w >= box.h * 0.9
  const a = isWide ? { ...box, w: box.w * share } : { ...box, h: box.h * share }
  const b = isWide ? { ...box, x: box.x + a.w, w: box.w - a.w } : { ...box, y: box.y + a.h, h: box.h - a.h }
  split(list.slice(0, cut), a)
  split(list.slice(cut), b)
}

const GAP = 0.02

function inset({ x, y, w, h }: Box): Box {
  const gap = Math.min(w, h) * GAP
  return { x: x + gap, y: y + gap, w: w - 2 * gap, h: h - 2 * gap }
}

/** The innermost thing at a place of the world, no smaller than `least`. */
export function spotAt(root: Spot, at: { x: number; y: number }, least: number): Spot {
  let found = root
  for (;;) {
    const inner = found.children.find(
      (one) => at.x >= one.x && at.x < one.x + one.w && at.y >= one.y && at.y < one.y + one.h,
    )
    if (!inner || Math.min(inner.w, inner.h) < least) return found
    found = inner
  }
}
