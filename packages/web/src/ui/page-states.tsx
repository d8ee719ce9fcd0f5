// What a screen shows when it has nothing, waits, or failed: always what will be here and what to do.
import type { ReactNode } from 'react'
import { t } from '../words/words.ts'
import { Button } from './button.tsx'
import css from './page-states.module.css'
import { sentence } from './sentence.tsx'
import { useDelayed } from './use-delayed.ts'

interface EmptyStateProps {
  title: string
  children?: ReactNode
  action?: ReactNode
  icon?: ReactNode
  /** It is the heading of the whole page. */
  heading?: boolean
}

export const EmptyState = ({ title, children, action, icon, heading }: EmptyStateProps) => (
  <div className={css.state}>
    {icon && <div className={css.icon}>{icon}</div>}
    {heading ? <h1 className={css.title}>{title}</h1> : <h2 className={css.title}>{title}</h2>}
    {children && (
      <div className={css.text}>{typeof children === 'string' ? sentence(children) : children}</div>
    )}
    {action}
  </div>
)

export const ErrorState = ({ message, onRetry }: { message: string; onRetry?: () => void }) => (
  <div className={css.state} role="alert">
    <h2 className={css.title}>{t('error.title')}</h2>
    <p className={css.text}>{sentence(message)}</p>
    {onRetry && <Button onClick={onRetry}>{t('common.retry')}</Button>}
  </div>
)

const SKELETON_MS = 400 // anything faster is instant and needs no picture of waiting

/** Grey lines, but only when the wait is long enough to be noticed. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const late = useDelayed(SKELETON_MS)
  if (!late) return null
  return (
    <div className={css.skeletons} aria-busy="true">
      <span className="visually-hidden">{t('app.loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={css.skeleton} style={{ inlineSize: `${88 - ((index * 23) % 47)}%` }} />
      ))}
    </div>
  )
}
