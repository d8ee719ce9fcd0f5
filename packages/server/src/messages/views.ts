// What of a message a reader is given: a person the text, a model the text as fenced data, subjects and file names included.
import { randomBytes } from 'node:crypto'
import type { Message } from '@tutti/core'
import { fence, leastTrust, type Fenced } from '@tutti/protocol'

const nonce = (): Uint8Array => new Uint8Array(randomBytes(16))

export interface Content {
  text: string
  context: Record<string, unknown> | null
}

/** Text and context of a stored payload, without the binding, which is ours. */
export function contentOf(payload: string): Content {
  const read: unknown = JSON.parse(payload)
  if (!isRecord(read)) return { text: '', context: null }
  const { message, context } = read
  const { _amp: _, ...rest } = isRecord(context) ? context : {}
  return {
    text: typeof message === 'string' ? message : '',
    context: Object.keys(rest).length > 0 ? rest : null,
  }
}

/** One message as a model may read it. */
export const fencedMessage = (message: Message, { text, context }: Content): string =>
  fence(
    {
      ...frameOf(message),
      subject: message.subject,
      message: text,
      context: context === null ? null : JSON.stringify(context, null, 2),
      attachments: message.attachments.map(
        ({ name, type, sizeBytes, id }) => `${name} (${type}, ${sizeBytes} bytes, ${id})`,
      ),
    },
    nonce,
  )

/** A list of messages as a model may read it: one line for each, in our words around theirs. */
export function fencedList(messages: readonly Message[]): string {
  const lines = messages.map(
    (one) =>
      `${one.id} ${new Date(one.createdAt).toISOString().slice(0, 16)}Z ${one.state} ${one.priority} from ${one.from.address}: ${one.subject.replaceAll(/\s+/g, ' ')}`,
  )
  return fence(
    {
      messageId: 'list',
      trust: messages.length === 0 ? 'verified' : leastTrust(messages.map(({ trust }) => trust)),
      source: 'mailbox',
      sender: 'several',
      subject: messages.length === 1 ? '1 message' : `${messages.length} messages`,
      message: lines.join('\n'),
      context: null,
      attachments: [],
    },
    nonce,
  )
}

/** The message without its words, for a caller that gets them fenced. */
export const withoutWords = (message: Message): Message => ({
  ...message,
  subject: '',
  preview: '',
  attachments: message.attachments.map((file) => ({ ...file, name: '' })),
})

const frameOf = (message: Message): Pick<Fenced, 'messageId' | 'trust' | 'source' | 'sender'> => ({
  messageId: message.id,
  trust: message.trust,
  source: message.from.mailbox?.startsWith('usr_') ? 'person' : 'agent',
  sender: message.from.address,
})

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
