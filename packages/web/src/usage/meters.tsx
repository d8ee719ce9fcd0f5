// How full each agent's model is, and how much of a quota is gone, as their programs show it.
import { Link } from 'wouter'
import type { Meter } from '@tutti/core'
import { useAgents } from '../data/agents-store.ts'
import { foreignText } from '../ui/foreign-text.ts'
import { relative } from '../ui/relative-time.ts'
import { useNow } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { compact } from './money.ts'
import css from './usage-screen.module.css'

export function Meters({ meters }: { meters: readonly Meter[] }) {
  const agents = useAgents((state) => state.agents)
  return (
    <ul className={css.meters}>
      {meters.map((meter) => (
        <li key={meter.agentId}>
          <Link href={`/agents/${meter.agentId}`}>{agents.get(meter.agentId)?.name ?? t('usage.gone')}</Link>
          <span className={css.gauges}>
            {meter.context && <ContextGauge context={meter.context} />}
            {meter.quotas.map((quota) => (
              <QuotaGauge key={quota.name} quota={quota} />
            ))}
          </span>
        </li>
      ))}
    </ul>
  )
}

function ContextGauge({ context }: { context: NonNullable<Meter['context']> }) {
  const { usedTokens, limitTokens } = context
  if (limitTokens === null) return <span>{t('usage.context-used', { used: compact(usedTokens) })}</span>
  const text = t('usage.context-of', { used: compact(usedTokens), limit: compact(limitTokens) })
  return <Gauge label={t('usage.context')} text={text} share={usedTokens / limitTokens} />
}

function QuotaGauge({ quota }: { quota: Meter['quotas'][number] }) {
  const now = useNow()
  const percent = (quota.usedPercent / 100).toLocaleString(undefined, { style: 'percent' })
  const used = t('usage.quota', { name: foreignText(quota.name), percent })
  const text =
    quota.resetsAt === null
      ? used
      : `${used}, ${t('usage.quota-resets', { when: relative(quota.resetsAt, now) })}`
  return <Gauge label={foreignText(quota.name)} text={text} share={quota.usedPercent / 100} />
}

const Gauge = ({ label, text, share }: { label: string; text: string; share: number }) => (
  <span className={css.gauge}>
    <meter aria-label={label} min={0} max={1} low={0.7} high={0.9} optimum={0} value={Math.min(1, share)} />
    <span>{text}</span>
  </span>
)
