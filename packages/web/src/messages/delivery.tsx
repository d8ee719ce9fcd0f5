// Where a message is on its way: one glyph and one word for each state, and the times of all of them.
import {
  Ban,
  Check,
  CheckCheck,
  CircleCheck,
  Clock,
  Hourglass,
  MailX,
  ShieldAlert,
  TimerOff,
  Undo2,
} from 'lucide-react'
import type { Message } from '@tutti/core'
import type { ReactNode } from 'react'
import { foreignText } from '../ui/foreign-text.ts'
import { Time } from '../ui/time.tsx'
import { t, type WordKey } from '../words/words.ts'
import css from './delivery.module.css'

const GLYPHS: Readonly<Record<Message['state'], ReactNode>> = {
  scheduled: <Clock />,
  quarantined: <ShieldAlert />,
  queued: <Hourglass />,
  delivered: <Check />,
  read: <CheckCheck />,
  acted: <CircleCheck />,
  expired: <TimerOff />,
  dead: <MailX />,
  rejected: <Ban />,
  cancelled: <Undo2 />,
}

/** The reason is the machine's own or that of one elsewhere, so it is shown as text. */
export const Delivery = ({ message, word }: { message: Message; word?: boolean }) => {
  const says = t(`mail.state-${message.state}`)
  return (
    <span className={css.state} data-state={message.state} data-tip={`${says}. ${foreignText(message.why)}`}>
      {GLYPHS[message.state]}
      <span className={word ? undefined : 'visually-hidden'}>{says}</span>
    </span>
  )
}

const TIMES: readonly [WordKey, keyof Message & `${string}At`][] = [
  ['mail.at-created', 'createdAt'],
  ['mail.at-deliver', 'deliverAt'],
  ['mail.at-delivered', 'deliveredAt'],
  ['mail.at-read', 'readAt'],
  ['mail.at-acted', 'actedAt'],
  ['mail.at-ended', 'endedAt'],
  ['mail.at-expires', 'expiresAt'],
]

/** Every step that it has made, with its time. */
export const DeliveryTimes = ({ message }: { message: Message }) => (
  <dl className={css.times}>
    <dt>{t('mail.state')}</dt>
    <dd>
      <Delivery message={message} word /> <span className={css.why}>{foreignText(message.why)}</span>
    </dd>
    {TIMES.map(([label, name]) => {
      const at = message[name]
      return (
        at !== null && (
          <Row key={name} label={label}>
            <Time at={at} />
          </Row>
        )
      )
    })}
    {message.attempts > 0 && <Row label="mail.attempts">{message.attempts.toLocaleString()}</Row>}
  </dl>
)

const Row = ({ label, children }: { label: WordKey; children: ReactNode }) => (
  <>
    <dt>{t(label)}</dt>
    <dd>{children}</dd>
  </>
)
