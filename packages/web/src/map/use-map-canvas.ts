// The canvas of the map: draws when something changed, follows pointer and wheel, and says what was chosen.
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import type { MapPicture } from '@tutti/core'
import { cameraOn, draw, type Camera, type Look, type Scene } from './draw.ts'
import { spotAt, type Layout, type Spot } from './layout.ts'
import { canvasPen, svgPen } from './pens.ts'

export interface MapCanvasOptions {
  layout: Layout
  picture: MapPicture
  focus: Spot | null
  heat: boolean
  rings: ReadonlyMap<number, number>
  onChoose(spot: Spot): void
}

/** How long after the last move the lines come back. */
const SETTLE_MS = 140
/** Smaller than this, in pixels, a click means the holder. */
const CLICK_PX = 12
const ZOOM = 1.0016

export function useMapCanvas(ref: RefObject<HTMLCanvasElement | null>, options: MapCanvasOptions) {
  const { layout, focus } = options
  const camera = useRef<Camera | null>(null)
  const latest = useRef(options)
  latest.current = options
  const [size, setSize] = useState({ w: 0, h: 0 })
  const moving = useRef(0)
  const frame = useRef(0)

  const sceneOf = useCallback(
    (canvas: HTMLCanvasElement, isMoving: boolean): Scene => {
      const now = latest.current
      camera.current ??= cameraOn(now.layout.root, size)
      return { ...now, camera: camera.current, size, look: lookOf(canvas), isMoving }
    },
    [size],
  )

  const paint = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => {
      const canvas = ref.current
      const context = canvas?.getContext('2d')
      if (!canvas || !context || size.w === 0) return
      const ratio = window.devicePixelRatio
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      context.clearRect(0, 0, size.w, size.h)
      draw(sceneOf(canvas, moving.current !== 0), canvasPen(context, getComputedStyle(canvas).fontFamily))
    })
  }, [ref, sceneOf, size])

  const move = useCallback(
    (next: Camera) => {
      camera.current = next
      window.clearTimeout(moving.current)
      moving.current = window.setTimeout(() => {
        moving.current = 0
        paint()
      }, SETTLE_MS)
      paint()
    },
    [paint],
  )

  const show = useCallback((spot: Spot) => move(cameraOn(spot, size)), [move, size])

  useEffect(() => {
    const canvas = ref.current
    if (!canvas) return undefined
    const observer = new ResizeObserver(([entry]) => {
      const { width: w = 0, height: h = 0 } = entry?.contentRect ?? {}
      canvas.width = Math.round(w * window.devicePixelRatio)
      canvas.height = Math.round(h * window.devicePixelRatio)
      setSize({ w, h })
    })
    observer.observe(canvas)
    return () => observer.disconnect()
  }, [ref])

  useEffect(() => {
    camera.current = null
  }, [layout])
  useEffect(() => paint())
  useEffect(() => {
    if (focus && size.w > 0) show(focus)
    // Only a new choice moves the view, not a new size.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [focus])

  useEffect(() => {
    const canvas = ref.current
    return canvas ? listen(canvas, { camera, size, move, latest }) : undefined
  }, [ref, size, move])

  return {
    showAll: () => show(layout.root),
    svg: () => {
      const pen = svgPen(size)
      if (ref.current) draw(sceneOf(ref.current, false), pen)
      return pen.end()
    },
  }
}

interface Hands {
  camera: RefObject<Camera | null>
  size: { w: number; h: number }
  move(next: Camera): void
  latest: RefObject<MapCanvasOptions>
}

/** Drag to move, wheel or pinch to zoom at the pointer, click to choose. */
function listen(canvas: HTMLCanvasElement, { camera, move, latest }: Hands): () => void {
  const end = new AbortController()
  const { signal } = end
  let from: { x: number; y: number; camera: Camera } | null = null
  const on = <K extends keyof HTMLElementEventMap>(type: K, run: (event: HTMLElementEventMap[K]) => void) =>
    canvas.addEventListener(type, run, { signal, passive: false })
  on('wheel', (event) => {
    event.preventDefault()
    const now = camera.current
    if (!now) return
    const scale = Math.min(400, Math.max(0.2, now.scale * ZOOM ** -event.deltaY))
    const at = { x: event.offsetX, y: event.offsetY }
    move({ x: now.x + at.x / now.scale - at.x / scale, y: now.y + at.y / now.scale - at.y / scale, scale })
  })
  on('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId)
    if (camera.current) from = { x: event.offsetX, y: event.offsetY, camera: camera.current }
  })
  on('pointermove', (event) => {
    if (!from) return
    const { scale } = from.camera
    move({
      x: from.camera.x - (event.offsetX - from.x) / scale,
      y: from.camera.y - (event.offsetY - from.y) / scale,
      scale,
    })
  })
  on('pointerup', (event) => {
    const isClick = from && Math.hypot(event.offsetX - from.x, event.offsetY - from.y) < 4
    from = null
    const now = camera.current
    if (!isClick || !now) return
    const at = { x: now.x + event.offsetX / now.scale, y: now.y + event.offsetY / now.scale }
    latest.current.onChoose(spotAt(latest.current.layout.root, at, CLICK_PX / now.scale))
  })
  on('pointercancel', () => (from = null))
  return () => end.abort()
}

/** Colours of the theme as they are now. */
function lookOf(canvas: HTMLCanvasElement): Look {
  const style = getComputedStyle(canvas)
  const of = (name: string) => resolved(style.getPropertyValue(name), style.colorScheme)
  const accent = of('--accent')
  const raised = of('--surface-2')
  return {
    surface: of('--surface-0'),
    raised,
    line: of('--border'),
    ink: of('--ink'),
    soft: of('--surface-1'),
    accent,
    heat: of('--failed'),
    rings: [100, 60, 40, 28, 18, 12].map((part) => `color-mix(in oklab, ${accent} ${part}%, ${raised})`),
  }
}

/** A canvas knows no `light-dark(…)`. */
function resolved(value: string, scheme: string): string {
  const [, light = '', dark = ''] = /light-dark\(([^,]+),\s*([^)]+)\)/.exec(value) ?? []
  if (light === '') return value.trim()
  const isDark =
    scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  return (isDark ? dark : light).trim()
}
