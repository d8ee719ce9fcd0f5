// The authenticator app of my account: on or off, and the way to each.
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { t } from '../../words/words.ts'
import { FormDialog, FormError } from '../form.tsx'
import { Part } from '../settings-page.tsx'
import { useSubmit } from '../use-submit.ts'
import css from './account.module.css'
import { PasswordField } from './password-form.tsx'
import { refreshMe } from './refresh-me.ts'
import { TotpSetup } from './totp-setup.tsx'

export function TotpPart({ on }: { on: boolean }) {
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  const action = <Button onClick={() => setAsking(true)}>{on ? t('totp.remove') : t('totp.begin')}</Button>
  return (
    <Part title={t('totp.title')} says={t('totp.says')} action={action}>
      {on && <p className={css.on}>{t('totp.on')}</p>}
      {asking && (on ? <TotpRemoval onClose={close} /> : <TotpSetup onClose={close} />)}
    </Part>
  )
}

function TotpRemoval({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('')
  const { busy, because, otherwise, run } = useSubmit()
  const submit = async () => {
    if (!(await run(() => api.removeTotp({ password })))) return
    await refreshMe()
    toast(t('totp.removed'))
    onClose()
  }
  return (
    <FormDialog
      title={t('totp.remove-title')}
      does={t('totp.remove-do')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>{t('totp.remove-text')}</p>
      <PasswordField
        label={t('totp.password')}
        value={password}
        onText={setPassword}
        error={because('auth.wrong-password') && t('password.wrong')}
        autoComplete="current-password"
      />
      <FormError>{otherwise('auth.wrong-password')}</FormError>
    </FormDialog>
  )
}
