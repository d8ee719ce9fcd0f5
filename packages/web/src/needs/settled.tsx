// What was settled lately, with its receipt: who answered, or why nobody had to.
import { useState } from 'react'
import type { AttentionItem } from '@tutti/core'
import { isOpen } from '@tutti/core'
import { AskerName } from '../attention/asker.tsx'
import { headlineOf } from '../attention/queue.ts'
import { Receipt } from '../attention/receipt.tsx'
import { api } from '../data/api.ts'
import { withRow, useLive } from '../data/use-live.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './needs-screen.module.css'

export function Settled() {
  const [open, setOpen] = useState(false)
  return (
    <details className={css.folded} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('needs.settled')}</summary>
      {open && <List />}
    </details>
  )
}

function List() {
  const settled = useLive<readonly AttentionItem[]>({
    key: 'settled',
    read: () => api.listAttention({ settled: true, limit: 50 }),
    apply: (items, event) =>
      event.type === 'attention.changed' && !isOpen(event.data)
        ? withRow(items, event.data).toSorted((a, b) => (b.settledAt ?? 0) - (a.settledAt ?? 0))
        : items,
  })
  if (settled.state === 'loading') return <Skeleton lines={3} />
  if (settled.state === 'failed') return <ErrorState message={settled.message} onRetry={settled.retry} />
  if (settled.value.length === 0) return <p className={css.dim}>{t('needs.settled-none')}</p>
  return (
    <ul className={css.settled}>
      {settled.value.map((item) => (
        <li key={item.id}>
          <span>
            <AskerName item={item} settled />{' '}
            <code dir="ltr">{foreignText(headlineOf(item).slice(0, 120))}</code>
          </span>
          <Receipt item={item} />
          <span className={css.dim}>
            <Time at={item.settledAt ?? item.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
