// The evidence behind a state, beside the state: what each source says, and which of them decides.
import '../words/late/attention.ts'
import type { OutputOf } from '@tutti/core'
import { useEffect, useRef } from 'react'
import { STATE_SIGNS } from '@tutti/core'
import { api } from '../data/api.ts'
import { useAgent } from '../data/agents-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { foreignText } from '../ui/foreign-text.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { closeWhy, type WhyAsked } from './why-store.ts'
import css from './why-layer.module.css'

const GAP = 6

export function WhyLayer({ asked }: { asked: WhyAsked }) {
  const agent = useAgent(asked.agentId)
  const ref = useRef<HTMLDivElement>(null)
  // A state that changes while one looks is explained anew.
  const why = useLoaded(`${asked.agentId} ${agent?.status.since}`, (signal) =>
    api.getWhy({ id: asked.agentId }, { signal }),
  )
  useEffect(() => {
    const element = ref.current
    if (!element) return undefined
    element.showPopover()
    element.focus()
    // Again when the evidence has come, which makes it higher.
    const put = new ResizeObserver(() => place(element, asked.at))
    put.observe(element)
    const closed = (event: Event) => {
      if (event instanceof ToggleEvent && event.newState === 'closed') closeWhy()
    }
    element.addEventListener('toggle', closed)
    return () => {
      put.disconnect()
      element.removeEventListener('toggle', closed)
    }
  }, [asked])
  if (!agent) return null
  const title = t('why.title', { name: agent.name, state: STATE_SIGNS[agent.status.state].word })
  return (
    // A <dialog> that is also a popover would be opened by two ways of the browser.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div ref={ref} popover="auto" role="dialog" aria-label={title} tabIndex={-1} className={css.why}>
      <h2 className={css.title}>{title}</h2>
      <p className={css.says}>{foreignText(agent.status.why)}</p>
      {why.state === 'loading' && <p className={css.dim}>{t('why.loading')}</p>}
      {why.state === 'failed' && <p className={css.problem}>{why.message}</p>}
      {why.state === 'ready' && <Reasons reasons={why.value.reasons} />}
    </div>
  )
}

type Reason = OutputOf<'getWhy'>['reasons'][number]

const Reasons = ({ reasons }: { reasons: readonly Reason[] }) =>
  reasons.length === 0 ? (
    <p className={css.dim}>{t('why.none')}</p>
  ) : (
    <ul className={css.reasons}>
      {reasons.map((reason, index) => (
        <li key={index} data-role={reason.role}>
          <StateGlyph status={{ state: reason.state, why: '', since: reason.at }} />
          <span className={css.words}>
            <span>{foreignText(reason.why)}</span>
            <span className={css.dim}>
              {t(`why.source-${reason.source}`)} · {t(`why.${reason.role}`)} · <Time at={reason.at} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  )

/** Below what was asked about, or above where there is no room; inside the window in any case. */
function place(element: HTMLElement, at: WhyAsked['at']): void {
  const { offsetWidth: width, offsetHeight: height } = element
  const below = at.y + at.height + GAP + height <= innerHeight
  element.style.left = `${Math.max(GAP, Math.min(at.x, innerWidth - width - GAP))}px`
  element.style.top = `${below ? at.y + at.height + GAP : Math.max(GAP, at.y - GAP - height)}px`
}
