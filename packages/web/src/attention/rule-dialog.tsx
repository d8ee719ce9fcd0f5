// "Always…": makes a standing answer of a request, after showing what it would have answered in the past.
import '../words/late/attention.ts'
import { subjectOf, type AttentionItem, type InputOf, type OutputOf } from '@tutti/core'
import { useDeferredValue, useState } from 'react'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextField } from '../ui/field.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Segmented } from '../ui/segmented.tsx'
import { t } from '../words/words.ts'
import { headlineOf } from './queue.ts'
import css from './rule-dialog.module.css'

type NewRule = InputOf<'createRule'>
type Who = 'agent' | 'folder' | 'all'
type Until = 'day' | 'week' | 'month' | 'ever'

interface Draft {
  effect: NewRule['effect']
  pattern: string
  reason: string
  who: Who
  until: Until
}

const DAY_MS = 86_400_000
const LIVES: Readonly<Record<Until, number | null>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  ever: null,
}

interface Props {
  item: AttentionItem
  /** It stands for the same request of several agents, so the rule is not for one of them. */
  several: boolean
  onClose: () => void
}

export function RuleDialog({ item, several, onClose }: Props) {
  const [draft, setDraft] = useState<Draft>(() => ({
    effect: 'allow',
    pattern: subjectOf(item.ask) ?? '',
    reason: '',
    who: several ? 'folder' : 'agent',
    until: 'week',
  }))
  const [busy, setBusy] = useState(false)
  const agent = useAgents(({ agents }) => agents.get(item.agentId))
  const rule = ruleOf(draft, item, agent?.folder ?? null)
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const create = async () => {
    setBusy(true)
    const life = LIVES[draft.until]
    const made = await attempt(() =>
      api.createRule({ ...rule, expiresAt: life === null ? null : Date.now() + life }),
    )
    setBusy(false)
    if (!made) return
    toast(t('rule.created'), { undo: () => void attempt(() => api.revokeRule({ id: made.id })) })
    onClose()
  }
  return (
    <Dialog
      title={t(`rule.title-${draft.effect}`)}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => void create()}>
            {t(`rule.create-${draft.effect}`)}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <p className={css.says}>{t('rule.says')}</p>
        <Segmented
          label={t('rule.effect')}
          value={draft.effect}
          options={[
            { value: 'allow', label: t('rule.effect-allow') },
            { value: 'deny', label: t('rule.effect-deny') },
          ]}
          onValue={(effect) => set({ effect })}
        />
        <TextField
          label={t('rule.pattern')}
          mono
          data-autofocus
          value={draft.pattern}
          hint={t('rule.pattern-hint', { tool: foreignText(item.ask.tool ?? '') })}
          onChange={(event) => set({ pattern: event.target.value })}
        />
        <Scope draft={draft} set={set} name={agent?.name ?? item.agentId} folder={agent?.folder ?? null} />
        {draft.effect === 'deny' && (
          <TextField
            label={t('rule.reason')}
            optional
            value={draft.reason}
            onChange={(event) => set({ reason: event.target.value })}
          />
        )}
        <Preview rule={rule} />
      </div>
    </Dialog>
  )
}

function ruleOf(draft: Draft, { agentId, ask }: AttentionItem, folder: string | null): NewRule {
  return {
    effect: draft.effect,
    tool: ask.tool ?? '',
    pattern: draft.pattern === '' ? null : draft.pattern,
    reason: draft.effect === 'deny' ? draft.reason : '',
    agentId: draft.who === 'agent' ? agentId : null,
    folder: draft.who === 'folder' ? folder : null,
  }
}

interface ScopeProps {
  draft: Draft
  set: (change: Partial<Draft>) => void
  name: string
  folder: string | null
}

const Scope = ({ draft, set, name, folder }: ScopeProps) => (
  <div className={css.pair}>
    <Field label={t('rule.who')}>
      {(ids) => (
        <Select {...ids} value={draft.who} onChange={(event) => set({ who: whoOf(event.target.value) })}>
          <option value="agent">{t('rule.who-agent', { name })}</option>
          {folder !== null && <option value="folder">{t('rule.who-folder', { folder })}</option>}
          <option value="all">{t('rule.who-all')}</option>
        </Select>
      )}
    </Field>
    <Field label={t('rule.until')}>
      {(ids) => (
        <Select
          {...ids}
          value={draft.until}
          onChange={(event) => set({ until: untilOf(event.target.value) })}
        >
          {UNTILS.map((until) => (
            <option key={until} value={until}>
              {t(`rule.until-${until}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  </div>
)

const WHOS: readonly Who[] = ['agent', 'folder', 'all']
const UNTILS: readonly Until[] = ['day', 'week', 'month', 'ever']
const whoOf = (value: string): Who => WHOS.find((one) => one === value) ?? 'agent'
const untilOf = (value: string): Until => UNTILS.find((one) => one === value) ?? 'week'

/** What it would have answered; asked anew as the rule changes, and shown as it was meanwhile. */
function Preview({ rule }: { rule: NewRule }) {
  const key = useDeferredValue(JSON.stringify(rule))
  const found = useLoaded(key, (signal) => api.previewRule(rule, { signal }))
  if (found.state === 'failed') return <p className={css.problem}>{found.message}</p>
  if (found.state === 'loading') return <p className={css.preview}>…</p>
  return <Previewed found={found.value} />
}

function Previewed({ found }: { found: OutputOf<'previewRule'> }) {
  const { looked, matched, against, items, held } = found
  return (
    <div className={css.preview} data-against={against > 0 || undefined}>
      <p>
        {matched === 0 ? t('rule.preview-none') : t('rule.preview', { matched, looked })}{' '}
        {against > 0 && <strong>{t('rule.preview-against', { n: against })}</strong>}
      </p>
      <Past items={items.map((item) => ({ item }))} />
      {held.length > 0 && <p>{t('rule.preview-held', { n: held.length })}</p>}
      <Past items={held} />
    </div>
  )
}

type Held = OutputOf<'previewRule'>['held'][number]

const Past = ({ items }: { items: readonly { item: AttentionItem; reason?: Held['reason'] }[] }) =>
  items.length > 0 && (
    <ul>
      {items.slice(0, 5).map(({ item, reason }) => (
        <li key={item.id}>
          <code dir="ltr">{foreignText(headlineOf(item).slice(0, 120))}</code>
          {reason && <span> {t(`rule.held-${reason}`)}</span>}
        </li>
      ))}
    </ul>
  )
