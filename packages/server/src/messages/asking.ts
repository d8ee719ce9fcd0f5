// Mail to a person that expects an answer is an ask in the attention queue, seen by that person alone; the answer goes back as a
// reply, and whoever replies in the mail itself has answered, too.
import {
  hasEnded,
  type AgentId,
  type Answer,
  type Ask,
  type Asker,
  type AttentionItem,
  type LoggedEvent,
  type Message,
  type UserId,
} from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { findMessage, findSigned, MESSAGE_COLUMNS, messageOf, type MessageRow } from './message-row.ts'
import type { Sending } from './sending.ts'
import { contentOf } from './views.ts'
import { vouchedAgent } from './vouched-sender.ts'

/** The part of the attention queue that mail needs; all of it may be repeated. */
export interface Queue {
  raise(agent: AgentId, ask: Ask, byMail: { onlyFor: UserId; asker?: Asker }): Promise<void>
  consumed(agent: AgentId, ref: string, why: string): Promise<void>
  over(agent: AgentId, ref: string, why: string): Promise<void>
  /** Open items that are for one person only. */
  open(): readonly AttentionItem[]
}

export interface AskingDeps {
  store: Store
  log: Log
  queue: Queue
  reply: Sending['reply']
  /** The name of the machine of the room on which an agent lives; null where that machine cannot speak for it. */
  machineOf?(agent: AgentId, node: string): string | null
  /** Whether a machine is not of the room any more, or this one is not. */
  hasLeft?(node: string): boolean
}

export interface Asking {
  /** Sends the answer to an ask as a reply of the person whom it was for; once for each ask, however often it is tried. */
  answer(item: AttentionItem, answer: Answer): Promise<void>
  /** Takes up what came while nobody looked, and follows the mail; the answer ends that. */
  run(): () => void
}

// The kinds of AMP after which a sender waits for somebody to say something.
const EXPECTING: ReadonlySet<string> = new Set(['request', 'question', 'task', 'handoff'])
const LENGTHS = { title: 2000, text: 10_000, label: 1000 } as const
// One agent that asks without end must not bury what all others ask; the rest lies in the inbox.
const MOST_OPEN = 20
// Nor must one machine of the room, whatever names it gives to its agents.
const MOST_OF_MACHINE = 100
// As many as have a key of their own.
const MOST_CHOICES = 9

const PARTED = 'Its machine is not of the room any more'

const UNANSWERED = `SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN users u ON m.recipient = u.id
  WHERE m.state = 'delivered' AND m.archived = 0 AND m.type IN (${[...EXPECTING].map((type) => `'${type}'`).join(', ')})
  ORDER BY m.seq DESC LIMIT 500`

export function createAsking(deps: AskingDeps): Asking {
  const { store, log, queue, reply } = deps
  const quietly = quietWork(log, 'mail.not-asked')

  const follow = (message: Message): Promise<void> | null => {
    const asked = askedOf(deps, message)
    if (asked === null) return null
    const { agent, onlyFor, asker } = asked
    const ref = refOf(message)
    if (message.state === 'acted') return queue.consumed(agent, ref, 'It was answered by mail')
    if (message.archived) return queue.over(agent, ref, 'The message was archived')
    if (hasEnded(message)) return queue.over(agent, ref, message.why)
    if (message.state !== 'delivered' && message.state !== 'read') return null
    if (isCrowded(queue.open(), { agent, ref, node: asker?.node })) return null
    return queue.raise(agent, askOf(store, message), asker ? { onlyFor, asker } : { onlyFor })
  }
  /** Nobody is there to be answered. */
  const parted = (hasLeft: (node: string) => boolean) => {
    for (const { id, agentId, ask, asker } of queue.open())
      if (asker && hasLeft(asker.node)) quietly(queue.over(agentId, ask.ref, PARTED), { id })
  }
  const heard = (event: LoggedEvent) => {
    if (event.type === 'node.removed') return parted((node) => node === event.data.id)
    if (event.type !== 'message.created' && event.type !== 'message.changed') return
    const { id } = event.data
    quietly(() => follow(event.data), { id })
  }
  const takeUp = () => {
    for (const item of queue.open()) {
      const message = findMessage(store, idOf(item.ask.ref))
      const forgotten = () => queue.over(item.agentId, item.ask.ref, 'The message is no longer kept')
      quietly(() => (message ? follow(message) : forgotten()), { id: item.id })
    }
    parted((node) => deps.hasLeft?.(node) === true)
    for (const row of store.all<MessageRow>(UNANSWERED)) {
      quietly(() => follow(messageOf(row)), { id: row.id })
    }
  }

  return {
    async answer(item, answer) {
      const mailbox = item.onlyFor
      if (mailbox === undefined) throw new Error('an ask that no mail has made was answered by mail')
      const by: By = { actor: mailbox, address: '', act: 'replyMessage', audited: true }
      const letter = {
        id: idOf(item.ask.ref),
        text: textOf(item.ask, answer),
        type: 'response',
        priority: 'normal',
        attachments: [],
        key: `answer ${item.id}`,
      } as const
      await reply({ mailbox, oversees: true }, { ...letter, attachments: [] }, by)
    },
    run() {
      takeUp()
      return store.onEvents((events) => events.forEach(heard))
    },
  }
}

