// Which part of the mail an address of the dashboard shows, so that every view can be linked to and gone back to.
import type { MailboxId, Message } from '@tutti/core'

export const BOXES = [
  'inbox',
  'starred',
  'sent',
  'archive',
  'scheduled',
  'quarantine',
  'outbox',
  'dead',
  'all',
] as const
export type Box = (typeof BOXES)[number]

export const FILTERS = ['from', 'to', 'priority', 'state', 'trust', 'since', 'until'] as const
export type FilterName = (typeof FILTERS)[number]
/** As they stand in the address; empty ones are left out. */
export type Filters = Readonly<Partial<Record<FilterName, string>>>

export interface View {
  box: Box
  /** Whose mail; null for one's own, or for everybody's where a box has that. */
  mailbox: MailboxId | null
  /** Only what went between the mailbox and this one. */
  with: MailboxId | null
  query: string
  filters: Filters
  /** The message whose thread is open. */
  thread: string | null
  /** To whom a new message is being written, '' for nobody yet; null while none is. */
  write: string | null
}

export const ROOT = '/messages'
export const PICTURE = `${ROOT}/picture`

export const INBOX: View = {
  box: 'inbox',
  mailbox: null,
  with: null,
  query: '',
  filters: {},
  thread: null,
  write: null,
}

/** What an address shows; what it says wrongly is left out. */
export function viewOf(path: string, search: string): View {
  const given = new URLSearchParams(search)
  const thread = new RegExp(`^${ROOT}/thread/([^/]+)$`).exec(path)?.[1]
  return {
    box: BOXES.find((one) => one === given.get('box')) ?? 'inbox',
    mailbox: mailboxIn(given.get('mailbox')),
    with: mailboxIn(given.get('with')),
    query: given.get('q') ?? '',
    filters: Object.fromEntries(
      FILTERS.flatMap((name) => {
        const value = given.get(name)
        return value ? [[name, value]] : []
      }),
    ),
    thread: thread === undefined ? null : decodeURIComponent(thread),
    write: given.get('write'),
  }
}

export function addressOf(view: View): string {
  const given = new URLSearchParams()
  if (view.box !== 'inbox') given.set('box', view.box)
  if (view.mailbox !== null) given.set('mailbox', view.mailbox)
  if (view.with !== null) given.set('with', view.with)
  if (view.query !== '') given.set('q', view.query)
  for (const [name, value] of Object.entries(view.filters)) given.set(name, value)
  if (view.write !== null) given.set('write', view.write)
  const path = view.thread === null ? ROOT : `${ROOT}/thread/${encodeURIComponent(view.thread)}`
  const search = given.toString()
  return search === '' ? path : `${path}?${search}`
}

/** What was said between two, newest first. */
export const conversationOf = (one: MailboxId, other: MailboxId): View => ({
  ...INBOX,
  box: 'all',
  mailbox: one,
  with: other,
})

/** Says what the list shows: another one is read anew. The thread beside it is another matter. */
export const listKey = (view: View): string => addressOf({ ...view, thread: null, write: null })

export const isMailbox = (id: string): id is MailboxId => /^(?:agt|usr|mbx)_[0-9a-hjkmnp-tv-z]{22}$/.test(id)

const mailboxIn = (text: string | null): MailboxId | null => (text && isMailbox(text) ? text : null)

// Everybody's, for whoever looks over them; each of the others is somebody's own.
const HELD: ReadonlySet<Box> = new Set(['all', 'quarantine', 'outbox', 'dead', 'scheduled'])

/** Whose mail the view shows; null for everybody's. A conversation with somebody is one's own unless another is named. */
export const ownerOf = (view: View, me: MailboxId | null): MailboxId | null =>
  view.mailbox ?? (view.with === null && HELD.has(view.box) ? null : me)

const ARRIVED: ReadonlySet<Message['state']> = new Set(['delivered', 'read', 'acted'])

type InBox = (message: Message, is: { from: boolean; to: boolean }) => boolean

const IN_BOX: Readonly<Record<Box, InBox>> = {
  inbox: ({ archived, state }, { to }) => to && !archived && ARRIVED.has(state),
  sent: (_message, { from }) => from,
  archive: ({ archived }, { to }) => to && archived,
  starred: ({ starred }, { to }) => to && starred,
  scheduled: ({ state }, { from }) => from && state === 'scheduled',
  quarantine: ({ state }, { to }) => to && state === 'quarantined',
  outbox: ({ state }, { from }) => from && state === 'queued',
  dead: ({ state }, { from }) => from && (state === 'dead' || state === 'expired'),
  all: (_message, { from, to }) => from || to,
}

/** Whether a message belongs into the view: the same as the server's own question, for what comes while one looks. */
export function fits(view: View, message: Message, me: MailboxId | null): boolean {
  const owner = ownerOf(view, me)
  const is = {
    from: owner === null || message.from.mailbox === owner,
    to: owner === null || message.to.mailbox === owner,
  }
  return IN_BOX[view.box](message, is) && isWith(view, message, owner) && passes(view.filters, message)
}

function isWith(view: View, { from, to }: Message, owner: MailboxId | null): boolean {
  if (view.with === null) return true
  const ends = new Set([from.mailbox, to.mailbox])
  return ends.has(view.with) && (owner === null || ends.has(owner))
}

const passes = (filters: Filters, message: Message): boolean =>
  (filters.priority === undefined || message.priority === filters.priority) &&
  (filters.state === undefined || message.state === filters.state) &&
  (filters.trust === undefined || message.trust === filters.trust) &&
  isParty(filters.from, message.from.address) &&
  isParty(filters.to, message.to.address) &&
  message.createdAt >= Number(filters.since ?? 0) &&
  message.createdAt <= Number(filters.until ?? Infinity)

const isParty = (asked: string | undefined, address: string): boolean => {
  const text = asked?.toLowerCase()
  return text === undefined || (text.includes('@') ? address === text : address.startsWith(`${text}@`))
}
