// Before its first prompt the program may ask whether the folder is to be trusted. No file and no hook tells of that; the screen does.
import type { KitMachine } from '../kit.ts'
import { inTurns } from '../turn-taking.ts'
import { openingOn } from './screen.ts'

export interface OpeningWatch {
  /** Whether nothing better has spoken yet; nothing is looked at once it has. */
  silent(isSilent: boolean): void
  close(): void
}

interface Deps {
  machine: KitMachine
  /** What is asked; null when nothing is. */
  changed(words: string | null): void
}

// The program is at its prompt within a second or two; a person takes longer.
const LOOK_MS = 1000

export function createOpeningWatch({ machine, changed }: Deps): OpeningWatch {
  let isSilent = false
  let words: string | null = null
  let cancel: () => void = () => {}

  const look = inTurns(
    async () => {
      const found = openingOn(await machine.terminal.screen())
      if (!isSilent) return
      tell(found)
      again()
    },
    (error) => machine.log('unreadable', { what: 'screen', problem: String(error) }),
  )
  const again = (): void => {
    cancel()
    cancel = machine.clock.after(LOOK_MS, look)
  }
  const tell = (found: string | null): void => {
    if (found === words) return
    words = found
    changed(found)
  }

  return {
    silent(next) {
      if (next === isSilent) return
      isSilent = next
      if (next) return again()
      cancel()
      tell(null)
    },
    close() {
      isSilent = false
      cancel()
    },
  }
}
