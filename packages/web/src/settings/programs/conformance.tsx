// How the real programs did the last time that they were tried, each row of them.
import { Check, Minus, X } from 'lucide-react'
import type { OutputOf } from '@tutti/core'
import { api } from '../../data/api.ts'
import { useLoaded } from '../../data/use-loaded.ts'
import { foreignText } from '../../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../../ui/page-states.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { Part } from '../settings-page.tsx'
import css from './programs.module.css'

type Report = OutputOf<'listConformance'>[number]

export function Conformance() {
  const reports = useLoaded('conformance', (signal) => api.listConformance({}, { signal }))
  return (
    <Part title={t('conformance.title')} says={t('conformance.says')}>
      {reports.state === 'loading' && <Skeleton />}
      {reports.state === 'failed' && <ErrorState message={reports.message} onRetry={reports.retry} />}
      {reports.state === 'ready' && reports.value.length === 0 && <p>{t('conformance.none')}</p>}
      {reports.state === 'ready' &&
        reports.value.map((report) => <Program key={report.kit} report={report} />)}
    </Part>
  )
}

const Program = ({ report }: { report: Report }) => (
  <details className={css.program}>
    <summary>
      {report.label} {report.version}: {report.passed}/{report.total}
      {report.without > 0 && ` · ${t('conformance.not-offered', { count: report.without })}`} ·{' '}
      <Time at={report.at} />
    </summary>
    <ul>
      {report.results.map((result) => (
        <li key={result.row} data-outcome={result.outcome}>
          <Outcome outcome={result.outcome} />
          <span>
            {foreignText(result.says)}
            {result.why !== '' && <small>{foreignText(result.why)}</small>}
          </span>
        </li>
      ))}
    </ul>
  </details>
)

function Outcome({ outcome }: { outcome: Report['results'][number]['outcome'] }) {
  return (
    <span data-tip={t(`conformance.${outcome}`)}>
      {outcome === 'passed' && <Check />}
      {outcome === 'failed' && <X />}
      {outcome === 'without' && <Minus />}
      <span className="visually-hidden">{t(`conformance.${outcome}`)}</span>
    </span>
  )
}
