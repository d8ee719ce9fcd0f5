// Where the settings screens begin.
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'

export const SettingsScreen = () => <Page title={t('settings.title')}>{null}</Page>
