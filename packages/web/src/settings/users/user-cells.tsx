// How a user reads in a row.
import type { User } from '@tutti/core'
import { useMe } from '../../data/session-store.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { t } from '../../words/words.ts'
import css from './users.module.css'

export function UserName({ user }: { user: User }) {
  const mine = useMe()?.user.id === user.id
  return (
    <span className={css.name}>
      <Avatar of={{ id: user.id, avatar: null }} />
      <strong>{user.name}</strong>
      {mine && <span className={css.mark}>{t('users.you')}</span>}
    </span>
  )
}

/** Locked, invited (no way to log in yet) or active. */
export function UserState({ user }: { user: User }) {
  if (user.disabled) return <span className={css.locked}>{t('users.locked')}</span>
  const invited = !user.hasPassword && user.passkeys === 0
  return <span className={css.quiet}>{invited ? t('users.invited') : t('users.active')}</span>
}
