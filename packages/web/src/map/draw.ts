// Draws the map onto a pen: what is too small to see is one box, uses between files are one line between what is visible of them.
import type { MapPicture } from '@tutti/core'
import type { Layout, Spot } from './layout.ts'

/** A canvas, or a file that is written. In pixels. */
export interface Pen {
  box(at: Spot2D, look: { fill: string; line: string; strong?: boolean }): void
  text(text: string, at: { x: number; y: number; size: number; width: number; ink: string }): void
  curve(from: Point, to: Point, look: { ink: string; width: number }): void
  mark(at: Point, look: { fill: string; text: string }): void
}

interface Point {
  x: number
  y: number
}
interface Spot2D extends Point {
  w: number
  h: number
}

/** Where the view stands: pixels = (world - x) * scale. */
export interface Camera {
  x: number
  y: number
  scale: number
}

export interface Look {
  surface: string
  raised: string
  line: string
  ink: string
  soft: string
  accent: string
  heat: string
  rings: readonly string[]
}

export interface Scene {
  layout: Layout
  picture: MapPicture
  camera: Camera
  size: { w: number; h: number }
  look: Look
  /** While it moves, lines are left out. */
  isMoving: boolean
  heat: boolean
  focus: Spot | null
  rings: ReadonlyMap<number, number>
}

/** Smaller than this, in pixels, its parts are not told apart. */
const OPEN_PX = 46
const SEEN_PX = 1.5
const NAME_PX = 30

export function draw(scene: Scene, pen: Pen): void {
  const shown = new Set<Spot>()
  drawSpot(scene, pen, { spot: scene.layout.root, shown })
  if (!scene.isMoving) drawEdges(scene, pen, shown)
  drawAgents(scene, pen, shown)
}

const place = ({ camera }: Scene, { x, y, w, h }: Spot2D): Spot2D => ({
  x: (x - camera.x) * camera.scale,
  y: (y - camera.y) * camera.scale,
  w: w * camera.scale,
  h: h * camera.scale,
})

function drawSpot(scene: Scene, pen: Pen, given: { spot: Spot; shown: Set<Spot> }): void {
  const { spot, shown } = given
  const at = place(scene, spot)
  if (isOutside(scene, at) || Math.min(at.w, at.h) < SEEN_PX) return
  shown.add(spot)
  pen.box(at, { fill: fillOf(scene, spot), line: scene.look.line, strong: spot === scene.focus })
  const size = Math.min(13, Math.min(at.w, at.h) * 0.3)
  if (at.w > NAME_PX && size > 6)
    pen.text(spot.name, { x: at.x + 4, y: at.y + size + 1, size, width: at.w - 8, ink: scene.look.ink })
  if (Math.min(at.w, at.h) < OPEN_PX) return
  for (const one of spot.children) drawSpot(scene, pen, { spot: one, shown })
}

const isOutside = ({ size }: Scene, at: Spot2D) =>
  at.x > size.w || at.y > size.h || at.x + at.w < 0 || at.y + at.h < 0

/** More commits than this are as hot as it gets. */
const HOT = 30

function fillOf({ look, heat, rings }: Scene, spot: Spot): string {
  const ring = spot.kind === 'folder' ? undefined : rings.get(spot.file)
  if (ring !== undefined) return look.rings[Math.min(ring, look.rings.length - 1)] ?? look.accent
  if (heat && spot.kind === 'file' && spot.changes > 0)
    return `color-mix(in oklab, ${look.heat} ${Math.round((100 * Math.min(spot.changes, HOT)) / HOT)}%, ${look.raised})`
  if (spot.kind === 'folder') return look.surface
  return spot.kind === 'file' ? look.raised : look.soft
}

/** More lines than this hide each other. */
const LINES = 400

function drawEdges(scene: Scene, pen: Pen, shown: ReadonlySet<Spot>): void {
  const { layout, picture, focus } = scene
  const bundles = new Map<string, { from: Spot; to: Spot; count: number }>()
  for (const edge of picture.edges) {
    const from = visible(layout.files[edge.from], shown)
    const to = visible(layout.files[edge.to], shown)
    if (!from || !to || from === to || holds(from, to) || holds(to, from)) continue
    if (focus && !isPart(focus, layout.files[edge.from]) && !isPart(focus, layout.files[edge.to])) continue
    const key = `${from.id}\n${to.id}`
    const known = bundles.get(key)
    if (known) known.count += edge.count
    else bundles.set(key, { from, to, count: edge.count })
  }
  const most = [...bundles.values()].sort((a, b) => b.count - a.count).slice(0, LINES)
  for (const { from, to, count } of most)
    pen.curve(middle(place(scene, from)), middle(place(scene, to)), {
      ink: scene.look.accent,
      width: Math.min(5, 0.5 + Math.log2(count + 1) / 2),
    })
}

/** The thing itself, or the nearest holder that is drawn. */
function visible(spot: Spot | undefined, shown: ReadonlySet<Spot>): Spot | undefined {
  let at: Spot | null | undefined = spot
  while (at && !shown.has(at)) at = at.parent
  return at ?? undefined
}

function holds(outer: Spot, inner: Spot): boolean {
  for (let at: Spot | null = inner; at; at = at.parent) if (at === outer) return true
  return false
}

const isPart = (focus: Spot, of: Spot | undefined) =>
  of !== undefined && (holds(focus, of) || holds(of, focus))

const middle = ({ x, y, w, h }: Spot2D): Point => ({ x: x + w / 2, y: y + h / 2 })

/** Agents where they work; two at one file stand side by side. */
function drawAgents(scene: Scene, pen: Pen, shown: ReadonlySet<Spot>): void {
  const byPath = new Map(scene.picture.files.map((one, at) => [one.path, at]))
  const taken = new Map<Spot, number>()
  for (const { name, file } of scene.picture.agents) {
    const spot = visible(scene.layout.files[byPath.get(file) ?? -1], shown)
    if (!spot) continue
    const count = taken.get(spot) ?? 0
    taken.set(spot, count + 1)
    const at = middle(place(scene, spot))
    pen.mark({ x: at.x + count * 14, y: at.y }, { fill: scene.look.accent, text: name })
  }
}

/** The camera from which a spot fills the view. */
export function cameraOn(spot: Spot, size: { w: number; h: number }): Camera {
  const scale = Math.min(size.w / spot.w, size.h / spot.h) * 0.94
  return {
    x: spot.x + spot.w / 2 - size.w / 2 / scale,
    y: spot.y + spot.h / 2 - size.h / 2 / scale,
    scale,
  }
}
