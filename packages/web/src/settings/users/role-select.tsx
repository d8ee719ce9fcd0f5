// The role of a user, to change where the rules allow it; where not, it says why.
import { ROLES, type Role, type User } from '@tutti/core'
import { useId } from 'react'
import { useMe } from '../../data/session-store.ts'
import { Select } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { changeUser } from './change-user.ts'
import { rolesToGive, roleWord, whyNot } from './user-rules.ts'
import type { RowActs } from './users-screen.tsx'
import css from './users.module.css'

interface RoleSelectProps {
  user: User
  users: readonly User[]
  acts: RowActs
}

export function RoleSelect({ user, users, acts }: RoleSelectProps) {
  const id = useId()
  const me = useMe()?.user
  if (!me) return null
  const why = whyNot('role', { me, user, users })
  const choose = (role: Role) => {
    const says = t('users.role-changed', { name: user.name, role: roleWord(role) })
    void changeUser({ user, to: { role }, says, change: acts.change, reload: acts.reload })
  }
  return (
    <span className={css.role} data-tip={why ?? t(`role.${user.role}-says`)}>
      <Select
        aria-label={t('users.role-of', { name: user.name })}
        aria-describedby={why ? id : undefined}
        value={user.role}
        disabled={why !== null}
        onChange={(event) => {
          const role = ROLES.find((one) => one === event.target.value)
          if (role) choose(role)
        }}
      >
        <RoleOptions mine={me.role} />
      </Select>
      {why && (
        <span id={id} className="visually-hidden">
          {why}
        </span>
      )}
    </span>
  )
}

export const RoleOptions = ({ mine }: { mine: Role }) =>
  rolesToGive(mine).map(({ role, why }) => (
    <option key={role} value={role} disabled={why !== null} title={why ?? undefined}>
      {t(`role.${role}`)}
    </option>
  ))
