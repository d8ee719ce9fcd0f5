// The canvas at work: draws when something changed, moves, and holds its pace on slow machines by drawing less.
import { between, cameraOn, within, zoomedAt, type Camera, type Rect, type Size } from './camera.ts'
import type { Bundle } from './bundles.ts'
import type { Plate } from './draw-agents.ts'
import { drawFrame } from './draw.ts'
import { listenToHands, type HandsEars, type Place } from './hands.ts'
import { WORLD, nodeAt } from './layout.ts'
import { createPace } from './pace.ts'
import { canvasPen, svgPen } from './pens.ts'
import { aRect, placed, type AgentMark, type Scene } from './scene.ts'
import type { Sieve } from './trace.ts'

/** What the screen decides; the stage decides where one stands. */
export interface Shown extends Omit<Scene, 'camera' | 'size' | 'coarse'> {
  sieve: Sieve
}

export interface StageEars {
  choose(node: number): void
  /** Go to what was pressed twice. */
  enter(node: number): void
  agent(mark: AgentMark): void
  menu(node: number, at: Place): void
  hover(node: number | null): void
  key(event: KeyboardEvent): boolean
}

/** How long after the last move lines are found anew and all is drawn finest. */
const SETTLE_MS = 160
const MOVE_MS = 260
/** Smaller than this, in pixels, a press means the holder. */
const PRESS_PX = 9
/** So many names at rest, and while it moves. */
const NAMES = 700
const NAMES_MOVING = 260

interface Flight {
  from: Camera
  to: Camera
  begun: number
}

/** A class, as what it is and what it holds are one thing: the picture on one canvas. */
export class Stage {
  private readonly canvas: HTMLCanvasElement
  private readonly context: CanvasRenderingContext2D | null
  private readonly ears: StageEars
  private readonly pace = createPace()
  private shown: Shown | null = null
  private size: Size = { w: 0, h: 0 }
  private camera: Camera | null = null
  private seen = new Uint8Array(0)
  private bundles: readonly Bundle[] | null = null
  private plates: readonly Plate[] = []
  private settling = 0
  private frame = 0
  private flight: Flight | null = null
  /** Where to begin, before there is a size to go by. */
  private start: number | null = null

  /** Listens and draws until the signal aborts. */
  constructor(canvas: HTMLCanvasElement, ears: StageEars, signal: AbortSignal) {
    this.canvas = canvas
    this.ears = ears
    // Nothing shines through it, which saves the browser half of its work.
    this.context = canvas.getContext('2d', { alpha: false })
    listenToHands(canvas, this.hands(), signal)
    signal.addEventListener('abort', () => {
      cancelAnimationFrame(this.frame)
      window.clearTimeout(this.settling)
    })
  }

  show(next: Shown): void {
    if (next.layout !== this.shown?.layout) this.seen = new Uint8Array(next.model.size)
    this.bundles = null
    this.shown = next
    this.ask()
  }

  resize(next: Size): void {
    const before = this.size
    const ratio = pixelRatio()
    this.size = next
    this.canvas.width = Math.round(next.w * ratio)
    this.canvas.height = Math.round(next.h * ratio)
    // What was in the middle stays there.
    if (this.camera && before.w > 0) {
      const { x, y, scale } = this.camera
      const by = { x: (next.w - before.w) / 2 / scale, y: (next.h - before.h) / 2 / scale }
      this.camera = within({ x: x - by.x, y: y - by.y, scale }, WORLD, next)
    }
    this.bundles = null
    if (this.start !== null && this.shown) {
      const node = this.start
      this.start = null
      this.goTo(node, true)
    }
    // At once: a canvas of a new size is empty until it is drawn.
    cancelAnimationFrame(this.frame)
    this.paint(performance.now())
  }

  /** Moves until the node fills the view; at once where nobody watches a movement. */
  goTo(node: number, isCalm: boolean): void {
    if (!this.shown || this.size.w === 0) {
      this.start = node
      return
    }
    const rect = this.worldOf(this.shown, node)
    const to = within(cameraOn(rect, this.size, node === 0 ? 0.98 : 0.72), WORLD, this.size)
    if (isCalm) this.move(to)
    else {
      this.flight = { from: this.stand(), to, begun: performance.now() }
      this.ask()
    }
  }

  zoomBy(factor: number): void {
    this.zoom({ x: this.size.w / 2, y: this.size.h / 2 }, factor)
  }

  panBy(by: Place): void {
    this.flight = null
    const now = this.stand()
    this.move({ ...now, x: now.x - by.x / now.scale, y: now.y - by.y / now.scale })
  }

