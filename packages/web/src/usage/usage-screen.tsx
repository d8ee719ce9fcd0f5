// What agents use and cost: each day, each agent or model, how full each is, and the limits set on it.
import '../words/late/usage.ts'
import { ChartColumn } from 'lucide-react'
import { useState } from 'react'
import type { OutputOf, UsageTotal } from '@tutti/core'
import { apiAt } from '../data/api.ts'
import { homeOf, useAgents } from '../data/agents-store.ts'
import { useRoom } from '../data/room-store.ts'
import { useMay, useMe } from '../data/session-store.ts'
import { useLive } from '../data/use-live.ts'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Select } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { useNow } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { Budgets } from './budgets.tsx'
import { DayChart } from './day-chart.tsx'
import { Loops } from './loops.tsx'
import { Meters } from './meters.tsx'
import { compact, dollars } from './money.ts'
import { UsageTable } from './usage-table.tsx'
import { dayOf, daysBefore, daysBetween, stacksOf, sumOf, sumsBy, tokensOf } from './usage-sums.ts'
import css from './usage-screen.module.css'

type Report = OutputOf<'getUsage'>
type By = 'agent' | 'model'
type Days = '7' | '30' | '90'

const SHOWN_PARTS = 5 // as many as can be told apart at a glance; the rest is one part

export function UsageScreen() {
  const [days, setDays] = useState<Days>('30')
  const [by, setBy] = useState<By>('agent')
  const [machine, setMachine] = useState('')
  const maySeeSettings = useMay('settings:read')
  const today = dayOf(useNow())
  const from = daysBefore(today, Number(days) - 1)
  const usage = useLive<Report>({
    key: `usage ${from} ${machine}`,
    read: () => apiAt(machine || null).getUsage({ from }),
    apply: (report, event) => {
      const isHere = 'agentId' in event.data && (homeOf(event.data.agentId ?? '') ?? '') === machine
      if (!isHere) return report
      if (event.type === 'usage.changed') return withTotal(report, event.data, from)
      return event.type === 'meter.changed' ? withMeter(report, event.data) : report
    },
  })
  return (
    <Page
      title={t('usage.title')}
      actions={
        <>
          <MachineChoice value={machine} onMachine={setMachine} />
          <Segmented
            label={t('usage.by')}
            value={by}
            onValue={setBy}
            options={[
              { value: 'agent', label: t('usage.by-agent') },
              { value: 'model', label: t('usage.by-model') },
            ]}
          />
          <Segmented
            label={t('usage.days')}
            value={days}
            onValue={setDays}
            options={(['7', '30', '90'] as const).map((value) => ({
              value,
              label: t('usage.days-n', { n: Number(value) }),
            }))}
          />
        </>
      }
    >
      <div className={css.column}>
        {usage.state === 'loading' && <Skeleton />}
        {usage.state === 'failed' && <ErrorState message={usage.message} onRetry={usage.retry} />}
        {usage.state === 'ready' && (
          <Shown report={usage.value} by={by} days={daysBetween(from, today)} today={today} />
        )}
        {/* Limits are set on the machine that they hold for. */}
        {machine === '' && <Budgets />}
        {machine === '' && maySeeSettings && <Loops />}
      </div>
    </Page>
  )
}

function MachineChoice({ value, onMachine }: { value: string; onMachine: (machine: string) => void }) {
  const machines = useRoom((state) => state.machines)
  const own = useMe()?.machine ?? ''
  if (machines.size === 0) return null
  return (
    <Select aria-label={t('new.machine')} value={value} onChange={(event) => onMachine(event.target.value)}>
      <option value="">{t('new.machine-own', { name: own })}</option>
      {[...machines.values()].map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  )
}

interface ShownProps {
  report: Report
  by: By
  days: readonly string[]
  today: string
}

function Shown({ report, by, days, today }: ShownProps) {
  const agents = useAgents((state) => state.agents)
  if (report.totals.length === 0 && report.meters.length === 0)
    return (
      <EmptyState icon={<ChartColumn />} title={t('usage.empty')}>
        {t('usage.empty-text')}
      </EmptyState>
    )
  const nameOf = (key: string) => (by === 'agent' ? (agents.get(key)?.name ?? t('usage.gone')) : key)
  const keyOf = (total: UsageTotal) => (by === 'agent' ? total.agentId : total.model)
  const sums = sumsBy(report.totals, keyOf)
  const keys = sums.slice(0, SHOWN_PARTS).map(({ key }) => key)
  const names = [...keys.map(nameOf), ...(sums.length > SHOWN_PARTS ? [t('usage.others')] : [])]
  const stacks = stacksOf(report.totals, keyOf, { days, keys })
  const all = sumOf(report.totals)
  return (
    <>
      <dl className={css.figures}>
        <Figure
          title={t('usage.today')}
          value={dollars(sumOf(report.totals.filter(({ day }) => day === today)).costMicros)}
        />
        <Figure title={t('usage.range')} value={dollars(all.costMicros)} />
        <Figure title={t('usage.tokens')} value={compact(tokensOf(all))} />
        <Figure title={t('usage.calls')} value={compact(all.calls)} />
      </dl>
      {/* Without a price there is nothing to draw. */}
      {all.costMicros > 0 && <DayChart stacks={stacks} names={names} />}
      <UsageTable sums={sums} title={t(`usage.by-${by}`)} nameOf={nameOf} />
      <p className={css.says}>
        {t('usage.prices', { day: report.pricesFrom })}{' '}
        {all.unpriced > 0 && t('usage.unpriced', { n: all.unpriced })}
      </p>
      {report.meters.length > 0 && (
        <Section title={t('usage.meters')}>
          <Meters meters={report.meters} />
        </Section>
      )}
    </>
  )
}

const Figure = ({ title, value }: { title: string; value: string }) => (
  <div className={css.figure}>
    <dt>{title}</dt>
    <dd>{value}</dd>
  </div>
)

function withTotal(report: Report, total: UsageTotal, from: string): Report {
  if (total.day < from) return report
  const isSame = (one: UsageTotal) =>
    one.agentId === total.agentId && one.model === total.model && one.day === total.day
  return { ...report, totals: [...report.totals.filter((one) => !isSame(one)), total] }
}

const withMeter = (report: Report, meter: Report['meters'][number]): Report => ({
  ...report,
  meters: [...report.meters.filter(({ agentId }) => agentId !== meter.agentId), meter],
})
