// Holds a viewer's credit back while the network has not taken what it was sent: credit alone does not prove that it reads.
import type { Clock } from '@tutti/core'

export interface Credit {
  /** Passes on what the viewer gives back, now or when the connection has room. */
  give(bytes: number): void
  close(): void
}

export interface CreditDeps {
  clock: Clock
  /** Bytes handed to the connection and not yet taken by the network. */
  bufferedBytes(): number
  pass(bytes: number): void
}

// A round trip of 50 ms at 160 Mbit/s; much more would only be memory.
const ROOM_BYTES = 1024 * 1024
const LOOK_MS = 50

export function createCredit({ clock, bufferedBytes, pass }: CreditDeps): Credit {
  let owed = 0
  let cancel: (() => void) | null = null

  const settle = (): void => {
    cancel = null
    if (bufferedBytes() > ROOM_BYTES) {
      cancel = clock.after(LOOK_MS, settle)
      return
    }
    const bytes = owed
    owed = 0
    pass(bytes)
  }

  return {
    give(bytes) {
      owed += bytes
      if (!cancel) settle()
    },
    close() {
      cancel?.()
    },
  }
}
