// The first start: whoever holds the one-time link becomes the owner.
import { useState, type FormEvent } from 'react'
import { api } from '../data/api.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import { NewPasswordFields, passwordProblem, type NewPassword } from './new-password.tsx'
import { useEntering } from './use-entering.ts'
import css from './door.module.css'

export const FirstStart = ({ machine, code }: { machine: string; code: string | null }) =>
  code ? <CreateOwner machine={machine} code={code} /> : <NoCode machine={machine} />

const NoCode = ({ machine }: { machine: string }) => (
  <>
    <h1>{t('setup.no-code-title', { machine })}</h1>
    <p className={css.text}>{t('setup.no-code')}</p>
    <pre>tutti open</pre>
  </>
)

function CreateOwner({ machine, code }: { machine: string; code: string }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState<NewPassword>({ password: '', again: '' })
  const { busy, problem, send, refuse } = useEntering()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wrong = passwordProblem(password)
    if (wrong) return refuse(wrong)
    void send(() => api.createOwner({ code, name, password: password.password }))
  }
  return (
    <>
      <h1>{t('setup.title', { machine })}</h1>
      <p className={css.text}>{t('setup.text')}</p>
      <form className={css.form} onSubmit={submit}>
        <TextField
          label={t('setup.name')}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          data-autofocus
          required
          maxLength={32}
          hint={t('setup.name-hint')}
          value={name}
          onChange={(event) => setName(event.target.value.toLowerCase())}
        />
        <NewPasswordFields value={password} onValue={setPassword} />
        {problem && (
          <p className={css.problem} role="alert">
            {problem.text}
          </p>
        )}
        <Button kind="primary" type="submit" busy={busy}>
          {t('setup.do')}
        </Button>
      </form>
    </>
  )
}
