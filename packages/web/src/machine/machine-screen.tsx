// This machine: versions, addresses, memory and counts, and the checks of `tutti doctor`.
import type { OutputOf } from '@tutti/core'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useMay } from '../data/session-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page, Section } from '../ui/page.tsx'
import { byteSize } from '../ui/relative-time.ts'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './machine-screen.module.css'

export function MachineScreen() {
  const status = useLoaded('status', (signal) => api.getStatus({}, { signal }))
  const mayCheck = useMay('system:write')
  return (
    <Page title={t('nav.machine')} note={status.state === 'ready' && status.value.machine} narrow>
      {status.state === 'loading' && <Skeleton />}
      {status.state === 'failed' && <ErrorState message={status.message} onRetry={status.retry} />}
      {status.state === 'ready' && <Facts status={status.value} />}
      {mayCheck && <Doctor />}
    </Page>
  )
}

function Facts({ status }: { status: OutputOf<'getStatus'> }) {
  const rows: [string, ReactNode][] = [
    [t('machine.version'), status.version],
    [t('machine.started'), <Time key="started" at={status.startedAt} />],
    [t('machine.agents'), t('machine.agents-value', status.agents)],
    [t('machine.viewers'), status.viewers.toLocaleString()],
    [t('machine.streams'), status.streams.toLocaleString()],
    [t('machine.memory'), byteSize(status.residentBytes)],
    [t('machine.disk'), status.writable ? t('machine.disk-ok') : t('machine.disk-full')],
    [t('machine.events'), status.lastSeq.toLocaleString()],
    [t('machine.urls'), status.urls.map((url) => <code key={url}>{url} </code>)],
    [t('machine.data'), <code key="data">{status.dataFolder}</code>],
    [t('machine.node'), status.node],
    [t('machine.tmux'), status.tmux],
    [t('machine.pid'), String(status.pid)],
  ]
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Doctor() {
  const [checks, setChecks] = useState<OutputOf<'runDoctor'> | null>(null)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    const answer = await attempt(() => api.runDoctor({}))
    setBusy(false)
    if (answer) setChecks(answer)
  }
  return (
    <Section title={t('machine.doctor')} says={t('machine.doctor-says')}>
      <ul className={css.checks} aria-live="polite">
        {checks?.map((check) => (
          <li key={check.name} data-ok={check.ok}>
            {check.ok ? (
              <CircleCheck aria-label={t('machine.check-ok')} />
            ) : (
              <TriangleAlert aria-label={t('machine.check-bad')} />
            )}
            <span>
              <strong>{check.name}</strong> {check.detail} {check.path && <code>{check.path}</code>}{' '}
              {check.advice}
            </span>
          </li>
        ))}
      </ul>
      <div>
        <Button busy={busy} onClick={() => void run()}>
          {t('machine.doctor-run')}
        </Button>
      </div>
    </Section>
  )
}
