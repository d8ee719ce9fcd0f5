// Logging in with a password, its second factor, or a passkey.
import { KeyRound } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../data/api.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { focusWhenShown } from '../ui/focus-first.ts'
import { t } from '../words/words.ts'
import { passkeyLogin } from './passkey.ts'
import { useEntering } from './use-entering.ts'
import css from './door.module.css'

export function Login({ machine, passkeys }: { machine: string; passkeys: boolean }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const { busy, problem, send } = useEntering()
  const coded = problem?.code === 'auth.code-needed' || code !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(() => api.login({ name, password, ...(code ? { code } : {}) }))
  }
  const withPasskey = () => void send(passkeyLogin, t('login.passkey-failed'))
  return (
    <>
      <h1>{t('login.title', { machine })}</h1>
      <form className={css.form} onSubmit={submit}>
        <TextField
          label={t('login.name')}
          name="username"
          autoComplete="username webauthn"
          data-autofocus
          autoCapitalize="none"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('login.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {coded && (
          <TextField
            label={t('login.code')}
            name="code"
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={6}
            ref={focusWhenShown}
            hint={t('login.code-hint')}
            value={code}
            onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ''))}
          />
        )}
        {problem && (
          <p className={css.problem} role="alert">
            {problem.text}
          </p>
        )}
        <Button kind="primary" type="submit" busy={busy}>
          {t('login.do')}
        </Button>
      </form>
      {passkeys && (
        <>
          <p className={css.or}>{t('login.or')}</p>
          <Button icon={<KeyRound />} disabled={busy} onClick={withPasskey}>
            {t('login.passkey')}
          </Button>
        </>
      )}
      <p className={css.lost}>{t('login.lost')}</p>
    </>
  )
}
