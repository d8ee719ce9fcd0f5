// Reads something for a screen and keeps it true by events, also by those that come while it is being read.
import type { LoggedEvent } from '@tutti/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { faultText } from './fault-text.ts'
import { useLink } from './link-store.ts'
import { onLiveEvent, onLiveReset } from './live.ts'

export type Live<T> =
  | { state: 'loading' }
  | { state: 'failed'; message: string; retry: () => void }
  | { state: 'ready'; value: T; change: ChangeOf<T>; reload: () => void }

/** How a row that I changed myself is shown before its event comes. */
export type ChangeOf<T> = (change: (value: T) => T) => void

interface Source<T> {
  /** Says what is read: another key reads anew. */
  key: string
  read: () => Promise<T>
  /** The value after an event; the same where it does not matter. */
  apply?: (value: T, event: LoggedEvent) => T
}

type Result<T> = { key: string } & ({ value: T } | { message: string })

export function useLive<T>(source: Source<T>): Live<T> {
  const { key } = source
  const [result, setResult] = useState<Result<T> | null>(null)
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((count) => count + 1), [])
  const change = useCallback((edit: (value: T) => T) => setResult((now) => edited(now, edit)), [])
  const latest = useRef(source)
  useEffect(() => {
    latest.current = source
  })
  useEffect(() => {
    let missed: LoggedEvent[] | null = []
    let ended = false
    const applied = (value: T, event: LoggedEvent) => latest.current.apply?.(value, event) ?? value
    const deaf = onLiveEvent((event) => {
      if (missed) missed.push(event)
      else change((value) => applied(value, event))
    })
    const read = async () => {
      const answer = await latest.current.read().then(
        (value) => ({ key, value: (missed ?? []).reduce(applied, value) }),
        (error: unknown) => ({ key, message: faultText(error) }),
      )
      if (ended) return
      missed = null
      setResult(answer)
    }
    void read()
    return () => {
      ended = true
      deaf()
    }
    // Another turn reads the same again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [key, turn, change])
  useEffect(() => onLiveReset(reload), [reload])
  useRetryWhenBack(result !== null && 'message' in result, reload)

  if (result?.key !== key) return { state: 'loading' }
  if ('message' in result) return { state: 'failed', message: result.message, retry: reload }
  return { state: 'ready', value: result.value, change, reload }
}

const edited = <T>(now: Result<T> | null, edit: (value: T) => T): Result<T> | null =>
  now && 'value' in now ? { key: now.key, value: edit(now.value) } : now

/**
 * What failed while the daemon was away is read again when it is back; and so is what was read before the first event could
 * come, because nobody tells what happened in between.
 */
export function useRetryWhenBack(failed: boolean, retry: () => void): void {
  const link = useLink((state) => state.link)
  const before = useRef(link)
  useEffect(() => {
    const back = before.current !== 'live' && link === 'live'
    const first = before.current === 'connecting'
    before.current = link
    if (back && (failed || first)) retry()
  }, [link, failed, retry])
}

/** The list with the row put in place of the one with its id, or at its end. */
export const withRow = <T extends { id: string }>(rows: readonly T[], row: T): T[] =>
  rows.some(({ id }) => id === row.id) ? rows.map((one) => (one.id === row.id ? row : one)) : [...rows, row]

export const withoutRow = <T extends { id: string }>(rows: readonly T[], gone: string): T[] =>
  rows.filter(({ id }) => id !== gone)
