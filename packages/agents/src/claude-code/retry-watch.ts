// Finds out that the service refuses and a retry comes: only the screen says so, hence it is looked at when there is a reason.
import type { KitMachine } from '../kit.ts'
import { inTurns } from '../turn-taking.ts'
import { retryOn } from './screen.ts'

export interface RetryWatch {
  /** A request was just answered or refused; the screen tells which. */
  requested(): void
  /** Whether the program works; nothing is looked at while it does not. */
  busy(isBusy: boolean): void
  close(): void
}

interface Deps {
  machine: KitMachine
  changed(words: string | null): void
}

// The program draws within a frame after it has written the request down; a second look meets a slow machine.
const LOOKS_MS = [100, 450] as const
// While it waits, the countdown may end at any time.
const RETRYING_MS = 700
// A request that is not written down, in a version that does not, is found out here.
const WORKING_MS = 5000

export function createRetryWatch({ machine, changed }: Deps): RetryWatch {
  const { clock, terminal } = machine
  let isBusy = false
  let words: string | null = null
  const cancels = new Set<() => void>()
  let cancelNext: () => void = () => {}

  const look = inTurns(
    async () => {
      if (!isBusy) return
      const found = retryOn(await terminal.screen())
      if (!isBusy) return
      tell(found)
      again()
    },
    (error) => machine.log('unreadable', { what: 'screen', problem: String(error) }),
  )

  function tell(found: string | null): void {
    if (found === words) return
    words = found
    changed(found)
  }

  function again(): void {
    cancelNext()
    cancelNext = clock.after(words === null ? WORKING_MS : RETRYING_MS, look)
  }

  function stop(): void {
    cancelNext()
    for (const cancel of cancels) cancel()
    cancels.clear()
  }

  return {
    requested() {
      for (const ms of LOOKS_MS) {
        const cancel = clock.after(ms, () => {
          cancels.delete(cancel)
          look()
        })
        cancels.add(cancel)
      }
    },
    busy(next) {
      if (next === isBusy) return
      isBusy = next
      if (next) return again()
      stop()
      tell(null)
    },
    close() {
      isBusy = false
      stop()
    },
  }
}
