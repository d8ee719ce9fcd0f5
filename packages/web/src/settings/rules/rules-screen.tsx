// The standing answers: what each allows or refuses, for whom, until when, how often it was used, and an end to it.
import '../../words/late/attention.ts'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { OutputOf } from '@tutti/core'
import { api } from '../../data/api.ts'
import { useAgents } from '../../data/agents-store.ts'
import { attempt } from '../../data/attempt.ts'
import { useMay } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { useLive, withRow } from '../../data/use-live.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/field.tsx'
import { foreignText } from '../../ui/foreign-text.ts'
import { EmptyState, ErrorState, Skeleton } from '../../ui/page-states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time, useNow } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { SettingsPage } from '../settings-page.tsx'
import css from './rules.module.css'

type Rule = OutputOf<'listRules'>[number]

export function RulesScreen() {
  const [ended, setEnded] = useState(false)
  const rules = useLive<readonly Rule[]>({
    key: `rules ${ended}`,
    read: () => api.listRules({ ended }),
    apply: (rows, event) => (event.type === 'rule.changed' ? withRow(rows, event.data) : rows),
  })
  const now = useNow()
  const shown = rules.state === 'ready' ? rules.value.filter((rule) => ended || !isOver(rule, now)) : []
  return (
    <SettingsPage
      title={t('rules.title')}
      wide
      actions={<Check label={t('rules.ended')} checked={ended} onChecked={setEnded} />}
    >
      <p className={css.says}>{t('rules.says')}</p>
      {rules.state === 'loading' && <Skeleton />}
      {rules.state === 'failed' && <ErrorState message={rules.message} onRetry={rules.retry} />}
      {rules.state === 'ready' && shown.length === 0 && (
        <EmptyState icon={<ShieldCheck />} title={t('rules.none')}>
          {t('rules.none-text')}
        </EmptyState>
      )}
      {shown.length > 0 && <RulesTable rules={shown} now={now} />}
    </SettingsPage>
  )
}

const isOver = ({ revokedAt, expiresAt }: Rule, now: number): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt <= now)

interface Row {
  rule: Rule
  over: boolean
  /** For whom, in words. */
  scope: string
}

const COLUMNS = (): Column<Row>[] => [
  { title: t('rule.effect'), cell: ({ rule }) => t(`rule.effect-${rule.effect}`) },
  { title: t('rules.tool'), cell: ({ rule }) => <code>{foreignText(rule.tool)}</code> },
  { title: t('rules.pattern'), cell: ({ rule }) => <What pattern={rule.pattern} /> },
  { title: t('rules.scope'), cell: ({ scope }) => scope },
  { title: t('rules.uses'), cell: ({ rule }) => <Uses rule={rule} /> },
  { title: t('rules.until'), cell: ({ rule, over }) => <Until rule={rule} over={over} /> },
  { title: t('rules.by'), cell: ({ rule }) => rule.createdBy },
]

const REVOKE = (): Column<Row> => ({
  title: '',
  end: true,
  cell: ({ rule, over }) =>
    !over && (
      <Button aria-label={t('rules.revoke-label', { tool: rule.tool })} onClick={() => void revoke(rule)}>
        {t('rules.revoke')}
      </Button>
    ),
})

function RulesTable({ rules, now }: { rules: readonly Rule[]; now: number }) {
  const agents = useAgents((state) => state.agents)
  const mayWrite = useMay('attention:write')
  const rows = rules.map((rule) => ({
    rule,
    over: isOver(rule, now),
    scope: scopeOf(rule, (id) => agents.get(id)?.name ?? id),
  }))
  const columns = mayWrite ? [...COLUMNS(), REVOKE()] : COLUMNS()
  return <Table label={t('rules.title')} rows={rows} columns={columns} rowKey={({ rule }) => rule.id} />
}

const Uses = ({ rule: { uses, lastUsedAt } }: { rule: Rule }) => (
  <>
    {t('rules.uses-n', { n: uses })} {lastUsedAt !== null && <Time at={lastUsedAt} />}
  </>
)

const What = ({ pattern }: { pattern: string | null }) =>
  pattern === null ? t('rules.any') : <code className={css.pattern}>{foreignText(pattern)}</code>

function scopeOf({ agentId, folder }: Rule, nameOf: (id: string) => string): string {
  if (agentId !== null) return nameOf(agentId)
  return folder === null ? t('rule.who-all') : t('rule.who-folder', { folder })
}

function Until({ rule, over }: { rule: Rule; over: boolean }) {
  if (over) return t('rules.over')
  return rule.expiresAt === null ? t('rules.until-revoked') : <Time at={rule.expiresAt} />
}

/** Undo makes the same rule again: a revoked one stays revoked. */
async function revoke(rule: Rule): Promise<void> {
  const done = await attempt(() => api.revokeRule({ id: rule.id }))
  if (!done) return
  const { effect, tool, pattern, reason, agentId, folder, expiresAt } = rule
  const again = { effect, tool, pattern, reason, agentId, folder, expiresAt }
  toast(t('rules.revoked'), { undo: () => void attempt(() => api.createRule(again)) })
}
