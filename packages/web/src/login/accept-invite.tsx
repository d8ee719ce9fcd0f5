// An invitation: choose a password and be in.
import '../words/late/settings.ts'
import { useState, type FormEvent } from 'react'
import { api } from '../data/api.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { NewPasswordFields, passwordProblem, type NewPassword } from './new-password.tsx'
import { useEntering } from './use-entering.ts'
import css from './door.module.css'

export function AcceptInvite({ machine, code }: { machine: string; code: string }) {
  const [password, setPassword] = useState<NewPassword>({ password: '', again: '' })
  const { busy, problem, send, refuse } = useEntering()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wrong = passwordProblem(password)
    if (wrong) return refuse(wrong)
    void send(() => api.acceptInvite({ code, password: password.password }))
  }
  return (
    <>
      <h1>{t('invite.title', { machine })}</h1>
      <p className={css.text}>{t('invite.text')}</p>
      <form className={css.form} onSubmit={submit}>
        <NewPasswordFields value={password} onValue={setPassword} />
        {problem && (
          <p className={css.problem} role="alert">
            {problem.text}
          </p>
        )}
        <Button kind="primary" type="submit" busy={busy}>
          {t('invite.do')}
        </Button>
      </form>
    </>
  )
}
