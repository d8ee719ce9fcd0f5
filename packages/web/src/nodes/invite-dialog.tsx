// Letting a machine in: where it comes in, a code that is good once, digits to compare, and what its people may do.
import { useState } from 'react'
import type { NodePairing } from '@tutti/core'
import { api } from '../data/api.ts'
import { FormError } from '../settings/form.tsx'
import { CommandLines, CopyLine } from '../settings/once.tsx'
import { Qr } from '../settings/qr.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { Choices } from './choices.tsx'
import { DoorChoice, openDoorAt } from './door-choice.tsx'
import { PairingDialog, type BeginProps } from './pairing-dialog.tsx'
import css from './pairing.module.css'

export const InviteDialog = ({ onClose }: { onClose: () => void }) => (
  <PairingDialog title={t('pair.invite-title')} begin={Begin} waiting={Code} onClose={onClose} />
)

function Begin({ door, onBegun }: BeginProps) {
  const [host, setHost] = useState(door.host)
  const [role, setRole] = useState<'full' | 'guest'>('full')
  const { busy, refusal, run } = useSubmit()
  const make = async () => {
    const made = await run(async () => {
      await openDoorAt(door, host)
      return api.inviteNode({ role })
    })
    if (made) onBegun(made)
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

function Code({ pairing }: { pairing: NodePairing }) {
  const code = pairing.code ?? ''
  const until = new Date(pairing.until).toLocaleTimeString(undefined, { timeStyle: 'short' })
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
