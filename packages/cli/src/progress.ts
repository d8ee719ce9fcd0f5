// Says on stderr that work goes on, but only on a terminal and only when it takes longer than a glance.
import type { Io } from './io.ts'

const PATIENCE_MS = 400
const EVERY_MS = 1000

/** Awaits the work; after 400 ms a line such as `Starting Tutti … 3 s` appears, and is gone when the work ends. */
export async function working<T>(io: Io, label: string, work: Promise<T>): Promise<T> {
  if (!io.errTty) return work
  const began = io.clock.now()
  let shown = false
  let cancel = () => {}
  const show = () => {
    const seconds = Math.floor((io.clock.now() - began) / 1000)
    io.err(`\r\u001b[K${label} …${seconds > 0 ? ` ${seconds} s` : ''}`)
    shown = true
    cancel = io.clock.after(EVERY_MS, show)
  }
  cancel = io.clock.after(PATIENCE_MS, show)
  try {
    return await work
  } finally {
    cancel()
    if (shown) io.err('\r\u001b[K')
  }
}
