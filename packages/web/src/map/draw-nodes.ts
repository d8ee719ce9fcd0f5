// Draws folders, files and symbols: what is too small to be told apart is one box, and opens as one comes nearer.
import { never } from '@tutti/core'
import type { Rect } from './camera.ts'
import { NO_AREA } from './colours.ts'
import { FOLDER, SYMBOL } from './model.ts'
import { at } from './numbers.ts'
import type { Pen } from './pens.ts'
import { ADDED, SAME, aRect, placed, type Scene } from './scene.ts'

/** A node that was drawn, for its name. */
export interface Drawn extends Rect {
  node: number
  isOpen: boolean
}

/** Smaller than this, in pixels, nothing is seen. */
const SEEN_PX = 1.4
/** From this size on a folder, file or symbol shows what it holds. */
const OPEN_PX = [26, 58, 72]
/** In `shown`: outside of the view, where lines may lead all the same. */
export const AWAY = 3
/** Smaller ones have no name. */
const NAMED_PX = 26

/**
 * Marks in `shown` what was drawn (2 where what it holds is drawn too) or lies outside, and gives what is large enough for a name.
 * Cost follows what is visible, not what there is: a closed node is one step over all that it holds.
 */
export function drawNodes(scene: Scene, pen: Pen, shown: Uint8Array): { named: Drawn[]; count: number } {
  const { model, size, coarse, lens } = scene
  const named: Drawn[] = []
  const box = aRect()
  let count = 0
  shown.fill(0)
  for (let node = 0; node < model.size;) {
    const end = at(model.ends, node)
    placed(scene, node, box)
    const least = Math.min(box.w, box.h)
    if (isOutside(box, size)) {
      shown[node] = AWAY
      node = end
    } else if (least < SEEN_PX * coarse) node = end
    else {
      const isOpen = opens(scene, node, least)
      count += 1
      shown[node] = isOpen ? 2 : 1
      pen.box(box, fillOf(scene, node, isOpen), least > 36 ? Math.min(5, least * 0.04) : 0)
      if (lens === 'diff') frameChange(scene, pen, { node, isOpen, ...box })
      if (box.w > NAMED_PX && box.h > 9) named.push({ node, isOpen, ...box })
      node = isOpen ? node + 1 : end
    }
  }
  return { named, count }
}

const opens = ({ model, coarse }: Scene, node: number, least: number): boolean =>
  at(model.ends, node) > node + 1 && (node === 0 || least >= at(OPEN_PX, at(model.levels, node)) * coarse)

const isOutside = (box: Rect, size: Scene['size']): boolean =>
  box.x > size.w || box.y > size.h || box.x + box.w < 0 || box.y + box.h < 0

/** What differs stands out however small it is; what holds it has no frame once that is open. */
function frameChange(
  { diff, trace, palette, model }: Scene,
  pen: Pen,
  { node, isOpen, ...box }: Drawn,
): void {
  const mark = diff?.[node] ?? SAME
  if (mark === SAME || trace !== null || (isOpen && model.levels[node] === FOLDER)) return
  pen.frame(box, mark === ADDED ? palette.addedLine : palette.changedLine, 1.5)
}

/** More commits than this are as hot as it gets. */
const HOT = 30
const STEPS = 10

function fillOf(scene: Scene, node: number, isOpen: boolean): string {
  const { model, palette, trace, hidden, lens } = scene
  const depth = depthOf(at(model.levels, node), isOpen)
  const dim = palette.dim[depth] ?? palette.ground
  if (at(hidden, at(model.kinds, node)) === 1) return dim
  if (trace) return ringFill(scene, isOpen ? 0 : at(trace.rings, node)) ?? dim
  if (lens === 'structure') return shadeOf(scene, node, depth) ?? dim
  return isOpen && model.levels[node] !== SYMBOL ? dim : (lensFill(scene, node) ?? dim)
}

/** What holds others is ground: the colours are those of what it holds. */
const depthOf = (level: number, isOpen: boolean): number =>
  level === FOLDER ? Number(!isOpen) : isOpen ? 1 : level + 1

const ringFill = ({ palette }: Scene, ring: number): string | undefined =>
  ring === 0 ? undefined : palette.rings[Math.min(ring, palette.rings.length) - 1]

const QUIET = /^(?:variable|type|interface|enum|namespace|section|column|test)$/

/** What runs is stronger than what is only declared. */
function shadeOf({ model, palette, areas }: Scene, node: number, depth: number): string | undefined {
  const shades = palette.areas[areas[node] ?? NO_AREA] ?? palette.dim
  const isQuiet = model.levels[node] === SYMBOL && QUIET.test(model.kindWords[at(model.kinds, node)] ?? '')
  return shades[isQuiet ? Math.min(depth, 2) : depth]
}

/** The colour that the lens gives it; undefined where it has nothing to tell. */
function lensFill({ lens, model, palette, diff }: Scene, node: number): string | undefined {
  const [changes, covered] = [at(model.changes, node), model.covered[node] ?? -1]
  switch (lens) {
    case 'structure':
      return undefined
    case 'churn':
      return changes === 0 ? undefined : palette.churn[Math.round((STEPS * Math.min(changes, HOT)) / HOT)]
    case 'coverage':
      return covered < 0 ? undefined : palette.covered[Math.round(covered * STEPS)]
    case 'diff':
      return [undefined, palette.changed, palette.added][diff?.[node] ?? SAME]
    default:
      return never(lens)
  }
}
