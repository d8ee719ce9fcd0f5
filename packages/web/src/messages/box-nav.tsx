// Where mail lies: the boxes with what waits in them, whose they are, and with whom; a column on the desk, a row on a phone.
import {
  Archive,
  Clock,
  Hourglass,
  Inbox,
  Mails,
  MailX,
  PenLine,
  Send,
  ShieldAlert,
  Star,
  Waypoints,
} from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { MailboxId } from '@tutti/core'
import { useMailCount } from '../data/mail-count.ts'
import { useMay } from '../data/session-store.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { PlaceLink } from '../ui/place-link.tsx'
import { t } from '../words/words.ts'
import { draftName, useIsBegun } from './drafts.ts'
import { useCorrespondents, type Correspondent } from './correspondents.ts'
import { addressOf, BOXES, INBOX, isMailbox, PICTURE, type Box, type View } from './view.ts'
import css from './box-nav.module.css'

const ICONS: Readonly<Record<Box, ReactNode>> = {
  inbox: <Inbox />,
  starred: <Star />,
  sent: <Send />,
  archive: <Archive />,
  scheduled: <Clock />,
  quarantine: <ShieldAlert />,
  outbox: <Hourglass />,
  dead: <MailX />,
  all: <Mails />,
}

interface Props {
  view: View
  /** The picture of who writes to whom is shown in place of a box. */
  isPicture: boolean
}

export function BoxNav({ view, isPicture }: Props) {
  const [, navigate] = useLocation()
  const maySend = useMay('message:send')
  const isBegun = useIsBegun(draftName({ to: '' }))
  const counts = useCounts(view.mailbox)
  const boxes = useRef<HTMLElement>(null)
  const at = isPicture ? 'picture' : view.box
  // On a phone it is a row that scrolls: where one is must be seen.
  useEffect(() => {
    const current = boxes.current?.querySelector(`[data-box-link="${at}"]`)
    current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [at])
  return (
    <aside className={css.side}>
      {maySend && (
        <Button
          kind="primary"
          className={css.write}
          icon={<PenLine />}
          aria-label={t('mail.write')}
          data-tip-keys="c"
          data-tip={t('mail.write')}
          onClick={() => navigate(addressOf({ ...view, write: '' }))}
        >
          {t(isBegun ? 'mail.write-on' : 'mail.write-short')}
        </Button>
      )}
      <Owners view={view} />
      <nav ref={boxes} className={css.boxes} aria-label={t('mail.boxes')}>
        {BOXES.map((box) => (
          <PlaceLink
            key={box}
            data-box-link={box}
            href={addressOf({ ...INBOX, mailbox: view.mailbox, box })}
            className={css.box}
            isHere={!isPicture && view.box === box && view.query === ''}
          >
            {ICONS[box]}
            <span>{t(`mail.box-${box}`)}</span>
            <Count box={box} n={counts[box] ?? 0} />
          </PlaceLink>
        ))}
        <PlaceLink href={PICTURE} data-box-link="picture" className={css.box} isHere={isPicture}>
          <Waypoints />
          <span>{t('mail.picture')}</span>
        </PlaceLink>
      </nav>
    </aside>
  )
}

const Count = ({ box, n }: { box: Box; n: number }) =>
  n > 0 && (
    <span className={css.count} data-box={box}>
      {n > 999 ? '999+' : n.toLocaleString()}
    </span>
  )

/** What is counted for oneself; of somebody else's mail the list says it. */
function useCounts(mailbox: MailboxId | null): Partial<Record<Box, number>> {
  const { unread, quarantined, dead } = useMailCount()
  return mailbox === null ? { inbox: unread, quarantine: quarantined, dead } : {}
}

function Owners({ view }: { view: View }) {
  const [, navigate] = useLocation()
  const everybody = useCorrespondents()
  // The mail of other people is theirs.
  const others = everybody.filter(({ kind }) => kind !== 'person')
  const go = (change: Partial<View>) => navigate(addressOf({ ...view, thread: null, ...change }))
  return (
    <div className={css.owners}>
      <Select
        aria-label={t('mail.whose')}
        value={view.mailbox ?? ''}
        onChange={({ target }) => go({ mailbox: chosen(target.value), with: null })}
      >
        <option value="">{t('mail.whose-mine')}</option>
        <Group kind="agent" label={t('mail.whose-group-agents')} of={others} />
        <Group kind="program" label={t('mail.whose-group-programs')} of={others} />
      </Select>
      <Select
        aria-label={t('mail.with')}
        value={view.with ?? ''}
        onChange={({ target }) => go({ box: 'all', with: chosen(target.value) })}
      >
        <option value="">{t('mail.with-anybody')}</option>
        {everybody
          .filter(({ id }) => id !== view.mailbox)
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {t('mail.with-name', { name })}
            </option>
          ))}
      </Select>
    </div>
  )
}

const chosen = (value: string): MailboxId | null => (isMailbox(value) ? value : null)

interface GroupProps {
  kind: Correspondent['kind']
  label: string
  of: readonly Correspondent[]
}

function Group({ kind, label, of }: GroupProps) {
  const some = of.filter((one) => one.kind === kind)
  if (some.length === 0) return null
  return (
    <optgroup label={label}>
      {some.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </optgroup>
  )
}
