// What can be done with a thread as a whole: archive, keep as a file, and go to everything that two have said.
import { Archive, FileJson, FileText, MessagesSquare, Link as LinkIcon } from 'lucide-react'
import { navigate } from 'wouter/use-browser-location'
import type { MailboxId, Message } from '@tutti/core'
import { copyText } from '../data/clipboard.ts'
import { mayNow } from '../data/session-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import { change } from './actions.ts'
import { exportThread } from './export.ts'
import { addressOf, conversationOf, INBOX } from './view.ts'
import { isToMe, nameOf } from './who.ts'

export function threadEntries(messages: readonly Message[], me: MailboxId | null): MenuEntry[] {
  const [first] = messages
  if (!first) return []
  const mine = messages.filter((one) => isToMe(one, me) && !one.archived)
  const { from, to } = first
  return [
    ...(mine.length > 0 && mayNow('message:send')
      ? [{ label: t('mail.archive-thread'), icon: <Archive />, run: () => void change(mine, 'archive') }]
      : []),
    {
      label: t('mail.copy-link'),
      icon: <LinkIcon />,
      run: () => void copyText(location.origin + addressOf({ ...INBOX, thread: first.id })),
    },
    ...(from.mailbox !== null && to.mailbox !== null
      ? [betweenEntry([from.mailbox, to.mailbox], t('mail.between', { a: nameOf(from), b: nameOf(to) }))]
      : []),
    { kind: 'line' },
    { label: t('mail.export-markdown'), icon: <FileText />, run: () => void exportThread(messages, 'md') },
    { label: t('mail.export-json'), icon: <FileJson />, run: () => void exportThread(messages, 'json') },
  ]
}

const betweenEntry = ([one, other]: readonly [MailboxId, MailboxId], label: string): MenuEntry => ({
  label,
  icon: <MessagesSquare />,
  run: () => navigate(addressOf(conversationOf(one, other))),
})
