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
