// What hands do on the map: drag to move, wheel or two fingers to zoom at that place, press to choose, keys for all of it.

export interface Place {
  x: number
  y: number
}

export interface HandsEars {
  pan(by: Place): void
  zoom(at: Place, factor: number): void
  press(at: Place): void
  /** Pressed twice: go in. */
  enter(at: Place): void
  menu(at: Place): void
  hover(at: Place | null): void
  /** True where the key meant something. */
  key(event: KeyboardEvent): boolean
}

const ZOOM = 1.0018
/** A press that moves less is no drag. */
const STILL_PX = 5

/** Listens until the signal aborts. */
export function listenToHands(canvas: HTMLElement, ears: HandsEars, signal: AbortSignal): void {
  const fingers = new Map<number, Place>()
  let moved = 0
  const on = <K extends keyof HTMLElementEventMap>(type: K, run: (event: HTMLElementEventMap[K]) => void) =>
    canvas.addEventListener(type, run, { signal, passive: false })
  const placeOf = (event: MouseEvent): Place => ({ x: event.offsetX, y: event.offsetY })

  on('wheel', (event) => {
    event.preventDefault()
    // A pinch on a trackpad comes as a wheel with Ctrl; two fingers that slide are a pan, a mouse wheel zooms.
    const isSlide = !event.ctrlKey && event.deltaMode === 0 && event.deltaX !== 0
    if (isSlide) ears.pan({ x: -event.deltaX, y: -event.deltaY })
    else
      ears.zoom(
        placeOf(event),
        ZOOM ** (-event.deltaY * (event.deltaMode === 1 ? 30 : event.ctrlKey ? 6 : 1)),
      )
  })
  on('pointerdown', (event) => {
    if (event.button > 0) return
    canvas.setPointerCapture(event.pointerId)
    if (fingers.size === 0) moved = 0
    fingers.set(event.pointerId, placeOf(event))
  })
  on('pointermove', (event) => {
    const now = placeOf(event)
    const before = fingers.get(event.pointerId)
    if (!before) {
      if (event.pointerType === 'mouse') ears.hover(now)
      return
    }
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1]
    fingers.set(event.pointerId, now)
    moved += Math.hypot(now.x - before.x, now.y - before.y)
    if (moved < STILL_PX) return
    if (other) pinch(ears, { other, before, now })
    else ears.pan({ x: now.x - before.x, y: now.y - before.y })
  })
  on('pointerup', (event) => {
    const was = fingers.delete(event.pointerId)
    if (was && fingers.size === 0 && moved < STILL_PX) ears.press(placeOf(event))
  })
  on('pointercancel', (event) => void fingers.delete(event.pointerId))
  on('pointerleave', () => ears.hover(null))
  on('dblclick', (event) => ears.enter(placeOf(event)))
  on('contextmenu', (event) => {
    event.preventDefault()
    ears.menu(placeOf(event))
  })
  // Keys come to what holds the canvas: that has the focus.
  canvas.parentElement?.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !ears.key(event)) return
      event.preventDefault()
      event.stopPropagation()
    },
    { signal },
  )
}

function pinch(ears: HandsEars, { other, before, now }: { other: Place; before: Place; now: Place }): void {
  const span = (a: Place) => Math.hypot(a.x - other.x, a.y - other.y) || 1
  ears.zoom({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, span(now) / span(before))
  ears.pan({ x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 })
}
