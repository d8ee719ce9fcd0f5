// Users of this machine: who they are, how they prove it, and what may be changed about each.
import type { LoggedEvent, OutputOf, User } from '@tutti/core'
import { UserPlus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { api } from '../../data/api.ts'
import { useMay } from '../../data/session-store.ts'
import { Button } from '../../ui/button.tsx'
import { Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { Loading } from '../loading.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { useLive, withRow, withoutRow, type ChangeOf } from '../../data/use-live.ts'
import { factorsText } from './factors.ts'
import { Invitation, type Invited } from './invitation.tsx'
import { NewUser } from './new-user.tsx'
import { RemoveUser } from './remove-user.tsx'
import { RoleSelect } from './role-select.tsx'
import { UserMenu } from './user-menu.tsx'
import { UserName, UserState } from './user-cells.tsx'
import css from './users.module.css'

type UserList = OutputOf<'listUsers'>
export type Change = ChangeOf<UserList>

type Open = { what: 'add' } | { what: 'remove'; user: User } | { what: 'invited'; invited: Invited } | null

export function UsersScreen() {
  const mayWrite = useMay('user:write')
  const [open, setOpen] = useState<Open>(null)
  const list = useLive<UserList>({ key: 'users', read: () => api.listUsers({}), apply: heard })
  const close = () => setOpen(null)
  const invite = (invited: Invited) => setOpen({ what: 'invited', invited })
  const add = mayWrite && (
    <Button icon={<UserPlus />} onClick={() => setOpen({ what: 'add' })}>
      {t('users.add')}
    </Button>
  )
  return (
    <SettingsPage title={t('settings.users')} actions={add} wide>
      <Loading of={list}>
        {(users, ready) => (
          <>
            <Rows
              users={users}
              {...ready}
              onInvited={invite}
              onRemove={(user) => setOpen({ what: 'remove', user })}
            />
            {users.length === 1 && <p className={css.quiet}>{t('users.alone')}</p>}
            {open?.what === 'add' && (
              <NewUser
                onClose={close}
                onMade={(user, invited) => {
                  ready.change((now) => sorted(withRow(now, user)))
                  invite(invited)
                }}
              />
            )}
          </>
        )}
      </Loading>
      {open?.what === 'remove' && <RemoveUser user={open.user} onClose={close} />}
      {open?.what === 'invited' && <Invitation invited={open.invited} onClose={close} />}
    </SettingsPage>
  )
}

function heard(users: UserList, event: LoggedEvent): UserList {
  if (event.type === 'user.removed') return withoutRow(users, event.data.id)
  if (event.type !== 'user.created' && event.type !== 'user.changed') return users
  const known = users.find(({ id }) => id === event.data.id)
  if (known && known.version > event.data.version) return users
  return sorted(withRow(users, event.data))
}

const sorted = (users: UserList): UserList => users.toSorted((a, b) => a.name.localeCompare(b.name))

export interface RowActs {
  change: Change
  reload: () => void
  onInvited: (invited: Invited) => void
  onRemove: (user: User) => void
}

function Rows({ users, ...acts }: RowActs & { users: UserList }) {
  const mayWrite = useMay('user:write')
  const roleOf = (user: User) =>
    mayWrite ? <RoleSelect user={user} users={users} acts={acts} /> : t(`role.${user.role}`)
  const menuOf = (user: User) => mayWrite && <UserMenu user={user} users={users} acts={acts} />
  return (
    <Table
      label={t('settings.users')}
      rows={users}
      rowKey={({ id }) => id}
      columns={columns(roleOf, menuOf)}
    />
  )
}

type Cell = (user: User) => ReactNode

const columns = (roleOf: Cell, menuOf: Cell) => [
  { title: t('users.name'), cell: (user: User) => <UserName user={user} /> },
  { title: t('users.role'), cell: roleOf },
  { title: t('users.state'), cell: (user: User) => <UserState user={user} /> },
  { title: t('users.factors'), cell: (user: User) => factorsText(user) ?? t('common.none') },
  { title: t('users.seen'), cell: ({ lastSeenAt }: User) => <Seen at={lastSeenAt} /> },
  { title: '', end: true, cell: menuOf },
]

const Seen = ({ at }: { at: number | null }) => (at === null ? t('common.never') : <Time at={at} />)