const refOf = ({ id }: Pick<Message, 'id'>): string => `mail ${id}`
const idOf = (ref: string): string => ref.slice('mail '.length)

interface Asked {
  agent: AgentId
  /** The person who is asked. */
  onlyFor: UserId
  asker?: Asker
}

/** Who asks whom; null for any other mail. What strangers ask lies in the inbox. */
function askedOf(deps: AskingDeps, { id, from, to, type }: Message): Asked | null {
  if (!EXPECTING.has(type) || !isPerson(to.mailbox)) return null
  if (isAgent(from.mailbox)) return { agent: from.mailbox, onlyFor: to.mailbox }
  const elsewhere = from.mailbox === null ? vouchedAgent(deps.store, id) : null
  const machine = elsewhere && deps.machineOf?.(elsewhere.agent, elsewhere.node)
  if (!elsewhere || !machine) return null
  const name = from.address.split('@', 1)[0] ?? ''
  const asker = { name, address: from.address, node: elsewhere.node, machine }
  return { agent: elsewhere.agent, onlyFor: to.mailbox, asker }
}

function isCrowded(
  open: readonly AttentionItem[],
  { agent, ref, node }: { agent: AgentId; ref: string; node: string | undefined },
): boolean {
  const own = open.filter(({ agentId }) => agentId === agent)
  if (own.some(({ ask }) => ask.ref === ref)) return false
  const ofMachine = node === undefined ? [] : open.filter(({ asker }) => asker?.node === node)
  return own.length >= MOST_OPEN || ofMachine.length >= MOST_OF_MACHINE
}

const isAgent = (id: string | null): id is AgentId => id?.startsWith('agt_') ?? false
const isPerson = (id: string | null): id is UserId => id?.startsWith('usr_') ?? false

/** A message may offer answers in its context: `{"choices": ["Yes", "No"]}`. */
function askOf(store: Store, message: Message): Ask {
  const signed = findSigned(store, message.id)
  const { text, context } = signed ? contentOf(signed.payload) : { text: '', context: null }
  return {
    ref: refOf(message),
    kind: 'question',
    title: message.subject.slice(0, LENGTHS.title),
    tool: null,
    input: null,
    reason: text.slice(0, LENGTHS.text),
    questions: [
      {
        text: message.subject.slice(0, LENGTHS.title),
        header: '',
        choices: labelsIn(context?.['choices']).map((label, index) => ({
          key: String(index),
          label,
          effect: 'answer',
          description: '',
        })),
        multiple: false,
        words: true,
      },
    ],
    at: message.createdAt,
    onBehalfOf: null,
  }
}

function labelsIn(offered: unknown): string[] {
  if (!Array.isArray(offered) || offered.length > MOST_CHOICES) return []
  return offered.flatMap((one: unknown) =>
    typeof one === 'string' && one.trim() !== '' && one.length <= LENGTHS.label ? [one] : [],
  )
}

/** The answer in words, as the agent reads it. */
function textOf(ask: Ask, answer: Answer): string {
  if (answer.kind === 'words') return answer.words
  if (answer.kind === 'deny') return answer.reason === '' ? 'No.' : `No: ${answer.reason}`
  const labels = ask.questions.flatMap(({ choices }, index) =>
    choices.filter(({ key }) => answer.choices[index]?.includes(key)).map(({ label }) => label),
  )
  return [labels.join(', '), answer.words ?? ''].filter((part) => part !== '').join('\n\n')
}
