// Letting a machine in: where it comes in, a code that is good once, digits to compare, and what its people may do.
import { useState } from 'react'
import type { NodeDoor } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { FormError } from '../settings/form.tsx'
import { CommandLines, CopyLine } from '../settings/once.tsx'
import { Qr } from '../settings/qr.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorState } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { Choices } from './choices.tsx'
import { CompareStep } from './compare-step.tsx'
import { DoorChoice, openDoorAt } from './door-choice.tsx'
import css from './pairing.module.css'
import { OverStep, TrustedStep } from './trusted-step.tsx'
import { usePairing, type Pairing } from './use-pairing.ts'

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const door = useLoaded('door', (signal) => api.getNodeDoor({}, { signal }))
  const pairing = usePairing()
  return (
    <Dialog title={t('pair.invite-title')} onClose={onClose}>
      {door.state === 'failed' && <ErrorState message={door.message} onRetry={door.retry} />}
      {door.state === 'ready' && !pairing.now && <Begin door={door.value} pairing={pairing} />}
      <Going pairing={pairing} onClose={onClose} />
    </Dialog>
  )
}

function Begin({ door, pairing }: { door: NodeDoor; pairing: Pairing }) {
  const [host, setHost] = useState(door.host)
  const [role, setRole] = useState<'full' | 'guest'>('full')
  const { busy, refusal, run } = useSubmit()
  const make = async () => {
    const made = await run(async () => {
      await openDoorAt(door, host)
      return api.inviteNode({ role })
    })
    if (made) pairing.set(made)
  }
  return (
    <div className={css.step}>
      <DoorChoice door={door} host={host} onHost={setHost} />
      <Choices
        label={t('pair.role')}
        value={role}
        onValue={setRole}
        choices={(['full', 'guest'] as const).map((value) => ({
          value,
          label: t(`pair.${value}`),
          says: t(`pair.${value}-says`),
        }))}
      />
      <FormError>{refusal?.text}</FormError>
      <div className={css.answers}>
        <Button kind="primary" busy={busy} data-autofocus onClick={() => void make()}>
          {t('pair.make')}
        </Button>
      </div>
    </div>
  )
}

function Going({ pairing, onClose }: { pairing: Pairing; onClose: () => void }) {
  const { now, problem, set } = pairing
  if (!now) return null
  if (problem) return <FormError>{problem}</FormError>
  if (now.phase === 'comparing') return <CompareStep pairing={now} onStep={set} />
  if (now.phase === 'over') return <OverStep pairing={now} onAgain={() => set(null)} />
  if (now.phase === 'trusted' && now.node) return <TrustedStep node={now.node} onClose={onClose} />
  const code = now.code ?? ''
  const until = new Date(now.until).toLocaleTimeString(undefined, { timeStyle: 'short' })
  return (
    <div className={css.step}>
      <p>{t('pair.code-text', { until })}</p>
      <CopyLine label={t('pair.code')} text={code} />
      <CommandLines label={t('pair.command')} text={`tutti join ${code}`} />
      <Qr text={code} what={t('pair.code')} />
      <output className={css.quiet}>{t('pair.waiting')}</output>
    </div>
  )
}
