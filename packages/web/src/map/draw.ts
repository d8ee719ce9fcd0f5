// One frame of the map, in the order in which things lie on each other.
import { bundlesOf, type Bundle } from './bundles.ts'
import { drawAgents, type Plate } from './draw-agents.ts'
import { drawBundles, drawWay } from './draw-links.ts'
import { drawNames, drawRegions, regionsOf } from './draw-names.ts'
import { drawNodes } from './draw-nodes.ts'
import type { Pen } from './pens.ts'
import { aRect, placed, type Scene } from './scene.ts'
import type { Sieve } from './trace.ts'

export interface FrameWish {
  sieve: Sieve
  /** Lines of the last rest, shown again while it moves; null finds them anew. */
  bundles: readonly Bundle[] | null
  names: number
  /** Scratch of the model's size: what was drawn. */
  shown: Uint8Array
}

export interface Frame {
  nodes: number
  bundles: readonly Bundle[]
  plates: Plate[]
}

/** So many lines at rest, or around one thing. */
const LINES = 140
const LINES_OF_ONE = 260

/** What is smaller is no end of a line: what holds it is. From afar lines are between regions, from near between files. */
const LEAST_PX = 44
const LEAST_OF_ONE_PX = 9

export function drawFrame(scene: Scene, pen: Pen, { sieve, bundles, names, shown }: FrameWish): Frame {
  const { named, count } = drawNodes(scene, pen, shown)
  const regions = regionsOf(scene, named)
  drawNames(scene, pen, { named, regions, most: names })
  const lines = bundles ?? linesOf(scene, shown, sieve)
  drawLines(scene, pen, { lines, shown })
  if (scene.focus) pen.frame(placed(scene, scene.focus, aRect()), scene.palette.chosen, 2)
  drawRegions(scene, pen, regions)
  const plates = drawAgents(scene, pen, shown)
  return { nodes: count, bundles: lines, plates }
}

/** What lines are around: a trace has its own, whatever is chosen in it; the whole is nothing chosen. */
const centreOf = ({ focus, trace }: Scene): number | null => (trace || focus === 0 ? null : focus)

function linesOf(scene: Scene, shown: Uint8Array, sieve: Sieve): Bundle[] {
  const focus = centreOf(scene)
  const isFew = focus !== null || scene.trace !== null
  return bundlesOf(scene.model, {
    ends: endsOf(scene, shown, isFew ? LEAST_OF_ONE_PX : LEAST_PX),
    sieve,
    focus,
    rings: scene.trace?.rings,
    most: isFew ? LINES_OF_ONE : LINES,
  })
}

function drawLines(
  scene: Scene,
  pen: Pen,
  { lines, shown }: { lines: readonly Bundle[]; shown: Uint8Array },
): void {
  const focus = centreOf(scene)
  if (scene.trace?.way.length) drawWay(scene, pen, shown)
  else if (focus !== null || scene.trace || scene.lens === 'structure')
    drawBundles({ ...scene, focus }, pen, lines)
}

function endsOf({ layout, camera, model }: Scene, shown: Uint8Array, leastPx: number): Uint8Array {
  const ends = new Uint8Array(model.size)
  const least = leastPx / camera.scale
  for (let node = 0; node < model.size; node++)
    if (shown[node] && Math.min(layout.w[node] ?? 0, layout.h[node] ?? 0) >= least) ends[node] = 1
  return ends
}
