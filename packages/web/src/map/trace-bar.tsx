// Says which trace is shown and how far it reaches, and ends it.
import { never } from '@tutti/core'
import { X } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import { nodeOf, type CodeModel } from './model.ts'
import type { TraceWish, ViewState } from './use-view.ts'

interface TraceBarProps {
  state: ViewState
  model: CodeModel | undefined
  /** The colours of the rings. */
  rings: readonly string[] | undefined
}

export function TraceBar({ state, model, rings }: TraceBarProps) {
  const { view, trace, change } = state
  if (!model || view.trace.is === 'none') return null
  const isStepped = view.trace.is === 'near' || view.trace.is === 'impact'
  const steps = trace?.steps ?? []
  return (
    <output className={css.trace}>
      <span>{traceTitle(view.trace, model, trace !== null)}</span>
      {isStepped &&
        steps.map((nodes, at) => (
          <span key={at} className={css.ring} data-tip={t('map.ring', { n: at + 1 })}>
            <span className={css.dot} style={{ background: rings?.[Math.min(at + 1, rings.length - 1)] }} />
            {nodes.length}
          </span>
        ))}
      {isStepped && steps.length === 0 && <span>{t('map.trace-none')}</span>}
      {trace && view.trace.is !== 'found' && view.tab !== 'found' && (
        <button type="button" className={css.listed} onClick={() => change({ tab: 'found' })}>
          {t('map.trace-list')}
        </button>
      )}
      <IconButton label={t('map.trace-clear')} onClick={() => change({ trace: { is: 'none' } })}>
        <X />
      </IconButton>
    </output>
  )
}

export function traceTitle(trace: TraceWish, model: CodeModel, found: boolean): string {
  const nameOf = (id: string) => foreignText(model.names[nodeOf(model, id) ?? 0] ?? id)
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
    case 'found':
      return `${trace.title} · ${trace.of.length}`
    case 'none':
      return ''
    default:
      return never(trace)
  }
}
