// One message in a list: who to whom, what about, its first words and where it is on its way. All of it foreign text.
import { Paperclip, Star } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import { Link } from 'wouter'
import type { MailboxId, Message } from '@tutti/core'
import { Avatar } from '../ui/avatar.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { change } from './actions.ts'
import { Delivery } from './delivery.tsx'
import { toggleMessage } from './selection.ts'
import { faceOf, isToMe, isUnread, nameOf } from './who.ts'
import css from './message-row.module.css'

interface Props {
  message: Message
  me: MailboxId | null
  href: string
  /** Where the keys are. */
  isAt: boolean
  isOpen: boolean
  isSelected: boolean
  mayMark: boolean
  onEnter: (message: Message) => void
  /** A click with Shift selects a range. */
  onRange: (message: Message) => void
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { message, me, href, isAt, isOpen, isSelected, mayMark, onEnter, onRange } = props
  const press = (event: MouseEvent) => {
    if (!event.shiftKey) return
    event.preventDefault()
    onRange(message)
  }
  const focus = isAt ? 0 : -1
  return (
    <div
      className={css.row}
      data-at={isAt || undefined}
      data-open={isOpen || undefined}
      data-selected={isSelected || undefined}
      data-unread={(isUnread(message) && isToMe(message, me)) || undefined}
    >
      <label className={css.select}>
        <input
          type="checkbox"
          tabIndex={focus}
          checked={isSelected}
          aria-label={t('mail.select', { subject: foreignText(message.subject) })}
          onChange={() => toggleMessage(message)}
        />
        <Avatar of={faceOf(message.from)} size={24} />
      </label>
      <Link
        href={href}
        className={css.link}
        tabIndex={focus}
        data-row={message.id}
        aria-current={isOpen || undefined}
        onClick={press}
        onFocus={() => onEnter(message)}
      >
        <Lines message={message} me={me} />
      </Link>
      {mayMark && isToMe(message, me) && <StarButton message={message} tabIndex={focus} />}
    </div>
  )
})

const Lines = ({ message, me }: Pick<Props, 'message' | 'me'>) => (
  <>
    <span className={css.line}>
      <Parties message={message} me={me} />
      <span className={css.time}>
        <Time at={message.createdAt} />
      </span>
    </span>
    <span className={css.line}>
      {isUnread(message) && isToMe(message, me) && (
        <span className="visually-hidden">{t('mail.unread')}</span>
      )}
      <Priority message={message} />
      <span className={css.subject} dir="auto">
        {foreignText(message.subject) || t('mail.no-subject')}
      </span>
      {message.attachments.length > 0 && <Paperclip className={css.icon} />}
      <Delivery message={message} />
    </span>
    <span className={css.preview} dir="auto">
      {foreignText(restOf(message))}
    </span>
  </>
)

const StarButton = ({ message, tabIndex }: { message: Message; tabIndex: number }) => (
  <button
    type="button"
    className={css.star}
    tabIndex={tabIndex}
    aria-pressed={message.starred}
    aria-label={t('mail.star')}
    onClick={() => void change([message], message.starred ? 'unstar' : 'star')}
  >
    <Star />
  </button>
)

/** Of one's own mail only the other end is worth a word. */
function Parties({ message, me }: Pick<Props, 'message' | 'me'>) {
  const { from, to } = message
  if (isToMe(message, me)) return <bdi className={css.who}>{nameOf(from)}</bdi>
  if (me !== null && from.mailbox === me)
    return <bdi className={css.who}>{t('mail.to-name', { name: nameOf(to) })}</bdi>
  return (
    <span className={css.who}>
      <bdi>{nameOf(from)}</bdi>
      <span className={css.dim}> → </span>
      <bdi>{nameOf(to)}</bdi>
    </span>
  )
}

const Priority = ({ message: { priority } }: Pick<Props, 'message'>) =>
  priority === 'urgent' || priority === 'high' ? (
    <span className={css.priority} data-priority={priority}>
      {t(`mail.priority-${priority}`)}
    </span>
  ) : null

/** What a message begins with, after its subject: one that was sent without has its first line there. */
const restOf = ({ preview, subject }: Message): string =>
  subject !== '' && preview.startsWith(subject) ? preview.slice(subject.length).trimStart() : preview
