// Changing my password; whatever does not fit is said at its field.
import { PASSWORD_MIN } from '@tutti/core'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { useMe } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { Form, FormError } from '../form.tsx'
import { useSubmit } from '../use-submit.ts'
import { passwordProblems, type PasswordDraft, type PasswordProblems } from './new-password.ts'

const EMPTY: PasswordDraft = { current: '', password: '', again: '' }

export function PasswordForm() {
  const [draft, setDraft] = useState(EMPTY)
  const [problems, setProblems] = useState<PasswordProblems>({})
  const { busy, because, otherwise, run, clear } = useSubmit()
  const name = useMe()?.user.name ?? ''

  const edit = (field: keyof PasswordDraft) => (text: string) => {
    setDraft({ ...draft, [field]: text })
    setProblems({ ...problems, [field]: undefined })
    clear()
  }
  const submit = async () => {
    const found = passwordProblems(draft)
    setProblems(found)
    if (Object.keys(found).length > 0) return
    const { current, password } = draft
    if (!(await run(() => api.changePassword({ current, password })))) return
    setDraft(EMPTY)
    toast(t('password.done'))
  }
  const wrong = because('auth.wrong-password') && t('password.wrong')
  return (
    <Form onSubmit={() => void submit()} label={t('password.title')}>
      {/* Password managers tie the new password to this name. */}
      <input type="text" autoComplete="username" value={name} readOnly hidden />
      <PasswordField
        label={t('password.current')}
        value={draft.current}
        onText={edit('current')}
        error={problems.current ?? wrong}
        autoComplete="current-password"
      />
      <PasswordField
        label={t('password.new')}
        value={draft.password}
        onText={edit('password')}
        error={problems.password ?? because('password.weak')}
        hint={t('password.hint', { n: PASSWORD_MIN })}
        autoComplete="new-password"
      />
      <PasswordField
        label={t('password.again')}
        value={draft.again}
        onText={edit('again')}
        error={problems.again}
        autoComplete="new-password"
      />
      <FormError>{otherwise('auth.wrong-password', 'password.weak')}</FormError>
      <Button type="submit" busy={busy}>
        {t('password.do')}
      </Button>
    </Form>
  )
}

interface PasswordFieldProps {
  label: string
  value: string
  onText: (text: string) => void
  error?: string | undefined
  hint?: string
  autoComplete: 'current-password' | 'new-password'
}

export const PasswordField = ({ onText, ...field }: PasswordFieldProps) => (
  <TextField {...field} type="password" required onChange={(event) => onText(event.target.value)} />
)
