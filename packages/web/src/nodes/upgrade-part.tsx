// Upgrading the machines of the room: a release is brought, each machine has its turn, and one that failed or returned says why.
import type { FleetMember, FleetUpgrade, LoggedEvent, OutputOf, Release } from '@tutti/core'
import { CircleCheck, Hourglass, RefreshCw, TriangleAlert, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { api } from '../data/api.ts'
import { useMay } from '../data/session-store.ts'
import { useLive } from '../data/use-live.ts'
import { FormDialog, FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { shortKey } from './short-key.ts'
import css from './upgrade-part.module.css'

type Job = OutputOf<'getRoomUpgrade'>

export function UpgradePart({ count }: { count: number }) {
  const mayUpgrade = useMay('upgrade:write')
  const [release, setRelease] = useState<Release | null>(null)
  const live = useLive<Job>({ key: 'room-upgrade', read: () => api.getRoomUpgrade({}), apply: heard })
  const job = live.state === 'ready' ? live.value : null
  if (live.state !== 'ready' || (job === null && !mayUpgrade)) return null
  return (
    <Section title={t('upgrade.title')} says={t('upgrade.says')}>
      {job && <Turns job={job} />}
      {mayUpgrade && (job === null || job.endedAt !== null) && <Bring onRelease={setRelease} />}
      {release && (
        <BeginDialog
          release={release}
          count={count}
          onBegun={(next) => live.change(() => next)}
          onClose={() => setRelease(null)}
        />
      )}
    </Section>
  )
}

const heard = (job: Job, event: LoggedEvent): Job =>
  event.type === 'room-upgrade.changed' ? event.data : job

function Bring({ onRelease }: { onRelease: (release: Release) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const { busy, refusal, run } = useSubmit()
  const bring = async (file: File | undefined) => {
    if (file === undefined) return
    const body = new Uint8Array(await file.arrayBuffer())
    const release = await run(() => api.uploadRelease({}, { body }))
    if (release) onRelease(release)
  }
  return (
    <div>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('upgrade.file')}
        onChange={({ target }) => {
          void bring(target.files?.[0])
          target.value = ''
        }}
      />
      <Button icon={<Upload />} busy={busy} onClick={() => input.current?.click()}>
        {t('upgrade.bring')}
      </Button>
      <FormError>{refusal?.text}</FormError>
    </div>
  )
}

interface BeginProps {
  release: Release
  count: number
  onBegun: (job: FleetUpgrade) => void
  onClose: () => void
}

function BeginDialog({ release, count, onBegun, onClose }: BeginProps) {
  const { busy, refusal, run } = useSubmit()
  const begin = async () => {
    const job = await run(() => api.upgradeNodes({ digest: release.digest }))
    if (!job) return
    onBegun(job)
    onClose()
  }
  const { version, signer } = release
  return (
    <FormDialog
      title={t('upgrade.begin-title', { version })}
      does={t('upgrade.begin')}
      busy={busy}
      onSubmit={() => void begin()}
      onClose={onClose}
    >
      <p>{t('upgrade.begin-text', { n: Math.max(1, count) })}</p>
      <p className={css.quiet}>{t('upgrade.signed', { key: shortKey(signer) })}</p>
      <FormError>{refusal?.text}</FormError>
    </FormDialog>
  )
}

function Turns({ job }: { job: FleetUpgrade }) {
  return (
    <div>
      <p className={css.quiet}>
        {t('upgrade.last', { version: job.version, by: job.by })} <Time at={job.startedAt} />
      </p>
      <ul className={css.turns} aria-live="polite">
        {job.members.map((member) => (
          <li key={member.node} data-phase={member.phase}>
            <Mark phase={member.phase} />
            <strong>{member.name}</strong>
            <span>{turnText(member, job.sizeBytes)}</span>
            {member.why !== '' && member.phase !== 'done' && <span className={css.why}>{member.why}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Mark({ phase }: { phase: FleetMember['phase'] }) {
  if (phase === 'done') return <CircleCheck aria-hidden />
  if (phase === 'failed' || phase === 'returned') return <TriangleAlert aria-hidden />
  return phase === 'waiting' || phase === 'skipped' ? <Hourglass aria-hidden /> : <RefreshCw aria-hidden />
}

function turnText({ phase, gotBytes }: FleetMember, sizeBytes: number): string {
  if (phase !== 'fetching') return t(`upgrade.${phase}`)
  return t('upgrade.fetching', { percent: Math.floor((100 * gotBytes) / Math.max(1, sizeBytes)) })
}
