// All recordings of this machine.
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { RecordingList } from './recording-list.tsx'

export const RecordingsScreen = () => (
  <Page title={t('recordings.title')}>
    <RecordingList />
  </Page>
)
