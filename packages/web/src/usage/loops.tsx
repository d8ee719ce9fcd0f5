// When an agent that goes round in circles is paused: the limits of all, and of those that have their own.
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { OutputOf } from '@tutti/core'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { attempt } from '../data/attempt.ts'
import { useMay } from '../data/session-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLive } from '../data/use-live.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/page-states.tsx'
import { Section } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { LoopDialog } from './loop-dialog.tsx'
import { withLimits, type Limits, type Loops as LoopSettings } from './loop-draft.ts'
import { dollars } from './money.ts'
import css from './usage-screen.module.css'

type Settings = OutputOf<'getSettings'>

/** Whose limits are open: of all, of an agent, or of one that is still to be chosen. */
type Open = { agentId: string | null; isNew: boolean }

export function Loops() {
  const mayWrite = useMay('settings:write')
  const [open, setOpen] = useState<Open | null>(null)
  const settings = useLive<Settings>({
    key: 'loops',
    read: () => api.getSettings({}),
    apply: (now, event) =>
      event.type === 'settings.changed' && event.data.version > now.version ? event.data : now,
  })
  if (settings.state === 'failed') return <ErrorState message={settings.message} onRetry={settings.retry} />
  if (settings.state === 'loading') return null
  const { loops, version } = settings.value
  const save = (next: LoopSettings) => attempt(() => api.updateSettings({ loops: next }, { version }))
  const take = async (agentId: string) => {
    const own = loops.agents[agentId]
    const saved = await save(withLimits(loops, agentId, null))
    if (!saved || !own) return
    const back = withLimits(loops, agentId, own)
    toast(t('loop.removed'), {
      undo: () => void attempt(() => api.updateSettings({ loops: back }, { version: saved.version })),
    })
  }
  return (
    <Section title={t('loop.title')} says={t('loop.says')}>
      <ul className={css.budgets}>
        <Row limits={loops.all} agentId={null} onChange={mayWrite ? setOpen : null} />
        {Object.entries(loops.agents).map(([agentId, limits]) => (
          <Row
            key={agentId}
            limits={limits}
            agentId={agentId}
            onChange={mayWrite ? setOpen : null}
            onRemove={() => void take(agentId)}
          />
        ))}
      </ul>
      {mayWrite && (
        <Button icon={<Plus />} className={css.add} onClick={() => setOpen({ agentId: null, isNew: true })}>
          {t('loop.add')}
        </Button>
      )}
      {open && <LoopDialog loops={loops} {...open} onSave={save} onClose={() => setOpen(null)} />}
    </Section>
  )
}

interface RowProps {
  limits: Limits
  agentId: string | null
  onChange: ((open: Open) => void) | null
  onRemove?: () => void
}

function Row({ limits, agentId, onChange, onRemove }: RowProps) {
  const name = useAgents(({ agents }) => (agentId === null ? null : (agents.get(agentId)?.name ?? null)))
  return (
    <li>
      <span>{agentId === null ? t('loop.all') : (name ?? t('usage.gone'))}</span>
      <span className={css.limits}>{textOf(limits)}</span>
      {onChange && <Button onClick={() => onChange({ agentId, isNew: false })}>{t('budget.change')}</Button>}
      {onChange && onRemove && (
        <Button kind="quiet" onClick={onRemove}>
          {t('budget.remove')}
        </Button>
      )}
    </li>
  )
}

function textOf({ sameCalls, turnsWithoutChange, windowMicros, windowMs }: Limits): string {
  const parts = [
    sameCalls === null ? '' : t('loop.same-calls-n', { n: sameCalls }),
    turnsWithoutChange === null ? '' : t('loop.turns-n', { n: turnsWithoutChange }),
    windowMicros === null
      ? ''
      : t('loop.cost-n', { cost: dollars(windowMicros), n: Math.round(windowMs / 60_000) }),
  ].filter(Boolean)
  return parts.length === 0 ? t('loop.none') : parts.join(' · ')
}
