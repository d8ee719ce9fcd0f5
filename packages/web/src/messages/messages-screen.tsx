// The message centre: boxes, the list of one, and the thread that is open beside it; on a phone one after the other.
import '../words/late/messages.ts'
import '../words/late/chat.ts'
import { MailOpen } from 'lucide-react'
import { Suspense, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { lazyScreen } from '../lazy-screen.ts'
import { useMay } from '../data/session-store.ts'
import { keyLabel } from '../keys/chord.ts'
import { useCommand } from '../keys/command-registry.ts'
import { EmptyState, Skeleton } from '../ui/page-states.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { BoxNav } from './box-nav.tsx'
import { ComposeDialog } from './compose-dialog.tsx'
import { useCorrespondents } from './correspondents.ts'
import { MessageList } from './message-list.tsx'
import { SearchBar } from './search-bar.tsx'
import { ThreadPane } from './thread-pane.tsx'
import type { MailboxId } from '@tutti/core'
import { addressOf, INBOX, PICTURE, viewOf, type View } from './view.ts'
import { useOwnMailbox } from './who.ts'
import css from './messages-screen.module.css'

const PictureScreen = lazyScreen(() => import('./picture-screen.tsx'), 'PictureScreen')

export function MessagesScreen() {
  const [path, navigate] = useLocation()
  const search = useSearch()
  const view = useMemo(() => viewOf(path, search), [path, search])
  const me = useOwnMailbox()
  const maySend = useMay('message:send')
  const isPicture = path === PICTURE
  const list = addressOf({ ...view, thread: null, write: null })
  useCommand('mail.write', () => navigate(addressOf({ ...view, write: '' })), maySend)
  useCommand('back', () => navigate(list), view.thread !== null)
  return (
    <section
      className={css.screen}
      aria-label={t('mail.title')}
      data-open={view.thread !== null || undefined}
    >
      <BoxNav view={view} isPicture={isPicture} />
      {isPicture ? (
        <div className={css.whole}>
          <Suspense fallback={<Skeleton />}>
            <PictureScreen />
          </Suspense>
        </div>
      ) : (
        <Boxes view={view} me={me} list={list} />
      )}
      {view.write !== null && maySend && (
        <ComposeDialog
          to={view.write}
          onClose={() => navigate(addressOf({ ...view, write: null }), { replace: true })}
          onSent={({ id }) => navigate(addressOf({ ...INBOX, box: 'sent', thread: id }))}
        />
      )}
    </section>
  )
}

interface BoxesProps {
  view: View
  me: MailboxId | null
  /** The address of the list without a thread. */
  list: string
}

const Boxes = ({ view, me, list }: BoxesProps) => (
  <>
    <div className={css.list}>
      <header className={css.head}>
        <h1>
          <Title view={view} />
        </h1>
      </header>
      <SearchBar view={view} />
      <MessageList view={view} me={me} />
    </div>
    <div className={css.pane}>
      {view.thread === null ? (
        <EmptyState icon={<MailOpen />} title={t('mail.thread-none')}>
          {t('mail.thread-none-text', {
            down: keyLabel('j'),
            open: keyLabel('enter'),
            write: keyLabel('c'),
          })}
        </EmptyState>
      ) : (
        <ThreadPane id={view.thread} me={me} back={list} />
      )}
    </div>
  </>
)

function Title({ view }: { view: View }) {
  const everybody = useCorrespondents()
  const named = (id: string) => foreignText(everybody.find((one) => one.id === id)?.name ?? id)
  if (view.query !== '') return t('mail.search-title')
  if (view.with !== null)
    return t('mail.between', {
      a: view.mailbox === null ? t('mail.you') : named(view.mailbox),
      b: named(view.with),
    })
  const box = t(`mail.box-${view.box}`)
  return view.mailbox === null ? box : `${box} · ${named(view.mailbox)}`
}
