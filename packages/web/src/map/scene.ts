// All that one picture of the map depends on, and where a node lies on the screen.
import type { Camera, Rect, Size } from './camera.ts'
import type { Palette } from './colours.ts'
import type { Layout } from './layout.ts'
import type { CodeModel } from './model.ts'
import type { Trace } from './trace.ts'

/** What the colour of a thing says. */
export type Lens = 'structure' | 'churn' | 'coverage' | 'diff'

/** Of a node in the diff. */
export const SAME = 0
export const CHANGED = 1
export const ADDED = 2

export interface AgentMark {
  id: string
  name: string
  node: number
  did: 'changed' | 'read'
  /** When, ms UTC. */
  at: number
  /** Where it is now; else where it has been. */
  isLatest: boolean
}

export interface Scene {
  model: CodeModel
  layout: Layout
  areas: Uint8Array
  palette: Palette
  camera: Camera
  size: Size
  lens: Lens
  /** By node: CHANGED, ADDED or SAME; null while it is not known. */
  diff: Uint8Array | null
  trace: Trace | null
  /** By kind: 1 for what the filters leave out. */
  hidden: Uint8Array
  focus: number | null
  agents: readonly AgentMark[]
  /** 1 is the finest; larger ones open things later, for slow machines. */
  coarse: number
}

/** Where the node lies, in pixels; written into `to`, as this is asked thousands of times a frame. */
export function placed({ layout, camera }: Scene, node: number, to: Rect): Rect {
  to.x = ((layout.x[node] ?? 0) - camera.x) * camera.scale
  to.y = ((layout.y[node] ?? 0) - camera.y) * camera.scale
  to.w = (layout.w[node] ?? 0) * camera.scale
  to.h = (layout.h[node] ?? 0) * camera.scale
  return to
}

export const aRect = (): Rect => ({ x: 0, y: 0, w: 0, h: 0 })
