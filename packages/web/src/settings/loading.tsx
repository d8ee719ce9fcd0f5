// Waiting, failed or ready: the same three looks for every list of the settings.
import type { ReactNode } from 'react'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import type { Live } from '../data/use-live.ts'

interface LoadingProps<T> {
  of: Live<T>
  lines?: number
  children: (value: T, ready: Extract<Live<T>, { state: 'ready' }>) => ReactNode
}

export function Loading<T>({ of, lines = 4, children }: LoadingProps<T>) {
  if (of.state === 'loading') return <Skeleton lines={lines} />
  if (of.state === 'failed') return <ErrorState message={of.message} onRetry={of.retry} />
  return children(of.value, of)
}
