// How the real programs did the last time that they were tried, each row of them.
import { conformance } from 'virtual:tutti-conformance'
import { Check, Minus, X } from 'lucide-react'
import { foreignText } from '../../ui/foreign-text.ts'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { Part } from '../settings-page.tsx'
import css from './programs.module.css'

type Report = (typeof conformance)[number]

export const Conformance = () => (
  <Part title={t('conformance.title')} says={t('conformance.says')}>
    {conformance.length === 0 ? (
      <p>{t('conformance.none')}</p>
    ) : (
      conformance.map((report) => <Program key={report.kit} report={report} />)
    )}
  </Part>
)

const Program = ({ report }: { report: Report }) => (
  <details className={css.program}>
    <summary>
      {report.label} {report.version}: {report.passed}/{report.total} · <Time at={report.at} />
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
