// My own account: who I am, how I prove it, and what is signed in as me.
import { LogOut } from 'lucide-react'
import { useEffect } from 'react'
import { attempt } from '../../data/attempt.ts'
import { onLiveEvent } from '../../data/live.ts'
import { logout, useMe } from '../../data/session-store.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { LoginsTable } from '../access/logins-table.tsx'
import { TokensTable } from '../access/tokens-table.tsx'
import { factorsText } from '../users/factors.ts'
import { Part, SettingsPage } from '../settings-page.tsx'
import css from './account.module.css'
import { refreshMe } from './refresh-me.ts'
import { PasskeysPart } from './passkeys-part.tsx'
import { PasswordForm } from './password-form.tsx'
import { TotpPart } from './totp-part.tsx'

export function AccountScreen() {
  const me = useMe()
  const id = me?.user.id
  // Another device of mine changed the account.
  useEffect(
    () => onLiveEvent((event) => void (event.type === 'user.changed' && event.data.id === id && refreshMe())),
    [id],
  )
  if (!me) return null
  const leave = (
    <Button icon={<LogOut />} onClick={() => void attempt(logout)}>
      {t('account.logout')}
    </Button>
  )
  return (
    <SettingsPage title={t('settings.account')} actions={leave} wide>
      <WhoAmI />
      <Part title={t('password.title')} says={t('password.says')}>
        <PasswordForm />
      </Part>
      <TotpPart on={me.user.hasTotp} />
      <PasskeysPart />
      <Part title={t('logins.title')} says={t('logins.says')}>
        <LoginsTable all={false} />
      </Part>
      <TokensTable all={false} />
    </SettingsPage>
  )
}

function WhoAmI() {
  const me = useMe()
  if (!me) return null
  const { user } = me
  return (
    <div className={css.who}>
      <Avatar of={{ id: user.id, avatar: null }} size={40} />
      <dl className={css.facts}>
        <dt>{t('account.name')}</dt>
        <dd>
          <strong>{user.name}</strong>
        </dd>
        <dt>{t('account.role')}</dt>
        <dd>
          {t(`role.${user.role}`)}. <span className={css.quiet}>{t(`role.${user.role}-says`)}</span>
        </dd>
        <dt>{t('account.factors')}</dt>
        <dd>{factorsText(user) ?? t('account.no-factor')}</dd>
        <dt>{t('account.since')}</dt>
        <dd>
          <Time at={user.createdAt} />
        </dd>
      </dl>
    </div>
  )
}
