// What else may be done with an account; what may not stands there too, with the reason.
import type { User } from '@tutti/core'
import { Ellipsis, Link2, Lock, LockOpen, Trash2 } from 'lucide-react'
import { api } from '../../data/api.ts'
import { attempt } from '../../data/attempt.ts'
import { useMe } from '../../data/session-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { t } from '../../words/words.ts'
import { changeUser } from './change-user.ts'
import { whyNot } from './user-rules.ts'
import type { RowActs } from './users-screen.tsx'

interface UserMenuProps {
  user: User
  users: readonly User[]
  acts: RowActs
}

export function UserMenu({ user, users, acts }: UserMenuProps) {
  const me = useMe()?.user
  if (!me) return null
  const entries = (): MenuEntry[] => {
    const why = {
      renew: whyNot('renew', { me, user, users }),
      lock: whyNot('lock', { me, user, users }),
      remove: whyNot('remove', { me, user, users }),
    }
    const reasons = new Set(Object.values(why).filter((reason) => reason !== null))
    return [
      ...[...reasons].map((label): MenuEntry => ({ kind: 'title', label })),
      {
        label: t('users.renew'),
        icon: <Link2 />,
        disabled: why.renew !== null,
        run: () => void renew(user, acts),
      },
      {
        label: user.disabled ? t('users.unlock') : t('users.lock'),
        icon: user.disabled ? <LockOpen /> : <Lock />,
        disabled: why.lock !== null,
        run: () => lock(user, acts),
      },
      { kind: 'line' },
      {
        label: t('users.remove'),
        icon: <Trash2 />,
        danger: why.remove === null,
        disabled: why.remove !== null,
        run: () => acts.onRemove(user),
      },
    ]
  }
  return (
    <Menu entries={entries}>
      <IconButton label={t('users.actions', { name: user.name })}>
        <Ellipsis />
      </IconButton>
    </Menu>
  )
}

async function renew(user: User, { onInvited }: RowActs): Promise<void> {
  const answer = await attempt(() => api.renewInvite({ id: user.id }))
  if (answer) onInvited({ name: user.name, code: answer.invite })
}

function lock(user: User, { change, reload }: RowActs): void {
  const { name, disabled } = user
  const says = disabled ? t('users.unlocked-done', { name }) : t('users.locked-done', { name })
  void changeUser({ user, to: { disabled: !disabled }, says, change, reload })
}
