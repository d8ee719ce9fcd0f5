// Signed-in browsers, mine or everybody's; the one that looks is marked.
import type { Login, LoggedEvent, OutputOf } from '@tutti/core'
import type { ReactNode } from 'react'
import { api } from '../../data/api.ts'
import { attempt } from '../../data/attempt.ts'
import { logout, useMe } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { Loading } from '../loading.tsx'
import { useLive, withRow, withoutRow, type ChangeOf } from '../../data/use-live.ts'
import { useRoles } from '../users/use-roles.ts'
import { mayEnd } from '../users/user-rules.ts'
import { browserName } from './browser-name.ts'
import css from './access.module.css'

type Logins = OutputOf<'listLogins'>
type Change = ChangeOf<Logins>

export function LoginsTable({ all }: { all: boolean }) {
  const me = useMe()
  const mine = me?.user.id ?? ''
  const roles = useRoles(all)
  const list = useLive<Logins>({
    key: `logins ${all}`,
    read: () => api.listLogins({ all }),
    apply: (logins, event) => heard(logins, event, all ? null : mine),
  })
  const ends = (login: Login, change: Change) =>
    mayEnd(me, login.userId, roles) && (
      <EndButton login={login} onEnded={() => change((now) => withoutRow(now, login.id))} />
    )
  return (
    <Loading of={list} lines={2}>
      {(logins, { change }) => (
        <Table
          label={all ? t('access.logins') : t('logins.title')}
          rows={logins}
          rowKey={({ id }) => id}
          columns={columns(all, (login) => ends(login, change))}
        />
      )}
    </Loading>
  )
}

const columns = (all: boolean, ends: (login: Login) => ReactNode) => [
  ...(all ? [{ title: t('logins.user'), cell: (login: Login) => login.userName }] : []),
  { title: t('logins.browser'), cell: (login: Login) => <Browser login={login} /> },
  { title: t('logins.address'), cell: (login: Login) => <code>{login.address}</code> },
  { title: t('logins.created'), cell: (login: Login) => <Time at={login.createdAt} /> },
  { title: t('logins.seen'), cell: (login: Login) => <Time at={login.lastSeenAt} /> },
  { title: '', end: true, cell: ends },
]

function heard(logins: Logins, event: LoggedEvent, only: string | null): Logins {
  if (event.type === 'login.ended') return withoutRow(logins, event.data.id)
  if (event.type !== 'login.created' || (only !== null && event.data.userId !== only)) return logins
  const known = logins.find(({ id }) => id === event.data.id)
  // Whether it is the one that looks is known only from the list.
  return withRow(logins, { ...event.data, current: known?.current ?? false })
}

const Browser = ({ login }: { login: Login }) => (
  <span data-tip={login.agent} className={css.browser}>
    {browserName(login.agent)}
    {login.current && <span className={css.mark}>{t('logins.current')}</span>}
  </span>
)

function EndButton({ login, onEnded }: { login: Login; onEnded: () => void }) {
  const browser = browserName(login.agent)
  const end = async () => {
    if (login.current) await attempt(logout)
    else if (await attempt(() => api.endLogin({ id: login.id }))) {
      onEnded()
      toast(t('logins.ended', { browser }))
    }
  }
  return (
    <Button
      kind="quiet"
      {...(login.current ? {} : { 'aria-label': t('logins.end-label', { browser, address: login.address }) })}
      onClick={() => void end()}
    >
      {login.current ? t('account.logout') : t('logins.end')}
    </Button>
  )
}
