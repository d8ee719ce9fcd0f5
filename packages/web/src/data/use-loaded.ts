// Reads something once for a screen, with its failure and a way to try again.
import { useCallback, useEffect, useState } from 'react'
import { faultText } from './fault-text.ts'

export type Loaded<T> =
  | { state: 'loading' }
  | { state: 'failed'; message: string; retry: () => void }
  | { state: 'ready'; value: T; set: (value: T) => void; reload: () => void }

/** `key` says what is read: another key reads anew. An answer that comes too late is left out. */
export function useLoaded<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [result, setResult] = useState<{ key: string; value: T } | { key: string; message: string } | null>(
    null,
  )
  const [attempt, setAttempt] = useState(0)
  const reload = useCallback(() => setAttempt((count) => count + 1), [])

  useEffect(() => {
    const end = new AbortController()
    const run = async () => {
      const next = await outcome(key, read(end.signal))
      if (!end.signal.aborted) setResult(next)
    }
    void run()
    return () => end.abort()
    // `read` is new on every render; what it reads is said by `key`.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key, attempt])

  if (result?.key !== key) return { state: 'loading' }
  if ('message' in result) return { state: 'failed', message: result.message, retry: reload }
  return { state: 'ready', value: result.value, set: (value) => setResult({ key, value }), reload }
}

type Outcome<T> = { key: string; value: T } | { key: string; message: string }

async function outcome<T>(key: string, reading: Promise<T>): Promise<Outcome<T>> {
  try {
    return { key, value: await reading }
  } catch (error) {
    return { key, message: faultText(error) }
  }
}
