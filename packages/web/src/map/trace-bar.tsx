// Says which trace is shown and how far it reaches, and ends it.
import { never } from '@tutti/core'
import { X } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import { nodeOf, type CodeModel } from './model.ts'
import type { ViewState } from './use-view.ts'

export function TraceBar({ state, model }: { state: ViewState; model: CodeModel | undefined }) {
  const { view, trace, change } = state
  if (!model || view.trace.is === 'none') return null
  const nameOf = (id: string) => foreignText(model.names[nodeOf(model, id) ?? 0] ?? id)
  const counts = trace?.counts ?? []
  return (
    <output className={css.trace}>
      <span>{titleOf(view.trace, { nameOf, found: trace !== null })}</span>
      {view.trace.is !== 'way' &&
        counts.map((n, at) => (
          <span key={at} className={css.ring} data-tip={t('map.ring', { n: at + 1 })}>
            {n}
          </span>
        ))}
      {view.trace.is !== 'way' && counts.length === 0 && <span>{t('map.trace-none')}</span>}
      <IconButton label={t('map.trace-clear')} onClick={() => change({ trace: { is: 'none' } })}>
        <X />
      </IconButton>
    </output>
  )
}

function titleOf(
  trace: ViewState['view']['trace'],
  { nameOf, found }: { nameOf: (id: string) => string; found: boolean },
): string {
  switch (trace.is) {
    case 'near':
      return t('map.near-of', { name: nameOf(trace.of) })
    case 'impact':
      return t('map.impact-of', { name: nameOf(trace.of) })
    case 'way': {
      const from = nameOf(trace.of)
      if (trace.to === null) return t('map.way-pick', { name: from })
      const ends = { from, to: nameOf(trace.to) }
      return found ? t('map.way-of', ends) : t('map.way-none', ends)
    }
    case 'none':
      return ''
    default:
      return never(trace)
  }
}
