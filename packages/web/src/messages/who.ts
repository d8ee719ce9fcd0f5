// How the ends of a message are called, and what of it is mine.
import type { MailboxId, Message, Party } from '@tutti/core'
import { useMe } from '../data/session-store.ts'
import { foreignText } from '../ui/foreign-text.ts'

/** The name of somebody on this machine, the address in full of everybody else. */
export const nameOf = ({ mailbox, address }: Party): string =>
  foreignText(mailbox === null ? address : (address.split('@')[0] ?? address))

/** The face: that of an agent or person here, drawn from the address of everybody else. */
export const faceOf = ({ mailbox, address }: Party): { id: string; avatar: null } => ({
  id: mailbox ?? address,
  avatar: null,
})

/** One's own mailbox; null before it is known who one is. */
export const useOwnMailbox = (): MailboxId | null => useMe()?.user.id ?? null

export const isUnread = ({ state, archived }: Message): boolean => state === 'delivered' && !archived

/** Marks are the recipient's. */
export const isToMe = ({ to }: Message, me: MailboxId | null): boolean => me !== null && to.mailbox === me

/** Whoever answers a message of one's own goes on writing to its recipient. */
export const answerTo = (message: Message, me: MailboxId | null): Party =>
  message.from.mailbox !== null && message.from.mailbox === me ? message.to : message.from

/** Notices of the machine itself take no answer. */
export const takesAnswer = (message: Message, me: MailboxId | null): boolean => {
  const { mailbox, address } = answerTo(message, me)
  return mailbox !== null || !address.startsWith('postmaster@')
}
