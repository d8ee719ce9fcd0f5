// The audit log: who did what, filtered, verified and exported.
import { Download, ScrollText, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { attempt } from '../../data/attempt.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/page-states.tsx'
import { t } from '../../words/words.ts'
import { Loading } from '../loading.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { ANY, isFiltered, type AuditFilter } from './audit-filter.ts'
import { AuditFilters } from './audit-filters.tsx'
import { AuditTable } from './audit-table.tsx'
import css from './audit.module.css'
import { exportAudit } from './export-audit.ts'
import { useAudit } from './use-audit.ts'
import { useNames } from './use-names.ts'

export function AuditScreen() {
  const [filter, setFilter] = useState<AuditFilter>(ANY)
  const [verdict, setVerdict] = useState<{ ok: boolean; text: string } | null>(null)
  const log = useAudit(filter)
  const names = useNames()
  const actions = (
    <>
      <VerifyButton onVerdict={setVerdict} />
      <ExportButton filter={filter} />
    </>
  )
  return (
    <SettingsPage title={t('settings.audit')} actions={actions} full>
      <AuditFilters filter={filter} names={names} onFilter={setFilter} />
      <output>
        {verdict && (
          <span className={css.verdict} data-ok={verdict.ok}>
            {verdict.text}
          </span>
        )}
      </output>
      <Loading of={log.first} lines={10}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Nothing filtered={isFiltered(filter)} onClear={() => setFilter(ANY)} />
          ) : (
            <AuditTable
              entries={items}
              end={next === null}
              log={log}
              names={names}
              onOnly={(only) => setFilter({ ...filter, ...only })}
            />
          )
        }
      </Loading>
    </SettingsPage>
  )
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered)
    return (
      <EmptyState title={t('audit.none')} icon={<ScrollText />}>
        {t('audit.none-text')}
      </EmptyState>
    )
  return (
    <EmptyState
      title={t('audit.no-match')}
      icon={<ScrollText />}
      action={<Button onClick={onClear}>{t('audit.clear')}</Button>}
    />
  )
}

function VerifyButton({ onVerdict }: { onVerdict: (verdict: { ok: boolean; text: string } | null) => void }) {
  const [busy, setBusy] = useState(false)
  const verify = async () => {
    setBusy(true)
    onVerdict(null)
    const answer = await attempt(() => api.verifyAudit({}))
    setBusy(false)
    if (!answer) return
    const { ok, entries, brokenAt, problem } = answer
    const text = ok
      ? t('audit.whole', { n: entries })
      : t('audit.broken', { seq: brokenAt ?? '?', problem: problem ?? '?' })
    onVerdict({ ok, text })
  }
  return (
    <Button icon={<ShieldCheck />} busy={busy} onClick={() => void verify()}>
      {busy ? t('audit.verifying') : t('audit.verify')}
    </Button>
  )
}

function ExportButton({ filter }: { filter: AuditFilter }) {
  const [count, setCount] = useState<number | null>(null)
  const save = async () => {
    setCount(0)
    const saved = await attempt(() => exportAudit(filter, setCount))
    setCount(null)
    if (saved !== null) toast(t('audit.exported', { n: saved }))
  }
  return (
    <Button icon={<Download />} busy={count !== null} onClick={() => void save()}>
      {count === null ? t('audit.export') : t('audit.exporting', { n: count })}
    </Button>
  )
}
