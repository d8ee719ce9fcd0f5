// The part of the mail feature that AMP works with.
import type { Message } from '@tutti/core'
import type { newMessage, storedOf } from '../messages/composing.ts'
import type { Messages } from '../messages/messages.ts'

export interface Mail extends Pick<Messages, 'addresses' | 'signers' | 'office' | 'moving' | 'attachments'> {
  find(id: string): Message | null
  /** What was signed of a message, as it lies in the database. */
  signed(id: string): { envelope: string; payload: string }
  /** Messages for other providers whose next try is due. */
  queued(now: number, limit: number): Message[]
  newMessage: typeof newMessage
  storedOf: typeof storedOf
}
