// Where the view stands, and how it moves from one place to another.

/** Pixels = (world - x) * scale. */
export interface Camera {
  x: number
  y: number
  scale: number
}

export interface Size {
  w: number
  h: number
}

export interface Rect extends Size {
  x: number
  y: number
}

/** The camera from which a rectangle fills so much of the view. */
export function cameraOn(rect: Rect, size: Size, part = 0.94): Camera {
  const scale = Math.min(size.w / rect.w, size.h / rect.h) * part
  return {
    x: rect.x + rect.w / 2 - size.w / 2 / scale,
    y: rect.y + rect.h / 2 - size.h / 2 / scale,
    scale,
  }
}

/** Zooms so that what is under the point stays there. */
export function zoomedAt(camera: Camera, at: { x: number; y: number }, scale: number): Camera {
  return {
    x: camera.x + at.x / camera.scale - at.x / scale,
    y: camera.y + at.y / camera.scale - at.y / scale,
    scale,
  }
}

/** At least this part of the view shows some of the world. */
const KEPT = 0.35

/** At this scale a symbol of three lines fills the view, in a repository of a hundred thousand. */
const NEAREST = 500

/** No further out than the whole, no further in than a symbol needs, and never off into the empty. */
export function within(camera: Camera, world: Size, size: Size): Camera {
  const whole = Math.min(size.w / world.w, size.h / world.h)
  const scale = Math.min(whole * NEAREST, Math.max(whole * 0.6, camera.scale))
  const at = scale === camera.scale ? camera : zoomedAt(camera, { x: size.w / 2, y: size.h / 2 }, scale)
  const clamp = (value: number, length: number, seen: number) => {
    const spare = Math.min(length, seen) * KEPT
    return Math.min(length - spare, Math.max(spare - seen, value))
  }
  return { x: clamp(at.x, world.w, size.w / scale), y: clamp(at.y, world.h, size.h / scale), scale }
}

/** Between two cameras, `t` from 0 to 1: it zooms about a point that stands still. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const eased = 1 - (1 - t) ** 3
  const scale = from.scale * (to.scale / from.scale) ** eased
  const span = 1 / to.scale - 1 / from.scale
  const u = Math.abs(span) < 1e-9 ? eased : (1 / scale - 1 / from.scale) / span
  return { x: from.x + (to.x - from.x) * u, y: from.y + (to.y - from.y) * u, scale }
}

export const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
