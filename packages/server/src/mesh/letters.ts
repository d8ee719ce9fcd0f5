// Mail between machines of the room: messages of this one as letters, and letters of others as messages (C17).
import type { AgentId, Message, MessageMove, NewEvent } from '@tutti/core'
import { agentsOf, isWithdrawn, machinesOf, type Letter, type MeshState, type Notice } from '@tutti/core/mesh'
import {
  LIMITS,
  parseEnvelope,
  parseInstant,
  parseJson,
  parsePayload,
  type Address,
  type Envelope,
  type NodeId,
  type Payload,
} from '@tutti/protocol'
import { isNodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { Statement } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { isPinned, isSigned, pin, SenderProof } from './sender-proof.ts'

/** A mailbox of this machine. */
export interface Owner {
  id: NonNullable<Message['to']['mailbox']>
  name: string
  address: string
  kind: 'agent' | 'person' | 'program'
}

/** A message as it is stored; its shape is the mail feature's own. */
export interface Stored extends Content {
  message: Message
}

/** What was signed of a message, and how. */
interface Content {
  envelope: string
  payload: string
  proof: string
}

/** What the mesh needs of the mail of this machine. */
export interface MeshMail<S extends Stored = Stored> {
  naming(): { tenant: string; provider: string }
  /** Any form of an address in full; throws for what is none. */
  parse(text: string): Address
  /** The owner of a mailbox by its id or its name, null where nobody has it. */
  owner(text: string): Owner | null
  /** Messages for other machines that are not on their way yet, in the order in which they were sent. */
  queued(onItsWay: number): Message[]
  find(id: string): Message | null
  /** Messages of owners here that other machines have had since that moment, oldest first. */
  deliveredSince(ms: number, most: number): Message[]
  signed(id: string): Content
  /** What shows that its sender signed it; null where nobody did. */
  proofOf(message: Message, content: Pick<Content, 'proof'>): SenderProof | null
  /** Whether its words come from outside, directly or by a sender that had read such. */
  isTainted(message: Message): boolean
  /** The key by which a sender elsewhere is known here. */
  pinned(party: string): string | null
  stored(message: Partial<Message>, signed: Signed): S
  /** Puts messages into their mailboxes with other statements in one transaction. */
  accept(messages: readonly S[], also: Also): Promise<void>
  /** Mail of this machine whose recipient lives here by now: it is put into that mailbox. */
  returned(id: string, to: Owner): Also
  /** Where an agent that lived here lives now, by its id or name; `waits` while it is on its way. */
  onward(text: string): { agent: string; node: string; address: string; waits: boolean } | null
  /** Whether an agent came from that machine, which sends its mail after it. */
  cameFrom(agent: string, node: NodeId): boolean
  /** `also` goes into the same transaction. */
  move(id: string, move: MessageMove, also: readonly Statement[]): Promise<void>
}

interface Also {
  statements: readonly Statement[]
  events: readonly NewEvent[]
}

export interface Signed {
  envelope: Envelope
  payload: Payload
  /** The machine that vouches, and whom of its own it says it is from. */
  vouched: NodeId
  sender: string
  /** What its machine said of it: the worse of what both know counts. */
  tainted: boolean
}

const Body = z.object({
  name: z.string().regex(/^[a-z0-9_-]{1,63}$/),
  envelope: z.string().max(64 * 1024),
  payload: z.string().max(1024 * 1024),
  /** Mail that is sent after an agent to its new home: who wrote it, and what its old home made of that. */
  after: z
    .strictObject({
      address: z.string().min(3).max(400),
      trust: z.enum(['verified', 'external', 'untrusted']),
    })
    .optional(),
  /** Of mail that is sent after somebody its old home has looked at that. */
  proof: SenderProof.nullable(),
  tainted: z.boolean().default(false),
})

export interface LettersDeps<S extends Stored> {
  self: NodeId
  mail: MeshMail<S>
  state: () => MeshState
  nowMs: () => number
  log: Log
}

/** `<machine>/<mailbox id or name>`: whom a machine speaks for stands in the name, so nothing has to be looked up. */
const partyOf = (node: NodeId, mailbox: string): string => `${node}/${mailbox}`

/** The machine that a party of a letter lives on. */
export function homeOfParty(party: string): NodeId | null {
  const node = party.slice(0, party.indexOf('/'))
  return isNodeId(node) ? node : null
}

export type Letters<S extends Stored> = ReturnType<typeof createLetters<S>>

export function createLetters<S extends Stored>(deps: LettersDeps<S>) {
  const { self, mail, state } = deps
  const read = new WeakMap<Letter, Opened<S>>()

  const partyAt = (address: Address) => partyIn(deps, address)

  return {
    partyAt,
    /** Agents of other machines by their addresses; where two machines claim one, the directory decides. */
    neighbours(): Owner[] {
      const { directory, membership } = state()
      const places = agentsOf(directory, membership, deps.nowMs()).filter(({ home }) => home !== self)
      return places.flatMap(({ id, address }) =>
        isAgentId(id)
          ? [{ id, name: address, address: `${address}.${mail.naming().provider}`, kind: 'agent' as const }]
          : [],
      )
    },
    /** A queued message as a letter, null where its recipient is not of the room. */
    letterOf: (message: Message): Letter | null => letterFrom(deps, partyAt, { message }),
    /** The same of one that is being written. */
    letterOfStored: ({ message, ...content }: Stored): Letter | null =>
      letterFrom(deps, partyAt, { message, content }),
    /** Whether a letter can go into a mailbox here. */
    takes(letter: Letter): boolean {
      const from = homeOfParty(letter.from)
      try {
        const opened = from && openedLetter(deps, letter, from)
        if (opened) read.set(letter, opened)
        return Boolean(opened)
      } catch (error) {
        deps.log.warn('mesh.letter-refused', { from: letter.from, problem: String(error) })
        return false
      }
    },
    leadsTo: (address: string, node: NodeId): boolean => partyAt(mail.parse(address))?.node === node,
    /** The letters of which a message is made. */
    takenOf: (letters: readonly Letter[]): Letter[] =>
      letters.filter((letter) => read.has(letter) && !mail.find(letter.id)),
    /** The messages of letters that were taken; one that is here already by another way is not doubled. */
    messagesOf(letters: readonly Letter[]): { messages: S[]; returned: Also } {
      const returned = letters.flatMap((letter) => returnedBy(mail, letter) ?? [])
      return {
        messages: letters.flatMap((letter) => (mail.find(letter.id) ? [] : (read.get(letter)?.stored ?? []))),
        returned: {
          statements: returned.flatMap(({ statements }) => statements),
          events: returned.flatMap(({ events }) => events),
        },
      }
    },
    /** The keys by which the senders of letters are known from now on. */
    pinsOf: (letters: readonly Letter[]): Statement[] =>
      letters.flatMap((letter) => {
        const proof = read.get(letter)?.proof
        return proof && isPinned(letter.from) ? [pin(letter.from, proof, deps.nowMs())] : []
      }),
    /** Writes at a message of ours what became of it, and `also`; null where nothing is to be written. */
    settle({ id, outcome }: Notice, also: readonly Statement[]): Promise<void> | null {
      const message = mail.find(id)
      // What has expired or was removed meanwhile has had its end.
      if (message?.state !== 'queued') return null
      if (outcome === 'delivered' || outcome === 'late') return mail.move(id, { type: 'deliver' }, also)
      return mail.move(id, { type: 'fail', why: WHY[outcome], last: true }, also)
    },
  }
}

function letterFrom<S extends Stored>(
  { self, mail }: LettersDeps<S>,
  partyAt: (address: Address) => { node: NodeId; mailbox: string } | null,
  { message, content }: { message: Message; content?: Content },
): Letter | null {
  const to = destination(mail, partyAt(mail.parse(message.to.address)))
  if (!to || (message.from.mailbox === null && !to.isAfter)) return null
  const signed = content ?? mail.signed(message.id)
  return {
    id: message.id,
    from: partyOf(self, message.from.mailbox ?? 'after'),
    to: partyOf(to.node, to.mailbox),
    body: {
      name: nameIn(message.from.address),
      envelope: signed.envelope,
      payload: signed.payload,
      proof: message.from.mailbox === null ? null : mail.proofOf(message, signed),
      tainted: mail.isTainted(message),
      ...afterOf(message),
    },
    expiresAtMs: message.expiresAt ?? message.createdAt + LIMITS.relayMs,
  }
}

/** Somebody of another machine; one who has moved there from here by his id. Null for nobody, and while he is on his way. */
function destination<S extends Stored>(
  mail: MeshMail<S>,
  to: { node: NodeId; mailbox: string } | null,
): { node: NodeId; mailbox: string; isAfter: boolean } | null {
  const ahead = to && mail.onward(to.mailbox)
  if (!to || ahead?.node !== to.node) return to && { ...to, isAfter: false }
  return ahead.waits ? null : { node: to.node, mailbox: ahead.agent, isAfter: true }
}

/** Of mail that came from elsewhere, for somebody who has moved on. */
function afterOf({ from, trust }: Message): Pick<z.infer<typeof Body>, 'after'> {
  if (from.mailbox !== null) return {}
  return { after: { address: from.address, trust: trust === 'org-verified' ? 'verified' : trust } }
}

/** Whose mailbox a letter is for; somebody who has moved on has his mail sent after him. */
function recipientOf<S extends Stored>(mail: MeshMail<S>, letter: Letter): Message['to'] | null {
  const text = letter.to.slice(letter.to.indexOf('/') + 1)
  const owner = mail.owner(text)
  if (owner) return { mailbox: owner.id, address: owner.address }
  const ahead = mail.onward(text)
  return ahead && { mailbox: null, address: ahead.address }
}

/** A letter that went out from here to an agent that has come here meanwhile: its message is here already, as a sent one. */
function returnedBy<S extends Stored>(mail: MeshMail<S>, letter: Letter): Also | null {
  const owner = mail.owner(letter.to.slice(letter.to.indexOf('/') + 1))
  return owner && mail.find(letter.id)?.to.mailbox === null ? mail.returned(letter.id, owner) : null
}

const PLAIN_NAME = /^[a-z0-9_-]{1,63}$/

function nameIn(address: string): string {
  const name = address.split('@')[0] ?? ''
  return PLAIN_NAME.test(name) ? name : 'unnamed'
}

interface Opened<S> {
  stored: S
  proof: SenderProof | null
}

/** The message of a letter, null where nobody here has that mailbox; throws for a body that is none. */
function openedLetter<S extends Stored>(
  deps: LettersDeps<S>,
  letter: Letter,
  from: NodeId,
): Opened<S> | null {
  const { mail } = deps
  const to = recipientOf(mail, letter)
  if (!to) return null
  const body = Body.parse(letter.body)
  if (body.after && !(to.mailbox !== null && mail.cameFrom(to.mailbox, from)))
    throw new Error('expected mail that is sent after an agent from where it came')
  const node = parseJson(body.envelope)
  if (node.kind !== 'object') throw new Error('expected an envelope')
  const envelope = parseEnvelope(node)
  const payload = parsePayload(parseJson(body.payload))
  if (envelope.id !== letter.id) throw new Error('expected the envelope of that letter')
  const proof = body.after ? null : proved(mail, letter, { proof: body.proof, envelope, payload })
  const address = body.after?.address ?? `${body.name}@${labelOf(deps, from)}.${mail.naming().provider}`
  const stored = mail.stored(
    {
      from: { mailbox: null, address },
      to,
      thread: threadOf(mail, envelope, address),
      expiresAt: expiryOf(envelope),
      trust: body.after?.trust ?? 'verified',
    },
    {
      envelope,
      payload,
      vouched: from,
      sender: letter.from.slice(from.length + 1),
      tainted: body.tainted,
    },
  )
  return { stored, proof }
}

const expiryOf = ({ expiresAt }: Signed['envelope']): number | null =>
  expiresAt === null ? null : parseInstant(expiresAt)

/** The signature of a sender, by the key under which it is known; throws where it is another one's. */
function proved<S extends Stored>(
  mail: MeshMail<S>,
  letter: Letter,
  { proof, envelope, payload }: Pick<Signed, 'envelope' | 'payload'> & { proof: SenderProof | null },
): SenderProof {
  if (proof === null || !isSigned(proof, envelope, payload))
    throw new Error('expected the signature of its sender')
  const known = isPinned(letter.from) ? mail.pinned(letter.from) : null
  if (known !== null && known !== proof.key) throw new Error('its sender is known by another key')
  return proof
}

function labelOf<S extends Stored>({ state, nowMs }: LettersDeps<S>, node: NodeId): string {
  const { directory, membership } = state()
  const machine = machinesOf(directory, membership, nowMs()).find(({ id }) => id === node)
  return machine?.label ?? node.slice(-6).toLowerCase()
}

/** Where an address leads within the room, null where it leads elsewhere. */
function partyIn<S extends Stored>(
  { self, mail, state, nowMs }: LettersDeps<S>,
  address: Address,
): { node: NodeId; mailbox: string } | null {
  const { provider, tenant } = mail.naming()
  if (address.provider !== provider || address.scope === tenant) return null
  const { directory, membership } = state()
  const machine = machinesOf(directory, membership, nowMs()).find(({ label }) => label === address.scope)
  if (!machine || machine.id === self) return null
  const agent = [...directory.values()].find(
    (record) =>
      record.kind === 'agent' &&
      record.by === machine.id &&
      record.body.name === address.name &&
      !isWithdrawn(record),
  )
  return { node: machine.id, mailbox: agent?.subject ?? address.name }
}

const isAgentId = (text: string): text is AgentId => /^agt_[0-9a-z]{22}$/.test(text)

const WHY = {
  dead: 'The machine of its recipient has nobody of that name, or is not of the room any more',
  unconfirmed: 'The machine of its recipient could not be reached in time',
} as const

/** A thread goes on where the sender has had part in it; otherwise the message begins one. */
function threadOf<S extends Stored>(mail: MeshMail<S>, envelope: Envelope, sender: string): string {
  const root = [envelope.inReplyTo, envelope.threadId].flatMap((id) =>
    id === null ? [] : (mail.find(id) ?? []),
  )
  const known = root.find(({ from, to }) => [from.address, to.address].includes(sender))
  return known?.thread ?? envelope.id
}