  /** Where it lies on the canvas, in pixels. */
  rectOf(node: number): Rect {
    return this.shown ? placed(this.sceneOf(this.shown, 1), node, aRect()) : aRect()
  }

  svg(): string {
    if (!this.shown) return ''
    const pen = svgPen(this.size, this.shown.palette.ground)
    const wish = { sieve: this.shown.sieve, bundles: null, names: NAMES, shown: this.seen }
    drawFrame(this.sceneOf(this.shown, 1), pen, wish)
    return pen.end()
  }

  png(): Promise<Blob | null> {
    return new Promise((resolve) => this.canvas.toBlob(resolve))
  }

  private hands(): HandsEars {
    return {
      pan: (by) => this.panBy(by),
      zoom: (at, factor) => this.zoom(at, factor),
      press: (at) => this.press(at),
      enter: (at) => this.ears.enter(this.nodeUnder(at)),
      menu: (at) => this.ears.menu(this.nodeUnder(at), at),
      hover: (at) => this.ears.hover(at && this.nodeUnder(at)),
      key: (event) => this.ears.key(event),
    }
  }

  private press(at: Place): void {
    const plate = this.plates.find(
      (one) => at.x >= one.x && at.x <= one.x + one.w && at.y >= one.y && at.y <= one.y + one.h,
    )
    if (plate) this.ears.agent(plate.mark)
    else this.ears.choose(this.nodeUnder(at))
  }

  private zoom(at: Place, factor: number): void {
    this.flight = null
    const now = this.stand()
    const { scale } = within({ ...now, scale: now.scale * factor }, WORLD, this.size)
    this.move(zoomedAt(now, at, scale))
  }

  private move(next: Camera): void {
    this.camera = within(next, WORLD, this.size)
    this.ears.hover(null)
    this.settle()
    this.ask()
  }

  private settle(): void {
    window.clearTimeout(this.settling)
    this.settling = window.setTimeout(() => {
      this.settling = 0
      this.ask()
    }, SETTLE_MS)
  }

  private stand(): Camera {
    return (this.camera ??= cameraOn({ x: 0, y: 0, ...WORLD }, this.size, 0.98))
  }

  private nodeUnder(at: Place): number {
    if (!this.shown) return 0
    const { x, y, scale } = this.stand()
    const place = { x: x + at.x / scale, y: y + at.y / scale, least: PRESS_PX / scale }
    return nodeAt(this.shown.model, this.shown.layout, place)
  }

  private worldOf({ layout }: Shown, node: number): Rect {
    const [x = 0, y = 0, w = 1, h = 1] = [layout.x, layout.y, layout.w, layout.h].map((one) => one[node])
    return { x, y, w, h }
  }

  private sceneOf(shown: Shown, coarse: number): Scene {
    return { ...shown, camera: this.stand(), size: this.size, coarse }
  }

  private ask(): void {
    this.frame ||= requestAnimationFrame((time) => this.paint(time))
  }

  private fly(time: number): void {
    if (!this.flight) return
    const t = Math.min(1, Math.max(0, (time - this.flight.begun) / MOVE_MS))
    this.camera = between(this.flight.from, this.flight.to, t)
    if (t < 1) return
    this.flight = null
    this.settle()
  }

  private paint(time: number): void {
    this.frame = 0
    const { shown, context } = this
    if (!shown || !context || this.size.w === 0) return
    this.fly(time)
    const isMoving = this.settling !== 0 || this.flight !== null
    const coarse = isMoving ? this.pace.next(time) : 1
    const ratio = pixelRatio()
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.fillStyle = shown.palette.ground
    context.fillRect(0, 0, this.size.w, this.size.h)
    const pen = canvasPen(context, getComputedStyle(this.canvas).fontFamily)
    const drawn = drawFrame(this.sceneOf(shown, coarse), pen, {
      sieve: shown.sieve,
      bundles: isMoving ? this.bundles : null,
      names: isMoving ? NAMES_MOVING : NAMES,
      shown: this.seen,
    })
    this.bundles = drawn.bundles
    this.plates = drawn.plates
    // For whoever measures it.
    const detail = { nodes: drawn.nodes, calls: pen.calls(), isMoving, coarse }
    this.canvas.dispatchEvent(new CustomEvent('map-frame', { bubbles: true, detail }))
    if (this.flight) this.ask()
  }
}

/** More than two pixels for one are seen by nobody and cost as much. */
const pixelRatio = (): number => Math.min(2, window.devicePixelRatio)
