// Lets those who look at a map wait for its next change, so that nobody has to ask again and again.
import type { Clock } from '@tutti/core'

export interface Reading {
  done: number
  of: number
}

/** What is known of a working copy without asking its map. */
export interface Turn {
  turn: number
  changes: number
  touches: number
  reading: Reading | null
}

export interface Live {
  /** A save is in the map. */
  changed(root: string): void
  /** The map knows what an agent has changed. */
  touched(root: string): void
  progress(root: string, reading: Reading): void
  /** The map has answered: it is not being read any more. */
  answered(root: string): void
  /** The maps' process has ended: the next question to any of them reads its folder again. */
  ended(): void
  /** Whether it has, so that a question to it costs no reading. */
  isOpen(root: string): boolean
  /** Somebody works in this folder: whoever looks at a map that it lies in, or that lies in it, learns of it. */
  worked(folder: string): void
  /** The present turn, at once where `since` is another; else the next one, or the same after 25 s or when the caller left. */
  next(root: string, since: number, gone: AbortSignal): Promise<Turn>
  close(): void
}

/** Proxies and browsers end requests that say nothing for longer. */
const HELD_MS = 25_000
/** What comes within a blink is told at once. */
const SETTLE_MS = 150

interface Place extends Turn {
  isOpen: boolean
  waiting: Set<() => void>
  cancel: (() => void) | null
}

const aPlace = (): Place => ({
  turn: 1,
  changes: 0,
  touches: 0,
  reading: null,
  isOpen: false,
  waiting: new Set(),
  cancel: null,
})

export function createLive({ clock }: { clock: Clock }): Live {
  const places = new Map<string, Place>()
  const at = (root: string): Place => {
    const known = places.get(root)
    if (known) return known
    const made = aPlace()
    places.set(root, made)
    return made
  }
  const wake = (place: Place) => {
    place.cancel?.()
    place.cancel = null
    for (const resolve of place.waiting) resolve()
    place.waiting.clear()
  }
  const bump = (place: Place) => {
    place.turn += 1
    place.cancel ??= clock.after(SETTLE_MS, () => wake(place))
  }
  const turnOf = ({ turn, changes, touches, reading }: Place): Turn => ({ turn, changes, touches, reading })

  return {
    changed(root) {
      const place = at(root)
      place.changes += 1
      place.reading = null
      bump(place)
    },
    touched(root) {
      const place = at(root)
      place.touches += 1
      bump(place)
    },
    progress(root, reading) {
      const place = at(root)
      place.reading = reading
      bump(place)
    },
    answered(root) {
      const place = at(root)
      const isFirst = !place.isOpen
      place.isOpen = true
      if (place.reading === null && !isFirst) return
      place.reading = null
      bump(place)
    },
    ended() {
      for (const place of places.values()) place.isOpen = false
    },
    isOpen: (root) => places.get(root)?.isOpen === true,
    worked(folder) {
      for (const [root, place] of places) if (isWithin(folder, root) || isWithin(root, folder)) bump(place)
    },
    async next(root, since, gone) {
      const place = at(root)
      if (since !== place.turn) return turnOf(place)
      await new Promise<void>((resolve) => {
        const over = () => {
          cancel()
          place.waiting.delete(over)
          gone.removeEventListener('abort', over)
          resolve()
        }
        const cancel = clock.after(HELD_MS, over)
        place.waiting.add(over)
        gone.addEventListener('abort', over)
      })
      return turnOf(place)
    },
    close() {
      for (const place of places.values()) wake(place)
    },
  }
}

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
