// The end of a joining: what the people of the other machine may do here is asked at once, because nothing is the default.
import type { NodePairing } from '@tutti/core'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState } from 'react'
import { useRoom } from '../data/room-store.ts'
import { FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { RoleChoices, saveGrant, type GrantRole } from './grant-dialog.tsx'
import { shortKey } from './short-key.ts'
import css from './pairing.module.css'

export function TrustedStep({ node, onClose }: { node: string; onClose: () => void }) {
  const name = useRoom(({ machines }) => machines.get(node)?.name) ?? shortKey(node)
  const [role, setRole] = useState<GrantRole>('none')
  const { busy, refusal, run } = useSubmit()
  const save = async () => {
    if (role === 'none' || (await run(() => saveGrant(node, role, null)))) onClose()
  }
  return (
    <div className={css.step}>
      <output className={css.trusted}>
        <CircleCheck aria-hidden /> {t('pair.trusted')}
      </output>
      <p>{t('grant.text')}</p>
      <RoleChoices label={t('grant.title', { name })} value={role} onValue={setRole} />
      <FormError>{refusal?.text}</FormError>
      <div className={css.answers}>
        <Button kind="primary" busy={busy} data-autofocus onClick={() => void save()}>
          {t('pair.done')}
        </Button>
      </div>
    </div>
  )
}

export const OverStep = ({ pairing, onAgain }: { pairing: NodePairing; onAgain: () => void }) => (
  <div className={css.step}>
    <p className={css.over} role="alert">
      <CircleX aria-hidden />
      {t('pair.over', { why: (pairing.why ?? t('pair.over-plain')).replace(/\.$/, '') })}
    </p>
    <div className={css.answers}>
      <Button kind="primary" onClick={onAgain}>
        {t('pair.again')}
      </Button>
    </div>
  </div>
)
