// Tells a sender of this machine that its message has not arrived, or was not read in time.
import { moved, type Message } from '@tutti/core'
import type { Statement } from '../db/store.ts'
import { composed } from './composing.ts'
import { insertMessage } from './message-row.ts'
import type { Signers } from './signers.ts'

export interface NoticeDeps {
  now: () => number
  random: (length: number) => Uint8Array
  signers: Signers
  /** The address from which notices come. */
  postmaster: () => string
}

/** What belongs into the unit that ends the message. */
export interface Notice {
  statements: Statement[]
  events: { type: 'message.created'; subject: string; data: Message }[]
}

export type Notices = ReturnType<typeof createNotices>

export function createNotices({ now, random, signers, postmaster }: NoticeDeps) {
  const tell = async (message: Message, { subject, text, context }: Words): Promise<Notice> => {
    // Notices have no expiry and come from nobody's mailbox, so none answers another.
    if (message.from.mailbox === null) return { statements: [], events: [] }
    const at = now()
    const stored = await composed(
      {
        from: { mailbox: null, address: postmaster() },
        to: message.from,
        subject: `${subject}: ${message.subject}`.slice(0, 200),
        text,
        type: 'system',
        priority: 'normal',
        context,
        attachments: [],
        inReplyTo: message.id,
        thread: message.thread,
        broadcast: null,
        deliverAt: null,
        expiresAt: null,
      },
      { now: at, random, signer: await signers.of('machine'), fileUrl: () => '' },
    )
    const data = { ...moved(stored.message, { type: 'release' }, at), version: 1 }
    return {
      statements: insertMessage({ ...stored, message: data }),
      events: [{ type: 'message.created', subject: data.id, data }],
    }
  }
  return {
    expired: (message: Message): Promise<Notice> =>
      tell(message, {
        subject: 'Not read in time',
        text: `Your message ${message.id} to ${message.to.address} expired before it was read.`,
        context: { expired: message.id },
      }),
    dead: (message: Message, why: string): Promise<Notice> =>
      tell(message, {
        subject: 'Not delivered',
        text: `Your message ${message.id} to ${message.to.address} was not delivered: ${why}. Nobody has it; send it again when that has changed.`,
        context: { dead: message.id },
      }),
  }
}

interface Words {
  subject: string
  text: string
  context: Record<string, string>
}
