// Gives memory back in long work. V8 lets garbage grow to the size of what lives before it looks: in a process of its own
// (`node --expose-gc`) two or three looks more keep a third of that from ever being taken.
import { getHeapStatistics } from 'node:v8'

/** New garbage worth a look. */
const STEP_BYTES = 80_000_000

/** Undefined where the process was not started for it. */
export function createRelief(): (() => void) | undefined {
  const { gc } = globalThis
  if (!gc) return undefined
  let kept = 0
  return () => {
    if (getHeapStatistics().used_heap_size - kept < STEP_BYTES) return
    gc()
    kept = getHeapStatistics().used_heap_size
  }
}

/** What a process of the map takes that has just begun, and a little more. */
const RESTING_BYTES = 110_000_000

/** After a large piece of work, when nothing more is to be done: all that can be given back, which takes a look at everything. */
export function giveBack(): void {
  const { gc } = globalThis
  if (gc && process.memoryUsage.rss() > RESTING_BYTES)
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
