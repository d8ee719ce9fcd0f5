// What can be done with the selected messages; each can be undone.
import {
  Archive,
  ArchiveRestore,
  CheckCheck,
  ListChecks,
  MailOpen,
  RotateCw,
  Star,
  Undo2,
  X,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { InputOf, MailboxId, Message } from '@tutti/core'
import { useMay } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { IconButton } from '../ui/button.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { t } from '../words/words.ts'
import { change } from './actions.ts'
import { clearSelected, selectAll, useSelected } from './selection.ts'
import { isToMe } from './who.ts'

type Action = Exclude<InputOf<'changeMessages'>['action'], 'act' | 'unstar'>

interface Props {
  me: MailboxId | null
  shown: readonly Message[]
}

export function BulkBar({ me, shown }: Props) {
  const messages = useSelected((state) => state.messages)
  const mayMark = useMay('message:send')
  const chosen = [...messages.values()]
  useCommand('back', clearSelected, chosen.length > 0)
  if (chosen.length === 0) return null
  const mine = chosen.filter((one) => isToMe(one, me))
  const offers: { action: Action; icon: ReactNode; on: readonly Message[] }[] = [
    { action: 'archive', icon: <Archive />, on: mine.filter((one) => !one.archived) },
    { action: 'unarchive', icon: <ArchiveRestore />, on: mine.filter((one) => one.archived) },
    { action: 'star', icon: <Star />, on: mine.filter((one) => !one.starred) },
    { action: 'read', icon: <CheckCheck />, on: mine.filter((one) => one.state === 'delivered') },
    { action: 'unread', icon: <MailOpen />, on: mine.filter((one) => one.state === 'read') },
    { action: 'cancel', icon: <Undo2 />, on: chosen.filter((one) => one.state === 'scheduled') },
    { action: 'retry', icon: <RotateCw />, on: chosen.filter((one) => one.state === 'dead') },
  ]
  return (
    <SelectionBar says={t('mail.selected', { n: chosen.length })}>
      {mayMark &&
        offers.map(
          ({ action, icon, on }) =>
            on.length > 0 && (
              <IconButton
                key={action}
                label={t(`mail.do-${action}`, { n: on.length })}
                onClick={() => {
                  clearSelected()
                  void change(on, action)
                }}
              >
                {icon}
              </IconButton>
            ),
        )}
      <IconButton label={t('mail.select-all', { n: shown.length })} onClick={() => selectAll(shown)}>
        <ListChecks />
      </IconButton>
      <IconButton label={t('mail.clear')} keys="esc" onClick={clearSelected}>
        <X />
      </IconButton>
    </SelectionBar>
  )
}
