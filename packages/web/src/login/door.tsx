// Everything before the dashboard: first start, invitation, login, or a daemon that does not answer.
import '../words/late/login.ts'
import { never } from '@tutti/core'
import type { ReactNode } from 'react'
import { startSession, type Phase } from '../data/session-store.ts'
import { useFocusFirst } from '../ui/focus-first.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { AcceptInvite } from './accept-invite.tsx'
import { FirstStart } from './first-start.tsx'
import { Login } from './login.tsx'
import { PairDevice } from './pair-device.tsx'
import css from './door.module.css'

type DoorPhase = Exclude<Phase, { at: 'starting' } | { at: 'in' }>

export const Door = ({ phase }: { phase: DoorPhase }) => (
  <main id="main" className={css.door}>
    <div className={css.card}>
      <img src="/icon.svg" alt="" width={40} height={40} />
      <Behind phase={phase} />
    </div>
  </main>
)

function Behind({ phase }: { phase: DoorPhase }): ReactNode {
  useFocusFirst()
  switch (phase.at) {
    case 'first-start':
      return <FirstStart machine={phase.machine} code={phase.code} />
    case 'invited':
      return <AcceptInvite machine={phase.machine} code={phase.code} />
    case 'pairing':
      return <PairDevice machine={phase.machine} code={phase.code} />
    case 'login':
      return <Login machine={phase.machine} passkeys={phase.passkeys} />
    case 'unreachable':
      return (
        <>
          <h1>{t('unreachable.title')}</h1>
          <p className={css.text}>{phase.message}</p>
          <Button kind="primary" onClick={() => void startSession(null)}>
            {t('common.retry')}
          </Button>
        </>
      )
    default:
      return never(phase)
  }
}
