// Small pictures of a session for those who watch many at once: taken only after a change, seldom, and shared by all.
import type { Clock } from '@tutti/core'
import { INITIAL_CREDIT_BYTES } from '@tutti/protocol'
import type { Capture } from './capture.ts'
import { styledLines } from './styled-lines.ts'
import type { Send } from './viewer.ts'

export interface Thumbnails {
  add(id: number, send: Send): void
  remove(id: number): void
  grant(id: number, bytes: number): void
  /** The session has changed. */
  dirty(): void
  /** A capture has come, whoever asked for it. */
  show(capture: Capture): void
}

interface Watcher {
  send: Send
  credit: number
  last: string
}

/** `look` is called at most once in `everyMs`, and its answer comes by `show`. */
export function createThumbnails(clock: Clock, everyMs: number, look: () => void): Thumbnails {
  const watchers = new Map<number, Watcher>()
  let lastMs = 0
  let isDue = false

  const dirty = (): void => {
    if (isDue || watchers.size === 0) return
    isDue = true
    clock.after(Math.max(0, lastMs + everyMs - clock.now()), () => {
      lastMs = clock.now()
      look()
    })
  }

  const show = (capture: Capture): void => {
    if (watchers.size === 0 || (!isDue && clock.now() - lastMs < everyMs)) return
    isDue = false
    lastMs = clock.now()
    const picture = pictureOf(capture)
    const text = JSON.stringify(picture)
    for (const watcher of watchers.values()) {
      if (watcher.last === text || watcher.credit <= 0) continue
      watcher.last = text
      watcher.credit -= text.length
      watcher.send({ type: 'thumbnail', ...picture })
    }
  }

  return {
    add: (id, send) => {
      watchers.set(id, { send, credit: INITIAL_CREDIT_BYTES, last: '' })
      dirty()
    },
    remove: (id) => watchers.delete(id),
    grant: (id, bytes) => {
      const watcher = watchers.get(id)
      if (!watcher) return
      watcher.credit = Math.min(INITIAL_CREDIT_BYTES, watcher.credit + bytes)
      dirty()
    },
    dirty,
    show,
  }
}

function pictureOf({ cols, rows, lines }: Capture): { cols: number; rows: number; lines: string[] } {
  // Colours run on from line to line, so history goes only after they have been carried over.
  const styled = styledLines(lines, [], cols).map(({ text }) => text)
  return { cols, rows, lines: styled.slice(-rows) }
}
