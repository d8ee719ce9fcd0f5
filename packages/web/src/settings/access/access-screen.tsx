// All logins and all tokens of this machine, for those who look after its users.
import { t } from '../../words/words.ts'
import { Part, SettingsPage } from '../settings-page.tsx'
import { LoginsTable } from './logins-table.tsx'
import { TokensTable } from './tokens-table.tsx'

export const AccessScreen = () => (
  <SettingsPage title={t('settings.access')} wide>
    <Part title={t('access.logins')} says={t('access.logins-says')}>
      <LoginsTable all />
    </Part>
    <TokensTable all />
  </SettingsPage>
)
