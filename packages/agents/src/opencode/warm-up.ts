// Lets OpenCode load what it would load with its first turn only: it takes words before, and begins with them many seconds later.
import type { KitMachine } from '../kit.ts'
import type { Door } from './door.ts'

interface Warming {
  machine: Pick<KitMachine, 'clock' | 'log'>
  signal: AbortSignal
}

// Asked for once, they are made; each would be made with the first turn.
const MADE_LATE = ['/mcp', '/command', '/skill']
// While it loads its answers are slow; at rest they come within a few ms.
const QUICK_MS = 60
const QUICK_ANSWERS = 8
const PAUSE_MS = 120
// On a machine that is busy with other things they may never be quick.
const LONGEST_MS = 30_000

/** Resolves once it has loaded; never rejects, as a version without one of these takes words all the same. */
export async function warmUp(door: Door, { machine, signal }: Warming): Promise<void> {
  const { clock, log } = machine
  const ask = (path: string): Promise<unknown> =>
    door.get(path).catch((error: unknown) => log('opencode.not-warm', { path, problem: String(error) }))
  await Promise.all(MADE_LATE.map(ask))

  const deadline = clock.now() + LONGEST_MS
  for (let quick = 0; quick < QUICK_ANSWERS && clock.now() < deadline && !signal.aborted;) {
    const since = clock.now()
    await ask('/session/status')
    quick = clock.now() - since < QUICK_MS ? quick + 1 : 0
    await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
  }
}
