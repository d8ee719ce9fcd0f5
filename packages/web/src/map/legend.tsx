// What the colours mean, where they mean something.
import type { MapOverlay } from '@tutti/core'
import { Select } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import type { Shown } from './stage.ts'
import type { ViewState } from './use-view.ts'

interface LegendProps {
  state: ViewState
  overlay: MapOverlay | null
  shown: Shown | null
}

export function Legend({ state, overlay, shown }: LegendProps) {
  const { lens } = state.view
  if (!shown || lens === 'structure') return null
  const { palette, model } = shown
  if (lens === 'diff') return <DiffLegend {...{ state, overlay, shown }} />
  if (lens === 'coverage' && !model.covered.subarray(0, model.size).some((one) => one >= 0))
    return <p className={css.legend}>{t('map.no-coverage')}</p>
  const colours = lens === 'churn' ? palette.churn : palette.covered
  const [from, to] = lens === 'churn' ? ['0', '30+'] : ['0 %', '100 %']
  return (
    <p className={css.legend}>
      {lens === 'churn' ? t('map.legend-churn') : t('map.legend-coverage')}
      <span className={css.ends}>{from}</span>
      <span className={css.ramp} style={{ background: `linear-gradient(to right, ${colours.join(', ')})` }} />
      <span className={css.ends}>{to}</span>
    </p>
  )
}

function DiffLegend({ state: { view, change }, overlay, shown }: LegendProps & { shown: Shown }) {
  const files = overlay?.files ?? []
  const removed = files.filter((one) => one.state === 'removed').length
  return (
    <div className={css.legend}>
      <Against overlay={overlay} value={view.against} onValue={(against) => change({ against })} />
      {overlay && files.length === 0 && t('map.diff-none', { base: overlay.base.slice(0, SHORT) })}
      {files.length > 0 && (
        <>
          {t('map.diff-files', { n: files.length })}
          <span className={css.dot} style={{ background: shown.palette.changedLine }} />
          {t('map.legend-changed')}
          <span className={css.dot} style={{ background: shown.palette.addedLine }} />
          {t('map.legend-added')}
        </>
      )}
      {removed > 0 && <span className={css.ends}>{t('map.legend-removed', { n: removed })}</span>}
    </div>
  )
}

/** Of a commit's name, as people write it. */
const SHORT = 10

interface AgainstProps {
  overlay: MapOverlay | null
  value: string
  onValue: (value: string) => void
}

const Against = ({ overlay, value, onValue }: AgainstProps) => (
  <Select aria-label={t('map.against')} value={value} onChange={({ target }) => onValue(target.value)}>
    <option value="">{t('map.against-head')}</option>
    {(overlay?.branches ?? [])
      .filter((branch) => branch !== overlay?.branch)
      .map((branch) => (
        <option key={branch} value={branch}>
          {t('map.against-branch', { branch })}
        </option>
      ))}
  </Select>
)
