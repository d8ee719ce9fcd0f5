// Notices a connection that died without a close, such as a laptop that slept or a network that changed.
import type { Clock } from '@tutti/core'

// The server says something every 25 s; two of those missed and a little more is a dead connection.
const SILENCE_MS = 60_000

/** Calls `silent` once when nothing was heard for a minute after `start`. One timer at a time, however much is heard. */
export function createSilenceWatch(clock: Clock, silent: () => void) {
  let heardAt = 0
  let cancel = () => {}
  const look = (): void => {
    const left = heardAt + SILENCE_MS - clock.now()
    if (left > 0) cancel = clock.after(left, look)
    else silent()
  }
  return {
    start: (): void => {
      cancel()
      heardAt = clock.now()
      cancel = clock.after(SILENCE_MS, look)
    },
    heard: (): void => {
      heardAt = clock.now()
    },
    stop: () => cancel(),
  }
}
