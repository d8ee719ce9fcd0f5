// Holds the pace of a movement: where frames come too slowly, things open later and there is less to draw.

/** Frames that take longer ask for less, shorter ones for more. */
const SLOW_MS = 24
const QUICK_MS = 18
const COARSEST = 3
/** After a longer pause it is another movement. */
const PAUSE_MS = 250

/** How coarse the next frame is drawn, from 1, by the times of those before. */
export function createPace() {
  let coarse = 1
  let last = 0
  return {
    next(time: number): number {
      const took = time - last
      last = time
      if (took > PAUSE_MS) return coarse
      if (took > SLOW_MS) coarse = Math.min(COARSEST, coarse * 1.08)
      else if (took < QUICK_MS) coarse = Math.max(1, coarse * 0.985)
      return coarse
    },
  }
}
