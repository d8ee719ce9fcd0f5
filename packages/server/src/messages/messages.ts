// Mail as one feature: what the API and other features may do with the messages of this machine.
import { fault, maySeeMailbox, maySeeMessage, type Clock, type MailReader, type Message } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Actor, Handlers, Log } from '../handler.ts'
import { mailReader } from '../wiring/mail-reader.ts'
import { createAddresses, type AddressDeps, type Correspondent, type OwnNaming } from './addresses.ts'
import { createAttachments } from './attachments.ts'
import { contentHash } from './composing.ts'
import { flowFor } from './flow.ts'
import { findMessage, findSigned, type AgentBook, type StoredMessage } from './message-row.ts'
import { createNotices } from './notice.ts'
import { createMoving } from './moving.ts'
import { createPace } from './pace.ts'
import { createPostOffice, type PostOfficeDeps } from './post-office.ts'
import { ownAgentHandlers } from './own-agent.ts'
import { createSending } from './sending.ts'
import { createShelves } from './shelves.ts'
import { createSigners, type SignerDeps } from './signers.ts'
import type { Taints } from './taint.ts'
import { createTending } from './tending.ts'
import { createTravelling } from './travelling.ts'
import { contentOf, fencedList, fencedMessage, withoutWords } from './views.ts'
import { waitingFor } from './waiting.ts'
import { createWords, type Words } from './words.ts'

export interface MessagesDeps {
  store: Store
  clock: Clock
  random: (length: number) => Uint8Array
  log: Log
  vault: SignerDeps['vault']
  agents: AgentBook
  programs: AddressDeps['programs']
  isOfRoom?: AddressDeps['isOfRoom']
  neighbours?: AddressDeps['neighbours']
  onward?: AddressDeps['onward']
  /** The address space of this machine. */
  naming: () => OwnNaming
  folder: string
  /** Where the recipient of a file fetches it. */
  fileUrl: (id: string) => string
  keptDays: () => number
  judge: (stored: StoredMessage) => StoredMessage
  leaving?: PostOfficeDeps['leaving']
  /** Who is given words from outside. */
  taints: Taints
  isSuspended: (mailbox: string | null) => boolean
}

export type Messages = ReturnType<typeof createMessages>

export function createMessages(deps: MessagesDeps) {
  const { store, clock } = deps
  const now = () => clock.now()
  const addresses = createAddresses(deps)
  const signers = createSigners(deps)
  const office = createPostOffice({ ...deps, now })
  const shelves = createShelves(store)
  const words = createWords(store)
  const moving = createMoving({ store, now })
  const attachments = createAttachments(deps)
  const sending = createSending({
    ...deps,
    addresses,
    signers,
    office,
    now,
    filesOf: attachments.filesOf,
    fileUrl: ({ id }) => deps.fileUrl(id),
  })
  const postmaster = () => `postmaster@${deps.naming().tenant}.${deps.naming().provider}`
  const notices = createNotices({ ...deps, now, signers, postmaster })
  const tending = createTending({ ...deps, moving, notices, attachments, words })

  return {
    addresses,
    signers,
    office,
    moving,
    notices,
    attachments,
    shelves,
    words,
    sending,
    tending,
    travelling: createTravelling({ store, addresses }),
    handlers: {
      ...sendingHandlers({ sending, moving, pace: createPace(now) }),
      ...readingHandlers({ store, shelves, words, moving, addresses, taints: deps.taints }),
      ...ownAgentHandlers({ agents: deps.agents, addresses }),
      ...fileHandlers({ store, attachments, taints: deps.taints }),
    },
  }
}

type SendingHandlers = Pick<Handlers, 'sendMessage' | 'replyMessage' | 'changeMessages' | 'judgeMessage'>

interface SendingParts {
  sending: ReturnType<typeof createSending>
  moving: ReturnType<typeof createMoving>
  pace: ReturnType<typeof createPace>
}

const sendingHandlers = ({ sending, moving, pace }: SendingParts): SendingHandlers => ({
  async sendMessage(input, { actor, by }) {
    const sender = writer(actor)
    pace(sender.mailbox)
    return { messages: await sending.send(sender, input, by) }
  },
  replyMessage(input, { actor, by }) {
    const sender = writer(actor)
    pace(sender.mailbox)
    return sending.reply(sender, input, by)
  },
  changeMessages: (input, { actor, by }) => moving.change(mailReader(actor), input, by),
  judgeMessage: (input, { actor, by }) => moving.judge(mailReader(actor), input, by),
})

type ReadingHandlers = Pick<
  Handlers,
  | 'listMessages'
  | 'searchMessages'
  | 'getMessage'
  | 'readMessage'
  | 'getThread'
  | 'getMailbox'
  | 'listAddresses'
  | 'listMailFlow'
