// Sends what somebody on this machine writes: to one, to all with a tag, now or later, as an answer or as the first of a thread.
import {
  Fault,
  fault,
  maySeeMessage,
  moved,
  must,
  type AttachedFile,
  type MailboxId,
  type MailReader,
  type Message,
  type ParsedOf,
  type Party,
} from '@tutti/core'
import { canonicalJson, type JsonValue } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Addresses } from './addresses.ts'
import { composed } from './composing.ts'
import { findMessage, updateMessage } from './message-row.ts'
import { digestOf, type Acceptance, type PostOffice, type Repeat } from './post-office.ts'
import type { Signers } from './signers.ts'

type Letter = Omit<ParsedOf<'sendMessage'>, 'to'>

export interface Sending {
  send(
    sender: MailReader & { mailbox: MailboxId },
    letter: ParsedOf<'sendMessage'>,
    by: By,
  ): Promise<Message[]>
  reply(
    sender: MailReader & { mailbox: MailboxId },
    letter: ParsedOf<'replyMessage'>,
    by: By,
  ): Promise<Message>
}

export interface SendingDeps {
  store: Store
  addresses: Addresses
  signers: Signers
  office: PostOffice
  now: () => number
  random: (length: number) => Uint8Array
  /** The files of a draft; throws attachment.unknown where one is not the sender's. */
  filesOf: (ids: readonly string[], owner: MailboxId) => AttachedFile[]
  fileUrl: (file: AttachedFile) => string
  /** Whether an operator has closed a mailbox. */
  isSuspended: (mailbox: string | null) => boolean
}

const MINUTE_MS = 60_000

export function createSending(deps: SendingDeps): Sending {
  const { store, addresses, office, now } = deps

  /** The message that is answered; throws message.unknown where the sender cannot see it. */
  const parentOf = (sender: MailReader, id: string | undefined): Message | null => {
    if (id === undefined) return null
    const parent = findMessage(store, id)
    if (parent === null || !maySeeMessage(sender, parent)) throw fault('message.unknown', { id })
    return parent
  }

  const post = async (
    sender: MailReader & { mailbox: MailboxId },
    work: { letter: Letter; recipients: readonly Party[]; repeat: Repeat | null; by: By },
  ): Promise<Message[]> => {
    const { letter } = work
    const recipients = openOf(deps, sender.mailbox, work.recipients)
    const from = { mailbox: sender.mailbox, address: addresses.owner(sender.mailbox).address }
    const signer = await deps.signers.of(sender.mailbox)
    const parent = parentOf(sender, letter.inReplyTo)
    const at = now()
    const times = timesOf(letter, at)
    const files = deps.filesOf(letter.attachments, sender.mailbox)
    const drafts = []
    let broadcast: string | null = null
    for (const to of recipients) {
      const stored = await composed(
        {
          ...(letter.id === undefined ? {} : { id: letter.id }),
          from,
          spelledFrom: addresses.spelledFor(from.address, to),
          to,
          subject: letter.subject ?? subjectOf(letter.text, parent),
          text: letter.text,
          type: letter.type,
          priority: letter.priority,
          context: letter.context === undefined ? null : plain(letter.context),
          attachments: files,
          inReplyTo: parent?.id ?? null,
          thread: parent?.thread ?? broadcast,
          broadcast,
          ...times,
        },
        { now: at, random: deps.random, signer, fileUrl: deps.fileUrl },
      )
      broadcast ??= recipients.length > 1 ? stored.message.id : null
      drafts.push({ ...stored, message: { ...stored.message, broadcast } })
    }
    return office.accept(drafts, {
      by: work.by,
      repeat: work.repeat,
      ...actedUpon(parent, sender.mailbox, at),
    })
  }

  return {
    async send(sender, letter, by) {
      const { key, ...rest } = letter
      const repeat = repeatOf(sender.mailbox, { key, id: letter.id, asked: rest })
      const before = office.before(repeat)
      if (before !== null) return before
      const recipients = addresses.recipients(letter.to, sender.mailbox)
      if (recipients.length > 1 && letter.id !== undefined) {
        throw fault('input.invalid', { problems: 'id: a broadcast has its own', operation: 'sendMessage' })
      }
      return withFresh(() => post(sender, { letter, recipients, repeat, by }))
    },
    async reply(sender, { id, ...letter }, by) {
      const { key, ...rest } = letter
      const repeat = repeatOf(sender.mailbox, { key, id: undefined, asked: { ...rest, inReplyTo: id } })
      const [known] = office.before(repeat) ?? []
      if (known !== undefined) return known
      const parent = parentOf(sender, id)
      if (parent === null) throw fault('message.unknown', { id })
      // Whoever answers a message of his own goes on writing to its recipient.
      const to = addresses.current(parent.from.mailbox === sender.mailbox ? parent.to : parent.from)
      addresses.refuseGone(to)
      const work = { letter: { ...letter, inReplyTo: id }, recipients: [to], repeat, by }
      const [sent] = await withFresh(() => post(sender, work))
      return must(sent, 'the message of a reply')
    },
  }
}

