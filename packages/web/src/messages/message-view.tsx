// One message of a thread: a line when folded; opened, its words as text or safe Markdown, its files, and where it is on its way.
import { Archive, ArchiveRestore, ChevronRight, Reply, RotateCw, Star, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { MailboxId, Message, OutputOf } from '@tutti/core'
import { Markdown } from '../chat/markdown.tsx'
import { api } from '../data/api.ts'
import { mayNow, useMay } from '../data/session-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { change } from './actions.ts'
import { Delivery, DeliveryTimes } from './delivery.tsx'
import { FileList } from './file-list.tsx'
import { JudgePanel } from './judge-panel.tsx'
import { showMessage } from './news.ts'
import { faceOf, isToMe, isUnread, nameOf } from './who.ts'
import css from './message-view.module.css'

interface Props {
  message: Message
  /** Of the thread: only another one is worth a line. */
  subject: string
  me: MailboxId | null
  isOpen: boolean
  onToggle: () => void
  /** Null where nobody can be answered. */
  onReply: (() => void) | null
}

export function MessageView({ message, subject, me, isOpen, onToggle, onReply }: Props) {
  const from = nameOf(message.from)
  const to = nameOf(message.to)
  return (
    <article
      className={css.message}
      tabIndex={-1}
      data-message={message.id}
      data-unread={(isUnread(message) && isToMe(message, me)) || undefined}
      aria-label={t('mail.from-to', { from, to })}
    >
      <header className={css.head}>
        <button type="button" className={css.fold} aria-expanded={isOpen} onClick={onToggle}>
          <ChevronRight className={css.mark} />
          <Avatar of={faceOf(message.from)} size={22} />
          <span className={css.who}>
            <bdi className={css.name} data-tip={foreignText(message.from.address)}>
              {from}
            </bdi>
            <span className={css.dim}>{t('mail.to')}</span>
            <bdi data-tip={foreignText(message.to.address)}>{to}</bdi>
          </span>
          {!isOpen && (
            <span className={css.preview} dir="auto">
              {foreignText(message.preview)}
            </span>
          )}
        </button>
        <Delivery message={message} />
        <span className={css.dim}>
          <Time at={message.createdAt} />
        </span>
      </header>
      {isOpen && <Opened message={message} subject={subject} me={me} onReply={onReply} />}
    </article>
  )
}

type Body = OutputOf<'getMessage'>

/** What has not arrived says why without being asked. */
const STUCK: ReadonlySet<Message['state']> = new Set(['queued', 'dead', 'rejected', 'expired'])

function Opened({ message, subject, me, onReply }: Omit<Props, 'isOpen' | 'onToggle'>) {
  const body = useLoaded(`message ${message.id}`, () => opened(message, me))
  if (body.state === 'loading') return <Skeleton lines={3} />
  if (body.state === 'failed') return <ErrorState message={body.message} onRetry={body.retry} />
  const { text, context, hash } = body.value
  return (
    <div className={css.opened}>
      <Marks message={message} threadSubject={subject} />
      {message.state === 'quarantined' && <JudgePanel message={message} hash={hash} onStale={body.reload} />}
      {STUCK.has(message.state) && (
        <p className={css.stuck}>
          <Delivery message={message} word /> <bdi>{foreignText(message.why)}</bdi>
        </p>
      )}
      <div className={css.text}>
        <Markdown text={text ?? ''} />
      </div>
      {context !== null && (
        <details className={css.more}>
          <summary>{t('mail.context')}</summary>
          {/* A long line scrolls, so the keyboard must reach it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre tabIndex={0} dir="ltr">
            {foreignText(JSON.stringify(context, null, 2))}
          </pre>
        </details>
      )}
      <FileList files={message.attachments} />
      <Acts message={message} me={me} onReply={onReply} />
      <details className={css.more}>
        <summary>{t('mail.details')}</summary>
        <DeliveryTimes message={message} />
        <p className={css.dim}>
          <code>{message.id}</code>
        </p>
      </details>
    </div>
  )
}

/** Opening what came to me is reading it: its sender learns of that. */
async function opened(message: Message, me: MailboxId | null): Promise<Body> {
  if (!isToMe(message, me) || message.state !== 'delivered' || !mayNow('message:send'))
    return api.getMessage({ id: message.id })
  const body = await api.readMessage({ id: message.id })
  showMessage(body.message)
  return body
}

/** What is to be known before one believes it: kind, urgency, who vouches for the sender, what the detector found. */
function Marks({ message, threadSubject }: { message: Message; threadSubject: string }) {
  const { type, priority, trust, labels, score, subject } = message
  return (
    <div className={css.marks}>
      {isOther(subject, threadSubject) && <bdi className={css.subject}>{foreignText(subject)}</bdi>}
      {type !== 'notification' && <Mark kind="type">{foreignText(type)}</Mark>}
      {priority !== 'normal' && <Mark kind={priority}>{t(`mail.priority-${priority}`)}</Mark>}
      {trust !== 'verified' && trust !== 'org-verified' && (
        <Mark kind={trust} tip={t(`mail.trust-${trust}-says`)}>
          {t(`mail.trust-${trust}`)}
        </Mark>
      )}
      {labels.map((label) => (
        <Mark key={label} kind="label" tip={t('mail.score', { n: score })}>
          {foreignText(label)}
        </Mark>
      ))}
      {message.broadcast !== null && <Mark kind="broadcast">{t('mail.broadcast')}</Mark>}
    </div>
  )
}

const isOther = (subject: string, than: string): boolean =>
  subject.replace(/^Re: /, '') !== than.replace(/^Re: /, '')

const Mark = ({ kind, tip, children }: { kind: string; tip?: string; children: ReactNode }) => (
  <span className={css.chip} data-kind={kind} data-tip={tip}>
    {children}
  </span>
)

function Acts({ message, me, onReply }: Pick<Props, 'message' | 'me' | 'onReply'>) {
  const maySend = useMay('message:send')
  const mine = maySend && isToMe(message, me)
  const { archived, starred, state } = message
  return (
    <div className={css.acts}>
      {onReply && state !== 'quarantined' && (
        <Button icon={<Reply />} onClick={onReply}>
          {t('mail.reply')}
        </Button>
      )}
      {maySend && state === 'dead' && (
        <Button icon={<RotateCw />} onClick={() => void change([message], 'retry')}>
          {t('mail.retry')}
        </Button>
      )}
      {maySend && state === 'scheduled' && (
        <Button icon={<Undo2 />} onClick={() => void change([message], 'cancel')}>
          {t('mail.cancel')}
        </Button>
      )}
      {mine && (
        <>
          <IconButton
            label={starred ? t('mail.unstar') : t('mail.star')}
            pressed={starred}
            onClick={() => void change([message], starred ? 'unstar' : 'star')}
          >
            <Star />
          </IconButton>
          <IconButton
            label={archived ? t('mail.unarchive') : t('mail.archive')}
            onClick={() => void change([message], archived ? 'unarchive' : 'archive')}
          >
            {archived ? <ArchiveRestore /> : <Archive />}
          </IconButton>
        </>
      )}
    </div>
  )
}
