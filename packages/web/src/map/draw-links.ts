// Draws bundles of uses, and the way between two things, as lines that bend along the tree.
import { spineOf, type Bundle } from './bundles.ts'
import type { CodeModel } from './model.ts'
import type { Pen } from './pens.ts'
import { aRect, placed, type Scene } from './scene.ts'

/** How closely a line keeps to the tree: 0 is straight. */
const TIGHT = 0.82

export function drawBundles(scene: Scene, pen: Pen, bundles: readonly Bundle[]): void {
  const { model, palette, focus, trace } = scene
  const isPlain = focus === null && trace === null
  const most = Math.max(1, bundles[0]?.count ?? 1)
  // Thin ones first: the thick ones lie on top.
  for (const bundle of bundles.toReversed()) {
    const points = bentLine(scene, spineOf(model, bundle))
    if (points === null) continue
    const strength = Math.log2(bundle.count + 1) / Math.log2(most + 1)
    const width = 0.7 + 3 * strength
    if (isPlain) pen.curve(points, palette.soft, { width, alpha: 0.12 + 0.35 * strength })
    else {
      const ink = leadsInto(model, bundle, focus) ? palette.into : palette.accent
      pen.curve(points, ink, { width, alpha: 0.35 + 0.5 * strength })
    }
  }
}

/** To what is chosen, or to its holder where it is too small to be an end itself. */
const leadsInto = ({ ends }: CodeModel, { to }: Bundle, focus: number | null): boolean =>
  focus !== null && to < (ends[focus] ?? 0) && (ends[to] ?? 0) > focus

/** Each step of a way, from the one to the other. */
export function drawWay(scene: Scene, pen: Pen, shown: Uint8Array): void {
  const { model, palette, trace } = scene
  const way = trace?.way ?? []
  for (let at = 1; at < way.length; at++) {
    const [from, to] = [visible(scene, shown, way[at - 1]), visible(scene, shown, way[at])]
    if (from === to) continue
    const points = bentLine(scene, spineOf(model, { from, to, count: 1 }))
    if (points) pen.curve(points, palette.into, { width: 2.5, alpha: 0.9 })
  }
}

/** The node itself where it is drawn, or the nearest holder that is. */
export function visible({ model }: Scene, shown: Uint8Array, node = 0): number {
  let at = node
  while (at > 0 && !shown[at]) at = model.parents[at] ?? 0
  return at
}

/** Through the middles of what it passes, drawn towards the straight line; null where none of it is on the screen. */
function bentLine(scene: Scene, spine: readonly number[]): number[] | null {
  const at = aRect()
  const middles = spine.flatMap((node) => {
    placed(scene, node, at)
    return [at.x + at.w / 2, at.y + at.h / 2]
  })
  const last = middles.length - 2
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [middles[0], middles[1], middles[last], middles[last + 1]]
  const { w, h } = scene.size
  if (Math.max(x0, x1) < 0 || Math.max(y0, y1) < 0 || Math.min(x0, x1) > w || Math.min(y0, y1) > h)
    return null
  const points = middles.map((value, index) => {
    const part = last === 0 ? 0 : (index - (index % 2)) / last
    const straight = index % 2 === 0 ? x0 + (x1 - x0) * part : y0 + (y1 - y0) * part
    return straight + (value - straight) * TIGHT
  })
  // Two things of one holder: a gentle bow, so that there and back are two lines.
  if (last === 2) return [x0, y0, (x0 + x1) / 2 + (y1 - y0) * 0.14, (y0 + y1) / 2 - (x1 - x0) * 0.14, x1, y1]
  return points
}
