// Everything that a hand does on the map, by keys; with Shift the arrows move the view.
import { nextTo } from './direction.ts'
import type { Place } from './hands.ts'
import { childrenOf } from './model.ts'
import type { Shown, Stage } from './stage.ts'

export interface KeyRoom {
  shown: Shown | null
  stage: Stage
  /** Chooses it and goes there. */
  enter(node: number): void
  menu(node: number, at: Place): void
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
const STEP_PX = 80
const ZOOM = 1.4

/** True where the key meant something. */
export function canvasKey(event: KeyboardEvent, room: KeyRoom): boolean {
  const arrow = ARROWS[event.key]
  if (arrow) return arrowKey(arrow, event.shiftKey, room)
  const act = ACTS[event.key === 'F10' && event.shiftKey ? 'ContextMenu' : event.key]
  if (!act || !room.shown) return false
  act(room, room.shown)
  return true
}

function arrowKey(
  [dx, dy]: readonly [number, number],
  isShift: boolean,
  { shown, stage, enter }: KeyRoom,
): boolean {
  if (!shown) return false
  const { focus, model } = shown
  if (isShift) stage.panBy({ x: -dx * STEP_PX, y: -dy * STEP_PX })
  // From the whole one goes to the first thing in it.
  else enter(focus ? nextTo(shown, focus, [dx, dy]) : (childrenOf(model, 0)[0] ?? 0))
  return true
}

type Act = (room: KeyRoom, shown: Shown) => void

const nearer: Act = ({ stage }) => stage.zoomBy(ZOOM)

const ACTS: Readonly<Record<string, Act>> = {
  Enter: ({ enter }, { model, focus }) => enter(childrenOf(model, focus ?? 0)[0] ?? focus ?? 0),
  Backspace: ({ enter }, { model, focus }) => enter(Math.max(0, model.parents[focus ?? 0] ?? 0)),
  '+': nearer,
  '=': nearer,
  '-': ({ stage }) => stage.zoomBy(1 / ZOOM),
  '0': ({ enter }) => enter(0),
  ContextMenu({ stage, menu }, { focus }) {
    const { x, y } = stage.rectOf(focus ?? 0)
    menu(focus ?? 0, { x: Math.max(12, x + 12), y: Math.max(12, y + 12) })
  },
}
