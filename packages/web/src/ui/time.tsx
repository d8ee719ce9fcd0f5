// A moment: relative in words, exact on hover; all of them tick together.
import { useSyncExternalStore } from 'react'
import { relative } from './relative-time.ts'

const TICK_MS = 15_000
const listeners = new Set<() => void>()
let nowMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** The present, anew every 15 s while anything on the page shows a time. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => nowMs)

export function Time({ at }: { at: number }) {
  const now = useNow()
  const exact = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
  return (
    <time dateTime={new Date(at).toISOString()} data-tip={exact}>
      {relative(at, now)}
    </time>
  )
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    nowMs = Date.now()
    timer = setInterval(tick, TICK_MS)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

function tick(): void {
  nowMs = Date.now()
  for (const listener of listeners) listener()
}