/** Who of them can be written to now. Throws mailbox.suspended where the sender or the only recipient is closed. */
function openOf({ isSuspended, addresses }: SendingDeps, sender: MailboxId, to: readonly Party[]): Party[] {
  const open = to.filter(({ mailbox }) => !isSuspended(mailbox))
  const closed = isSuspended(sender) ? sender : open.length === 0 ? to[0]?.mailbox : null
  if (closed) throw fault('mailbox.suspended', { name: addresses.owner(closed).name })
  return open
}

// A message is read and marked by one recipient: more than a few collisions would be a bug.
const MOST_TRIES = 5

/** Again with what is there now, where somebody marked the message that is answered meanwhile. */
export async function withFresh<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'version.stale' || tries === MOST_TRIES) throw error
    }
  }
}

function repeatOf(
  sender: string,
  { key, id, asked }: { key: string | undefined; id: string | undefined; asked: unknown },
): Repeat | null {
  const name = key !== undefined ? `key ${key}` : id !== undefined ? `id ${id}` : null
  return name === null ? null : { sender, key: name, digest: digestOf(asked) }
}

/** Answering is acting: the message that is answered changes in the same transaction. */
function actedUpon(
  parent: Message | null,
  sender: MailboxId,
  at: number,
): Pick<Acceptance, 'statements' | 'events'> {
  if (parent === null || parent.to.mailbox !== sender) return {}
  if (parent.state !== 'delivered' && parent.state !== 'read') return {}
  const data = moved(parent, { type: 'act' }, at)
  return {
    statements: [updateMessage(data, parent, null)],
    events: [{ type: 'message.changed', subject: data.id, data }],
  }
}

function timesOf({ deliverAt, expiresIn }: Letter, at: number) {
  const from = Math.max(at, deliverAt ?? at)
  return {
    deliverAt: deliverAt === undefined || deliverAt <= at ? null : deliverAt,
    expiresAt: expiresIn === undefined ? null : from + expiresIn * MINUTE_MS,
  }
}

// A list shows subjects; the first line is one that nobody had to think of.
const SUBJECT_CHARS = 72

function subjectOf(text: string, parent: Message | null): string {
  if (parent !== null)
    return parent.subject.startsWith('Re: ') ? parent.subject : `Re: ${parent.subject}`.slice(0, 256)
  const line = text.trim().split('\n', 1)[0] ?? ''
  const chars = Array.from(line)
  return chars.length > SUBJECT_CHARS ? `${chars.slice(0, SUBJECT_CHARS - 1).join('')}…` : line
}

/** Checked JSON as plain values: what the schema let through may still hold what JSON cannot say. */
function plain(context: Record<string, unknown>): Record<string, JsonValue> {
  // JSON.parse of canonical JSON is what the type says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(canonicalJson(context)) as Record<string, JsonValue>
}
