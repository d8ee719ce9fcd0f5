// What the colours mean, where they mean something.
import type { MapOverlay } from '@tutti/core'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import type { Lens } from './scene.ts'
import type { Shown } from './stage.ts'

export function Legend({
  lens,
  overlay,
  shown,
}: {
  lens: Lens
  overlay: MapOverlay | null
  shown: Shown | null
}) {
  if (!shown || lens === 'structure') return null
  const { palette, model } = shown
  if (lens === 'diff') return <DiffLegend overlay={overlay} shown={shown} />
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

function DiffLegend({ overlay, shown }: { overlay: MapOverlay | null; shown: Shown }) {
  if (!overlay) return null
  const removed = overlay.files.filter((one) => one.state === 'removed').length
  if (overlay.files.length === 0)
    return <p className={css.legend}>{t('map.diff-none', { base: overlay.base })}</p>
  return (
    <p className={css.legend}>
      {t('map.diff-files', { n: overlay.files.length })}
      <span className={css.dot} style={{ background: shown.palette.changed }} />
      {t('map.legend-changed')}
      <span className={css.dot} style={{ background: shown.palette.added }} />
      {t('map.legend-added')}
      {removed > 0 && <span className={css.ends}>{t('map.legend-removed', { n: removed })}</span>}
    </p>
  )
}
