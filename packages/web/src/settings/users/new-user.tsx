// Adding a user: a name and a role; the password is chosen by whoever opens the invitation.
import { ROLES, type Role, type User } from '@tutti/core'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { useMe } from '../../data/session-store.ts'
import { Field, Select, TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { FormDialog, FormError } from '../form.tsx'
import { useSubmit } from '../use-submit.ts'
import type { Invited } from './invitation.tsx'
import { RoleOptions } from './role-select.tsx'

// The server's own rule; its schema is too heavy to bring along.
const USER_NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/

interface NewUserProps {
  onMade: (user: User, invited: Invited) => void
  onClose: () => void
}

export function NewUser({ onMade, onClose }: NewUserProps) {
  const mine = useMe()?.user.role ?? 'viewer'
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('operator')
  const [problem, setProblem] = useState<string | undefined>()
  const { busy, because, otherwise, run, clear } = useSubmit()
  const submit = async () => {
    const hint = t('users.name-hint')
    if (!USER_NAME.test(name)) return setProblem(t('users.name-bad', { got: name, hint }))
    const made = await run(() => api.createUser({ name, role }))
    return made ? onMade(made.user, { name: made.user.name, code: made.invite }) : undefined
  }
  return (
    <FormDialog
      title={t('users.add-title')}
      does={t('users.add-do')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label={t('users.name')}
        hint={t('users.name-hint')}
        error={problem ?? because('user.name-taken')}
        value={name}
        maxLength={32}
        autoCapitalize="none"
        onChange={(event) => {
          setName(event.target.value)
          setProblem(undefined)
          clear()
        }}
      />
      <Field label={t('users.role')} hint={t(`role.${role}-says`)}>
        {(ids) => (
          <Select
            {...ids}
            value={role}
            onChange={(event) => setRole(ROLES.find((one) => one === event.target.value) ?? role)}
          >
            <RoleOptions mine={mine} />
          </Select>
        )}
      </Field>
      <FormError>{otherwise('user.name-taken')}</FormError>
    </FormDialog>
  )
}
