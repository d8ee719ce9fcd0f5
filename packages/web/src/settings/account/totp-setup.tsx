// Setting up an authenticator app: the password first, then a code to scan and its first answer.
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { toast } from '../../data/toast-store.ts'
import { TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { FormDialog, FormError } from '../form.tsx'
import { CopyLine } from '../once.tsx'
import { Qr } from '../qr.tsx'
import { useSubmit } from '../use-submit.ts'
import { PasswordField } from './password-form.tsx'
import { refreshMe } from './refresh-me.ts'

interface Begun {
  secret: string
  uri: string
}

export function TotpSetup({ onClose }: { onClose: () => void }) {
  const [begun, setBegun] = useState<Begun | null>(null)
  return begun ? (
    <Confirmation begun={begun} onClose={onClose} />
  ) : (
    <Beginning onBegun={setBegun} onClose={onClose} />
  )
}

function Beginning({ onBegun, onClose }: { onBegun: (begun: Begun) => void; onClose: () => void }) {
  const [password, setPassword] = useState('')
  const { busy, because, otherwise, run } = useSubmit()
  const submit = async () => {
    const begun = await run(() => api.beginTotp({ password }))
    if (begun) onBegun(begun)
  }
  return (
    <FormDialog
      title={t('totp.setup-title')}
      does={t('totp.next')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
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

function Confirmation({ begun, onClose }: { begun: Begun; onClose: () => void }) {
  const [code, setCode] = useState('')
  const [short, setShort] = useState(false)
  const { busy, because, otherwise, run, clear } = useSubmit()
  const submit = async () => {
    const digits = code.replaceAll(/\s/g, '')
    const fits = /^\d{6}$/.test(digits)
    setShort(!fits)
    if (!fits || !(await run(() => api.confirmTotp({ code: digits })))) return
    await refreshMe()
    toast(t('totp.done'))
    onClose()
  }
  return (
    <FormDialog
      title={t('totp.setup-title')}
      does={t('totp.confirm')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>{t('totp.scan')}</p>
      <Qr text={begun.uri} what={t('totp.secret')} />
      <a href={begun.uri}>{t('totp.open')}</a>
      <CopyLine label={t('totp.secret')} text={begun.secret} />
      <TextField
        label={t('totp.code')}
        hint={t('totp.code-hint')}
        error={short ? t('totp.code-short', { got: code }) : because('totp.wrong-code')}
        value={code}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={9}
        mono
        onChange={(event) => {
          setCode(event.target.value)
          setShort(false)
          clear()
        }}
      />
      <FormError>{otherwise('totp.wrong-code')}</FormError>
    </FormDialog>
  )
}