>

interface ReadingDeps {
  store: Store
  shelves: ReturnType<typeof createShelves>
  words: Words
  moving: ReturnType<typeof createMoving>
  addresses: ReturnType<typeof createAddresses>
  taints: Taints
}

function readingHandlers(deps: ReadingDeps): ReadingHandlers {
  const { store, shelves, words, moving, addresses, taints } = deps
  const visible = (reader: MailReader, id: string): Message => {
    const message = findMessage(store, id)
    if (message === null || !maySeeMessage(reader, message)) throw fault('message.unknown', { id })
    return message
  }
  const opened = async (reader: MailReader, message: Message, by: By) => {
    await taints.note(reader, [message], by)
    const signed = findSigned(store, message.id)
    if (signed === undefined) throw fault('message.unknown', { id: message.id })
    const content = contentOf(signed.payload)
    const fenced = fencedMessage(message, content)
    const hash = contentHash(signed)
    return reader.oversees
      ? { message, ...content, fenced, hash }
      : { message: withoutWords(message), text: null, context: null, fenced, hash }
  }
  /** A page for a person as it is; for an agent its words only as fenced data. */
  const shown = async (reader: MailReader, page: { items: Message[]; next: string | null }, by: By) => {
    await taints.note(reader, page.items, by)
    return shownTo(reader, page)
  }
  return {
    async listMessages(input, { actor, by }) {
      const reader = mailReader(actor)
      // A conversation is found by the words that its parties are.
      if (input.with !== undefined) await words.beforeSearch()
      return shown(reader, shelves.list(reader, input), by)
    },
    async searchMessages(input, { actor, by }) {
      const reader = mailReader(actor)
      await words.beforeSearch()
      return shown(reader, shelves.search(reader, input), by)
    },
    getMessage({ id }, { actor, by }) {
      const reader = mailReader(actor)
      return opened(reader, visible(reader, id), by)
    },
    async readMessage({ id }, { actor, by }) {
      const reader = mailReader(actor)
      return opened(reader, await moving.read(reader, id, by), by)
    },
    async getThread({ id }, { actor, by }) {
      const reader = mailReader(actor)
      const items = shelves.thread(reader, visible(reader, id))
      const { next: _, ...page } = await shown(reader, { items, next: null }, by)
      return page
    },
    getMailbox({ mailbox }, { actor }) {
      const reader = mailReader(actor)
      const id = mailbox ?? writer(actor).mailbox
      if (!maySeeMailbox(reader, id)) throw fault('mailbox.unknown', { id })
      return { ...addresses.owner(id), ...shelves.counts(id), ...waitingFor(store, reader) }
    },
    listAddresses: (): Correspondent[] => addresses.all(),
    listMailFlow: ({ since }, { actor }) => flowFor(store, mailReader(actor), since),
  }
}

/** A page for a person as it is; for an agent its words only as fenced data. */
const shownTo = (reader: MailReader, page: { items: Message[]; next: string | null }) =>
  reader.oversees
    ? { ...page, fenced: null }
    : { ...page, items: page.items.map(withoutWords), fenced: fencedList(page.items) }

type FileHandlers = Pick<Handlers, 'uploadAttachment' | 'getAttachment'>

interface FileParts {
  store: Store
  attachments: ReturnType<typeof createAttachments>
  taints: Taints
}

const HOLDERS = 'SELECT message_id AS id FROM message_files WHERE attachment_id = ?'

const fileHandlers = ({ store, attachments, taints }: FileParts): FileHandlers => ({
  uploadAttachment: ({ name, digest }, { actor, body, by }) =>
    attachments.save(writer(actor).mailbox, { name, bytes: body, digest }, by),
  async getAttachment({ id }, context) {
    const reader = mailReader(context.actor)
    const { file, bytes } = await attachments.read(reader, id)
    const holders = store.all<{ id: string }>(HOLDERS, id).flatMap((row) => findMessage(store, row.id) ?? [])
    await taints.note(reader, holders, context.by)
    // Foreign content: saved, never shown as a page of ours.
    context.header('Content-Security-Policy', "default-src 'none'; sandbox")
    context.header('X-Content-Type-Options', 'nosniff')
    return { body: bytes, name: file.name, type: 'application/octet-stream' }
  },
})

/** A caller with a mailbox to write from; throws message.no-mailbox. */
function writer(actor: Actor): MailReader & { mailbox: NonNullable<MailReader['mailbox']> } {
  const reader = mailReader(actor)
  const { mailbox } = reader
  if (mailbox === null) throw fault('message.no-mailbox')
  return { ...reader, mailbox }
}
