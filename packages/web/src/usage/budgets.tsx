// The limits of cost: what of each is used, and how to set one.
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Budget } from '@tutti/core'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { attempt } from '../data/attempt.ts'
import { useMay } from '../data/session-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLive, withRow, withoutRow } from '../data/use-live.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/page-states.tsx'
import { Section } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { BudgetDialog } from './budget-dialog.tsx'
import { dollars } from './money.ts'
import css from './usage-screen.module.css'

export function Budgets() {
  const mayWrite = useMay('settings:write')
  const [open, setOpen] = useState<Budget | 'new' | null>(null)
  const budgets = useLive<readonly Budget[]>({
    key: 'budgets',
    read: () => api.listBudgets({}),
    apply: (rows, event) => {
      if (event.type === 'budget.changed') return withRow(rows, event.data)
      return event.type === 'budget.removed' ? withoutRow(rows, event.data.id) : rows
    },
  })
  return (
    <Section title={t('budget.title')} says={t('budget.says')}>
      {budgets.state === 'failed' && <ErrorState message={budgets.message} onRetry={budgets.retry} />}
      {budgets.state === 'ready' && budgets.value.length === 0 && <p>{t('budget.none')}</p>}
      {budgets.state === 'ready' && (
        <ul className={css.budgets}>
          {budgets.value.map((budget) => (
            <BudgetRow key={budget.id} budget={budget} mayWrite={mayWrite} onChange={() => setOpen(budget)} />
          ))}
        </ul>
      )}
      {mayWrite && (
        <Button icon={<Plus />} className={css.add} onClick={() => setOpen('new')}>
          {t('budget.add')}
        </Button>
      )}
      {open !== null && <BudgetDialog budget={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Section>
  )
}

interface RowProps {
  budget: Budget
  mayWrite: boolean
  onChange: () => void
}

function BudgetRow({ budget, mayWrite, onChange }: RowProps) {
  const { agentId, period, warnMicros, stopMicros, usedMicros, state } = budget
  const name = useAgents(({ agents }) => (agentId === null ? null : (agents.get(agentId)?.name ?? null)))
  const limit = stopMicros ?? warnMicros ?? 1
  const who = agentId === null ? t('budget.all') : (name ?? t('usage.gone'))
  return (
    <li data-state={state}>
      <span>
        {who}, {t(`budget.period-${period}`)}
      </span>
      <meter
        aria-label={who}
        min={0}
        max={limit}
        high={warnMicros ?? limit}
        optimum={0}
        value={Math.min(usedMicros, limit)}
      />
      <span>
        {t('budget.used', { used: dollars(usedMicros) })}
        {warnMicros !== null && ` · ${t('budget.warn')} ${dollars(warnMicros)}`}
        {stopMicros !== null && ` · ${t('budget.stop')} ${dollars(stopMicros)}`}
      </span>
      <strong>{t(`budget.state-${state}`)}</strong>
      {mayWrite && (
        <>
          <Button onClick={onChange}>{t('budget.change')}</Button>
          <Button kind="quiet" onClick={() => void remove(budget)}>
            {t('budget.remove')}
          </Button>
        </>
      )}
    </li>
  )
}

async function remove(budget: Budget): Promise<void> {
  const done = await attempt(() => api.removeBudget({ id: budget.id }))
  if (!done) return
  const { agentId, period, warnMicros, stopMicros } = budget
  const again = () => void attempt(() => api.setBudget({ agentId, period, warnMicros, stopMicros }))
  toast(t('budget.removed'), { undo: again })
}
