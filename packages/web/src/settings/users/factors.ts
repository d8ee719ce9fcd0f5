// The second factors of an account in words.
import type { User } from '@tutti/core'
import { t } from '../../words/words.ts'

/** "app, 2 passkeys"; null where there are none. */
export function factorsText({ hasTotp, passkeys }: Pick<User, 'hasTotp' | 'passkeys'>): string | null {
  const factors = [
    ...(hasTotp ? [t('users.totp')] : []),
    ...(passkeys > 0 ? [t('users.passkeys', { n: passkeys })] : []),
  ]
  return factors.length > 0 ? factors.join(', ') : null
}
