// Sets when an agent is paused for going round in circles: of all, or of one.
import { useState } from 'react'
import { useAgents } from '../data/agents-store.ts'
import { toast } from '../data/toast-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import { limitsOf, loopDraft, loopProblem, withLimits, type LoopDraft, type Loops } from './loop-draft.ts'
import css from './usage-screen.module.css'

interface Props {
  loops: Loops
  /** Null for all agents, or for one that is still to be chosen. */
  agentId: string | null
  isNew: boolean
  onSave: (loops: Loops) => Promise<unknown>
  onClose: () => void
}

export function LoopDialog({ loops, agentId, isNew, onSave, onClose }: Props) {
  const [who, setWho] = useState(agentId)
  const [draft, setDraft] = useState<LoopDraft>(() =>
    loopDraft((agentId === null ? undefined : loops.agents[agentId]) ?? loops.all),
  )
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const problem = isNew && who === null ? t('loop.who-needed') : loopProblem(draft)
  const set = (change: Partial<LoopDraft>) => setDraft({ ...draft, ...change })
  const save = async () => {
    setTried(true)
    if (problem !== null) return
    setBusy(true)
    const saved = await onSave(withLimits(loops, who, limitsOf(draft)))
    setBusy(false)
    if (!saved) return
    toast(t('loop.saved'))
    onClose()
  }
  return (
    <Dialog
      title={t('loop.title')}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {t('loop.save')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <Who value={who} fixed={!isNew} taken={Object.keys(loops.agents)} onWho={setWho} />
        <Fields draft={draft} set={set} />
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
  value: string | null
  fixed: boolean
  taken: readonly string[]
  onWho: (agentId: string | null) => void
}

function Who({ value, fixed, taken, onWho }: WhoProps) {
  const agents = useAgents((state) => state.agents)
  const free = [...agents.values()].filter(({ id }) => fixed || !taken.includes(id))
  return (
    <Field label={t('budget.who')}>
      {(ids) => (
        <Select
          {...ids}
          value={value ?? ''}
          disabled={fixed}
          onChange={({ target }) => onWho(target.value === '' ? null : target.value)}
        >
          <option value="">{fixed ? t('loop.all') : t('loop.who-choose')}</option>
          {free.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

interface FieldsProps {
  draft: LoopDraft
  set: (change: Partial<LoopDraft>) => void
}

const Fields = ({ draft, set }: FieldsProps) => (
  <>
    <TextField
      label={t('loop.same-calls')}
      optional
      inputMode="numeric"
      value={draft.sameCalls}
      onChange={({ target }) => set({ sameCalls: target.value })}
    />
    <TextField
      label={t('loop.turns')}
      optional
      inputMode="numeric"
      value={draft.turns}
      onChange={({ target }) => set({ turns: target.value })}
    />
    <TextField
      label={t('loop.cost')}
      optional
      inputMode="decimal"
      hint={t('budget.dollars')}
      value={draft.dollars}
      onChange={({ target }) => set({ dollars: target.value })}
    />
    <TextField
      label={t('loop.minutes')}
      inputMode="numeric"
      value={draft.minutes}
      onChange={({ target }) => set({ minutes: target.value })}
    />
  </>
)
