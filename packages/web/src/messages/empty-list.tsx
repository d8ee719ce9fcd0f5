// A list without messages: what would be here, and how to begin.
import { Inbox, PenLine, SearchX } from 'lucide-react'
import { useLocation } from 'wouter'
import { useMay } from '../data/session-store.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { addressOf, type View } from './view.ts'

export function EmptyList({ view }: { view: View }) {
  const [, navigate] = useLocation()
  const maySend = useMay('message:send')
  const isNarrowed = view.query !== '' || Object.keys(view.filters).length > 0
  if (isNarrowed)
    return (
      <EmptyState
        icon={<SearchX />}
        title={view.query === '' ? t('mail.nothing') : t('mail.nothing-for', { query: view.query })}
        action={
          <Button onClick={() => navigate(addressOf({ ...view, query: '', filters: {} }))}>
            {t('mail.show-all')}
          </Button>
        }
      />
    )
  return (
    <EmptyState
      icon={<Inbox />}
      title={t(view.with === null ? `mail.empty-${view.box}` : 'mail.empty-between')}
      action={
        maySend &&
        view.box === 'inbox' && (
          <Button icon={<PenLine />} onClick={() => navigate(addressOf({ ...view, write: '' }))}>
            {t('mail.write')}
          </Button>
        )
      }
    >
      {view.box === 'inbox' || view.box === 'quarantine' || view.box === 'dead'
        ? t(`mail.empty-${view.box}-text`)
        : null}
    </EmptyState>
  )
}
