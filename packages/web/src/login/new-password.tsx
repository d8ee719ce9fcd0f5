// Two fields for a new password, checked before they are sent.
import { TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'

export const SHORTEST_PASSWORD = 12 // core's PASSWORD_MIN, which lives beside schemas; the server decides

export interface NewPassword {
  password: string
  again: string
}

export const passwordProblem = ({ password, again }: NewPassword): string | null =>
  password === again ? null : t('setup.password-different')

interface Props {
  value: NewPassword
  onValue: (value: NewPassword) => void
}

export const NewPasswordFields = ({ value, onValue }: Props) => (
  <>
    <TextField
      label={t('setup.password')}
      type="password"
      name="new-password"
      autoComplete="new-password"
      required
      minLength={SHORTEST_PASSWORD}
      hint={t('setup.password-hint', { n: SHORTEST_PASSWORD })}
      value={value.password}
      onChange={(event) => onValue({ ...value, password: event.target.value })}
    />
    <TextField
      label={t('setup.password-again')}
      type="password"
      name="new-password-again"
      autoComplete="new-password"
      required
      value={value.again}
      onChange={(event) => onValue({ ...value, again: event.target.value })}
    />
  </>
)
