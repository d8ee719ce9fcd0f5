// What of the mail waits for me: unread messages, held ones and dead letters; asked anew when mail has moved.
import type { LoggedEvent, OutputOf } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { mayNow } from './session-store.ts'

type MailCount = Pick<OutputOf<'getMailbox'>, 'unread' | 'urgent' | 'quarantined' | 'dead'>

export const useMailCount = create<MailCount>()(() => ({ unread: 0, urgent: 0, quarantined: 0, dead: 0 }))

export const useUnread = (): number => useMailCount(({ unread }) => unread)

const PAUSE_MS = 300 // one question for a burst of messages; the counter is one row for the server

let waiting: ReturnType<typeof setTimeout> | undefined

/** Whatever became of a message may change the counts: only the server knows what it was before. */
export function mailCountEvent(event: LoggedEvent): void {
  if (!event.type.startsWith('message.')) return
  waiting ??= setTimeout(() => {
    waiting = undefined
    void loadMailCount()
  }, PAUSE_MS)
}

export async function loadMailCount(): Promise<void> {
  if (!mayNow('message:read')) return
  try {
    const { unread, urgent, quarantined, dead } = await api.getMailbox({})
    useMailCount.setState({ unread, urgent, quarantined, dead })
  } catch {
    // The counts of before stay; whoever opens the mail is told what is wrong.
  }
}
