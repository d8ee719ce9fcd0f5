// The bar under a terminal: what its agent asks and the answers, without covering a line of the terminal.
import '../words/late/attention.ts'
import type { Agent } from '@tutti/core'
import { Link } from 'wouter'
import { useAttention } from '../data/attention-store.ts'
import { useMay } from '../data/session-store.ts'
import { useNow } from '../ui/time.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { AskAnswers } from './ask-answers.tsx'
import { firstAsk, headlineOf, isUrgent, needsForm } from './queue.ts'
import { WhyLink } from './why-link.tsx'
import css from './answer-bar.module.css'

interface Props {
  agent: Agent
  /** Whether its pane is the one in use: the keys answer this one. */
  active: boolean
  onDone?: () => void
  /** Where there is no room for a form: it is one press away. */
  compact?: boolean
}

export function AnswerBar({ agent, active, onDone, compact }: Props) {
  const now = useNow()
  const item = useAttention(({ items }) => firstAsk(items.values(), agent.id, now))
  const mayAnswer = useMay('attention:write')
  if (!item || !isUrgent(item)) return null
  const { ask } = item
  return (
    <section className={css.bar} aria-label={t('ask.bar', { name: agent.name })}>
      <p className={css.what}>
        {ask.tool !== null && <span className={css.tool}>{foreignText(ask.tool)}</span>}
        {ask.kind === 'approval' ? (
          <code dir="ltr">{foreignText(headlineOf(item).slice(0, 300))}</code>
        ) : (
          <bdi>{foreignText(headlineOf(item).slice(0, 300))}</bdi>
        )}{' '}
        <WhyLink agentId={agent.id} />
      </p>
      {mayAnswer && compact && needsForm(item) && <Link href="/needs">{t('nav.needs')}</Link>}
      {mayAnswer && !(compact && needsForm(item)) && (
        <AskAnswers key={item.id} items={[item]} current={active} {...(onDone ? { onDone } : {})} />
      )}
    </section>
  )
}
