// The doctor: looks at the machine when asked, and says of each thing whether it is well and what to do.
import type { OutputOf } from '@tutti/core'
import { CircleCheck, CircleX, Stethoscope } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { faultText } from '../../data/fault-text.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorState } from '../../ui/page-states.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { SettingsPage } from '../settings-page.tsx'
import css from './checks.module.css'

type Checks = OutputOf<'runDoctor'>
type Outcome = { at: number; checks: Checks } | { at: number; problem: string }

export function ChecksScreen() {
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [busy, setBusy] = useState(false)
  const check = async () => {
    setBusy(true)
    setOutcome(await examined())
    setBusy(false)
  }
  const button = (
    <Button kind="primary" icon={<Stethoscope />} busy={busy} onClick={() => void check()}>
      {busy ? t('checks.running') : outcome ? t('checks.again') : t('checks.run')}
    </Button>
  )
  return (
    <SettingsPage title={t('settings.doctor')} actions={outcome && button}>
      {outcome === null && (
        <EmptyState title={t('checks.none')} icon={<Stethoscope />} action={button}>
          {t('checks.says')}
        </EmptyState>
      )}
      {outcome && 'problem' in outcome && (
        <ErrorState message={outcome.problem} onRetry={() => void check()} />
      )}
      {outcome && 'checks' in outcome && <Findings {...outcome} />}
    </SettingsPage>
  )
}

async function examined(): Promise<Outcome> {
  try {
    const checks = await api.runDoctor({})
    return { at: Date.now(), checks }
  } catch (error) {
    return { at: Date.now(), problem: faultText(error) }
  }
}

function Findings({ at, checks }: { at: number; checks: Checks }) {
  const bad = checks.filter(({ ok }) => !ok).length
  // What needs somebody stands first.
  const ordered = checks.toSorted((a, b) => Number(a.ok) - Number(b.ok))
  return (
    <>
      <output className={css.verdict}>
        <strong className={bad === 0 ? css.ok : css.bad}>
          {bad === 0 ? t('checks.all-ok') : t('checks.bad', { n: bad })}
        </strong>
        <span className={css.quiet}>
          {t('checks.ran')} <Time at={at} />
        </span>
      </output>
      <ul className={css.list}>
        {ordered.map((check) => (
          <Finding key={check.name} check={check} />
        ))}
      </ul>
    </>
  )
}

const Finding = ({ check }: { check: Checks[number] }) => (
  <li className={css.finding}>
    <span className={check.ok ? css.ok : css.bad}>
      {check.ok ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
      <span className="visually-hidden">{check.ok ? t('checks.ok') : t('checks.not-ok')}</span>
    </span>
    <div>
      <p>
        <strong>{check.name}</strong> <span className={css.quiet}>{check.detail}</span>
      </p>
      {check.path && <code className={css.path}>{check.path}</code>}
      {check.advice && <p>{check.advice}</p>}
    </div>
  </li>
)
