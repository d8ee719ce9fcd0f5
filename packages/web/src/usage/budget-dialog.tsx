// Sets a limit of cost: for whom, for how long, when to warn and when to stop.
import { useState } from 'react'
import type { Budget } from '@tutti/core'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextField } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { t } from '../words/words.ts'
import { microsOf } from './money.ts'
import css from './usage-screen.module.css'

interface Draft {
  agentId: string
  period: Budget['period']
  warn: string
  stop: string
}

const ALL = ''
const typed = (micros: number | null | undefined): string => (micros ? String(micros / 1_000_000) : '')

export function BudgetDialog({ budget, onClose }: { budget: Budget | null; onClose: () => void }) {
  const agents = useAgents((state) => state.agents)
  const [busy, setBusy] = useState(false)
  const [tried, setTried] = useState(false)
  const [draft, setDraft] = useState<Draft>(() => ({
    agentId: budget?.agentId ?? ALL,
    period: budget?.period ?? 'day',
    warn: typed(budget?.warnMicros),
    stop: typed(budget?.stopMicros),
  }))
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const problem = problemOf(draft)
  const save = async () => {
    setTried(true)
    if (problem !== null) return
    setBusy(true)
    const done = await attempt(() =>
      api.setBudget({
        agentId: agents.get(draft.agentId)?.id ?? null,
        period: draft.period,
        warnMicros: microsOf(draft.warn),
        stopMicros: microsOf(draft.stop),
      }),
    )
    setBusy(false)
    if (!done) return
    toast(t('budget.saved'))
    onClose()
  }
  return (
    <Dialog
      title={t('budget.add-title')}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {t('budget.save')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <WhoField value={draft.agentId} fixed={budget !== null} onWho={(agentId) => set({ agentId })} />
        <Segmented
          label={t('budget.period')}
          value={draft.period}
          onValue={(period) => set({ period })}
          options={[
            { value: 'day', label: t('budget.period-day') },
            { value: 'month', label: t('budget.period-month') },
          ]}
        />
        <Amount label={t('budget.warn')} value={draft.warn} onValue={(warn) => set({ warn })} />
        <Amount label={t('budget.stop')} value={draft.stop} onValue={(stop) => set({ stop })} />
        {tried && problem !== null && (
          <p className={css.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  )
}

interface WhoProps {
  value: string
  /** The agent of a budget never changes. */
  fixed: boolean
  onWho: (agentId: string) => void
}

function WhoField({ value, fixed, onWho }: WhoProps) {
  const agents = useAgents((state) => state.agents)
  return (
    <Field label={t('budget.who')}>
      {(ids) => (
        <Select {...ids} value={value} disabled={fixed} onChange={({ target }) => onWho(target.value)}>
          <option value={ALL}>{t('budget.all')}</option>
          {[...agents.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

interface AmountProps {
  label: string
  value: string
  onValue: (value: string) => void
}

const Amount = ({ label, value, onValue }: AmountProps) => (
  <TextField
    label={label}
    optional
    inputMode="decimal"
    hint={t('budget.dollars')}
    value={value}
    onChange={(event) => onValue(event.target.value)}
  />
)

function problemOf({ warn, stop }: Draft): string | null {
  const wrong = [warn, stop].find((text) => text.trim() !== '' && microsOf(text) === null)
  if (wrong !== undefined) return t('budget.amount', { got: wrong })
  const [first, last] = [microsOf(warn), microsOf(stop)]
  if (first === null && last === null) return t('budget.needed')
  return first !== null && last !== null && first >= last ? t('budget.order') : null
}
