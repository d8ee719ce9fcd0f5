// What is wrong with a password change before it is sent, said at the field where it can be put right.
import '../../words/late/settings.ts'
import { PASSWORD_MIN } from '@tutti/core'
import { t } from '../../words/words.ts'

export interface PasswordDraft {
  current: string
  password: string
  again: string
}

export type PasswordProblems = Partial<Record<keyof PasswordDraft, string>>

export function passwordProblems({ current, password, again }: PasswordDraft): PasswordProblems {
  const length = password.length
  return {
    ...(current === '' ? { current: t('password.wrong') } : {}),
    ...(length < PASSWORD_MIN ? { password: t('password.short', { n: PASSWORD_MIN, got: length }) } : {}),
    ...(password !== again ? { again: t('password.different') } : {}),
  }
}
