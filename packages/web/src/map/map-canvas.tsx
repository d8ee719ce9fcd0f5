// The picture on the screen with what lies on it: what is under the pointer, the legend, the trace that is shown, buttons to zoom.
import { Maximize, Minus, Plus } from 'lucide-react'
import type { MapOverlay } from '@tutti/core'
import { useEffect, useImperativeHandle, useRef, useState, type Ref, type RefObject } from 'react'
import { IconButton } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import type { Rect } from './camera.ts'
import { canvasKey } from './canvas-keys.ts'
import { Legend } from './legend.tsx'
import css from './map-screen.module.css'
import { NodeLine } from './node-line.tsx'
import { Stage, type Shown } from './stage.ts'
import { TraceBar } from './trace-bar.tsx'
import type { ViewState } from './use-view.ts'

export interface CanvasHandle {
  goTo(node: number): void
  svg(): string
  png(): Promise<Blob | null>
}

export interface MenuPlace {
  x: number
  y: number
  opener: HTMLElement
}

export interface MapCanvasProps {
  shown: Shown | null
  state: ViewState
  overlay: MapOverlay | null
  onChoose: (node: number) => void
  onEnter: (node: number) => void
  onAgent: (id: string) => void
  onMenu: (node: number, at: MenuPlace) => void
}

interface Hover {
  node: number
  rect: Rect
}

export function MapCanvas({ ref, ...props }: MapCanvasProps & { ref: Ref<CanvasHandle> }) {
  const { shown, state, overlay } = props
  const room = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<Hover | null>(null)
  const stage = useStage(room, props, setHover)
  useImperativeHandle(ref, () => ({
    goTo: (node) => stage.current?.goTo(node, isCalm()),
    svg: () => stage.current?.svg() ?? '',
    png: () => stage.current?.png() ?? Promise.resolve(null),
  }))
  return (
    <div className={css.picture}>
      {/* It is moved through by keys of its own, and the list beside it says the same: no element of HTML is that. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={room} className={css.room} role="application" tabIndex={0} aria-label={t('map.canvas')}>
        <canvas className={css.canvas} aria-hidden />
      </div>
      {hover && hover.node > 0 && <HoverFrame rect={hover.rect} />}
      {shown && <NodeLine model={shown.model} hover={hover?.node ?? null} focus={state.focus} />}
      <TraceBar state={state} model={shown?.model} rings={shown?.palette.rings} />
      <Legend state={state} overlay={overlay} shown={shown} />
      <div className={css.zoom}>
        <IconButton label={t('map.zoom-in')} onClick={() => stage.current?.zoomBy(1.6)}>
          <Plus />
        </IconButton>
        <IconButton label={t('map.zoom-out')} onClick={() => stage.current?.zoomBy(1 / 1.6)}>
          <Minus />
        </IconButton>
        <IconButton label={t('map.fit')} onClick={() => stage.current?.goTo(0, isCalm())}>
          <Maximize />
        </IconButton>
      </div>
    </div>
  )
}

const HoverFrame = ({ rect }: { rect: Rect }) => (
  <div
    className={css.hover}
    style={{ transform: `translate(${rect.x}px, ${rect.y}px)`, inlineSize: rect.w, blockSize: rect.h }}
  />
)

const isCalm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

function useStage(
  room: RefObject<HTMLDivElement | null>,
  props: MapCanvasProps,
  setHover: (hover: Hover | null) => void,
): RefObject<Stage | null> {
  const latest = useRef(props)
  const stage = useRef<Stage | null>(null)
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    const canvas = room.current?.querySelector('canvas')
    if (!canvas || !room.current) return undefined
    const end = new AbortController()
    const opener = room.current
    const menu = (node: number, { x, y }: { x: number; y: number }) => {
      const { left, top } = canvas.getBoundingClientRect()
      latest.current.onMenu(node, { x: left + x, y: top + y, opener })
    }
    const enter = (node: number) => {
      latest.current.onChoose(node)
      made.goTo(node, isCalm())
    }
    const made = new Stage(
      canvas,
      {
        choose: (node) => latest.current.onChoose(node),
        enter: (node) => latest.current.onEnter(node),
        agent: ({ id }) => latest.current.onAgent(id),
        menu,
        hover: (node) => setHover(node === null ? null : { node, rect: made.rectOf(node) }),
        key: (event) => canvasKey(event, { shown: latest.current.shown, stage: made, enter, menu }),
      },
      end.signal,
    )
    stage.current = made
    const observer = new ResizeObserver(([entry]) => {
      const { width: w = 0, height: h = 0 } = entry?.contentRect ?? {}
      made.resize({ w, h })
    })
    observer.observe(opener)
    return () => {
      observer.disconnect()
      end.abort()
    }
  }, [room, setHover])
  useShowing(stage, props.shown)
  return stage
}

function useShowing(stage: RefObject<Stage | null>, shown: Shown | null): void {
  const started = useRef(false)
  useEffect(() => {
    if (!shown || !stage.current) return
    stage.current.show(shown)
    // An address may name where to begin.
    if (!started.current && shown.focus !== null && shown.focus > 0) stage.current.goTo(shown.focus, true)
    started.current = true
  }, [stage, shown])
}
