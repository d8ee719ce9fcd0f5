// Mail from the command line: for people with their words, for agents with foreign words only as fenced data.
import type { Client } from '@tutti/client'
import { AttachmentId, MESSAGE_PRIORITIES, type InputOf, type Message, type OutputOf } from '@tutti/core'
import { basename, isAbsolute, join } from 'node:path'
import { onOff, text, type Call, type Command, type Flag, type Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import { UsageError } from '../exit-code.ts'
import { messageNamed, shownId } from '../message-naming.ts'
import { agentId } from '../naming.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'
import { counted, relativeTime, size } from '../words.ts'
import { tableCommand } from './table-commands.ts'

const LETTER: readonly Flag[] = [
  text('subject', 'the subject; without it the first line'),
  text('type', 'request, response, task, alert … (notification)'),
  text('priority', `${MESSAGE_PRIORITIES.join(', ')} (normal)`, { choices: MESSAGE_PRIORITIES }),
  {
    name: 'attach',
    says: 'a file, or the id of one uploaded before; may be given more than once',
    kind: 'list',
    short: 'a',
  },
  text('expires-in', 'minutes until it is no longer worth reading'),
  text('key', 'the same key and message again is the same message'),
]
const FIND: readonly Flag[] = [
  text('mailbox', 'of this agent, in place of your own'),
  text('from', 'from this name or address'),
  text('limit', 'at most so many (20)'),
]
const TEXT = { name: 'text', says: 'the message; - takes it from stdin' } as const
const ID = { name: 'id', says: 'the id of a message, or its end' } as const

export const mailCommands: Command[] = [
  {
    words: 'send',
    says: 'Send a message to an agent, a person, all with a #tag or all whose names fit shop-*',
    args: [{ name: 'to', completes: 'agent' }, TEXT],
    flags: [...LETTER, text('at', 'when to deliver it, such as 2026-11-30T09:00:00Z')],
    run: send,
  },
  {
    words: 'inbox',
    says: 'Unread messages, the most urgent first',
    args: [],
    flags: [onOff('all', 'the read ones as well, newest first'), ...FIND],
    run: inbox,
  },
  listCommand(),
  {
    words: 'read',
    says: 'Read a message; without an id the next unread one',
    args: [{ ...ID, optional: true }],
    flags: [],
    run: read,
  },
  { words: 'reply', says: 'Answer a message', args: [ID, TEXT], flags: LETTER, run: reply },
  { words: 'thread', says: 'The thread of a message, oldest first', args: [ID], flags: [], run: thread },
  {
    words: 'search',
    says: 'Search mail: words, the last one as a beginning',
    args: [{ name: 'query', many: true }],
    flags: FIND,
    run: search,
  },
  {
    words: 'mail attach', // `tutti attach` shows a terminal to people; agents may write it for this
    says: 'Upload a file for a message and print its id, for --attach',
    args: [{ name: 'file' }],
    flags: [],
    run: (call) => attachFile(call, call.need('file')),
  },
]

async function send(call: Call): Promise<Outcome> {
  const at = call.text('at')
  const deliverAt = at === undefined ? undefined : Date.parse(at)
  if (Number.isNaN(deliverAt))
    throw new UsageError(`--at expects a time such as 2026-11-30T09:00:00Z, got ${at}.`)
  const letter = await letterOf(call)
  const { messages } = await call.client().sendMessage({
    ...letter,
    to: call.need('to'),
    ...(deliverAt === undefined ? {} : { deliverAt }),
  })
  return { data: messages, text: () => messages.map(sentLine).join('\n') }
}

const sentLine = (message: Message): string => {
  const how = message.state === 'delivered' ? 'Delivered to' : `${message.why}:`
  return `${how} ${message.to.address} (${message.id})`
}

async function reply(call: Call): Promise<Outcome> {
  const message = await call.client().replyMessage({ ...(await letterOf(call)), id: await messageId(call) })
  return { data: message, text: () => sentLine(message) }
}

type Letter = Omit<InputOf<'replyMessage'>, 'id'>

/** What is typed, with its files uploaded. */
async function letterOf(call: Call): Promise<Letter> {
  const words = call.need('text')
  const given = words === '-' ? await call.io.readInput() : words
  if (given.trim() === '') throw new UsageError('TEXT is empty.')
  const priority = MESSAGE_PRIORITIES.find((one) => one === call.text('priority'))
  const attachments: string[] = []
  for (const path of call.list('attach')) attachments.push(await fileId(call, path))
  return {
    text: given,
    attachments,
    ...(priority === undefined ? {} : { priority }),
    ...named(call, ['subject', 'type', 'key']),
    ...(call.text('expires-in') === undefined ? {} : { expiresIn: numberOf(call, 'expires-in', 0) }),
  }
}

/** A file is uploaded unless it was before: an id of ours is no name that anybody gives a file. */
const fileId = async (call: Call, given: string): Promise<string> =>
  AttachmentId.safeParse(given).success ? given : (await uploaded(call, given)).id

/** Those of the flags that were given. */
const named = <N extends string>(call: Call, names: readonly N[]): Partial<Record<N, string>> => {
  const given: Partial<Record<N, string>> = {}
  for (const name of names) {
    const value = call.text(name)
    if (value !== undefined) given[name] = value
  }
  return given
}

function numberOf(call: Call, name: string, otherwise: number): number {
  const typed = call.text(name)
  if (typed === undefined) return otherwise
  if (!/^\d{1,9}$/.test(typed))
    throw new UsageError(`--${name} expects a number, got ${JSON.stringify(typed)}.`)
  return Number(typed)
}

async function findOf(call: Call) {
  const mailbox = call.text('mailbox')
  return {
    limit: numberOf(call, 'limit', 20),
    ...named(call, ['from']),
    ...(mailbox === undefined ? {} : { mailbox: await agentId(call.client(), mailbox) }),
  }
}

/** As the table of operations says it, shown as the inbox is. */
function listCommand(): Command {
  const derived = tableCommand('listMessages')
  return {
    ...derived,
    run: async (call) => {
      const { data } = await derived.run(call)
      // The client gives what the table's schema says.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return listed(data as OutputOf<'listMessages'>, 'No messages.')
    },
  }
}

async function inbox(call: Call): Promise<Outcome> {
  const all = call.on('all') === true
  const order = all ? ('newest' as const) : ('delivery' as const)
  const page = await call.client().listMessages({ ...(await findOf(call)), unread: !all, order })
  return listed(page, all ? 'No messages.' : 'No unread messages.')
}

async function search(call: Call): Promise<Outcome> {
  const query = call.list('query').join(' ')
  return listed(await call.client().searchMessages({ ...(await findOf(call)), query }), 'Nothing found.')
}

async function thread(call: Call): Promise<Outcome> {
  return listed(await call.client().getThread({ id: await messageId(call) }), 'No messages.')
}

type Listed = Pick<OutputOf<'listMessages'>, 'items' | 'fenced'>

const listed = (found: Listed, nothing: string): Outcome => ({
  data: found,
  text: (page) => (found.items.length === 0 ? nothing : (found.fenced ?? messageTable(page, found.items))),
})

const messageTable = (page: Page, messages: readonly Message[]): string =>
  table(
    page,
    [
      { title: 'FROM', cell: (one) => plain(one.from.address), least: 12 },
      {
        title: 'SUBJECT',
        cell: (one) => plain(one.priority === 'normal' ? one.subject : `[${one.priority}] ${one.subject}`),
        least: 16,
      },
      { title: 'STATE', cell: (one) => one.state },
      { title: 'WHEN', cell: (one) => relativeTime(one.createdAt, page.now) },
      { title: 'ID', cell: (one) => ({ text: shownId(page, plain(one.id)), ink: 'dim' }) },
    ],
    messages,
  )

// The same fields as of a message, so that a script reads one shape.
const NOTHING = { message: null, text: null, context: null, fenced: null, hash: null }

async function read(call: Call): Promise<Outcome> {
  const client = call.client()
  const id = call.text('id') === undefined ? await nextUnread(client) : await messageId(call)
  if (id === undefined) return { data: NOTHING, text: () => 'No unread messages.' }
  const opened = await client.readMessage({ id })
  return { data: opened, text: (page) => (opened.text === null ? opened.fenced : letterText(page, opened)) }
}

async function nextUnread(client: Client): Promise<string | undefined> {
  const { items } = await client.listMessages({ unread: true, order: 'delivery', limit: 1 })
  return items[0]?.id
}

function letterText(page: Page, { message, text: words, context }: OutputOf<'readMessage'>): string {
  const lines = [
    `${page.paint('dim', 'From')}     ${plain(message.from.address)} (${message.trust})`,
    `${page.paint('dim', 'To')}       ${plain(message.to.address)}`,
    `${page.paint('dim', 'Subject')}  ${plain(message.subject)}`,
    `${page.paint('dim', 'When')}     ${relativeTime(message.createdAt, page.now)}`,
    ...message.attachments.map(
      (file) =>
        `${page.paint('dim', 'File')}     ${plain(file.name)} (${file.type}, ${size(file.sizeBytes)}, ${file.id})`,
    ),
    '',
    // Line by line: what a line holds must not move the cursor.
    ...(words ?? '').split('\n').map(plain),
    ...(context === null ? [] : ['', plain(JSON.stringify(context))]),
  ]
  return lines.join('\n')
}

/** Uploads a file and tells its id. */
export async function attachFile(call: Call, path: string): Promise<Outcome> {
  const file = await uploaded(call, path)
  return {
    data: file,
    text: () => `${file.id} (${plain(file.name)}, ${file.type}, ${counted(file.sizeBytes, 'byte')})`,
  }
}

async function uploaded(call: Call, path: string): Promise<OutputOf<'uploadAttachment'>> {
  const whole = isAbsolute(path) ? path : join(call.io.cwd, path)
  const body = call.io.readBytes(whole)
  if (body === null) throw new UsageError(`${path} cannot be read.`)
  return call.client().uploadAttachment({ name: basename(whole) }, { body })
}

const messageId = (call: Call): Promise<string> => messageNamed(call.client(), call.need('id'))
