// A mailbox that goes to another machine: its messages as lines of a file, back into rows there, and onward mail meanwhile.
import { Message, must, type AgentId, type MailboxId, type NewEvent, type Party } from '@tutti/core'
import { parseJson, parsePayload } from '@tutti/protocol'
import { z } from 'zod'
import type { Statement, Store } from '../db/store.ts'
import type { Addresses } from './addresses.ts'
import {
  findMessage,
  findSigned,
  insertMessage,
  MESSAGE_COLUMNS,
  messageOf,
  updateMessage,
  type MessageRow,
  type StoredMessage,
} from './message-row.ts'

export interface TravellingDeps {
  store: Store
  addresses: Pick<Addresses, 'naming' | 'parse' | 'at'>
}

const Line = z.strictObject({
  message: Message,
  envelope: z.string().max(256 * 1024),
  payload: z.string().max(2 * 1024 * 1024),
  proof: z.string().max(16 * 1024),
})

type Row = MessageRow & { envelope: string; payload: string; proof: string }

const PAGE = 500
const WHOLE = `SELECT ${MESSAGE_COLUMNS}, m.envelope, m.payload, m.proof FROM messages m
  WHERE (m.recipient = ?1 OR m.sender = ?1) AND m.seq > ?2 AND m.seq <= ?3 ORDER BY m.seq LIMIT ${PAGE}`
// What its old home still has to send, or to decide about, stays there until then.
const STAYS = new Set(['scheduled', 'quarantined', 'queued'])

const LATE = `SELECT ${MESSAGE_COLUMNS} FROM messages m
  WHERE m.recipient = ? AND (m.seq > ? OR m.state IN ('scheduled', 'quarantined'))`
const ONWARD = `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.recipient IS NULL AND m.to_address = ?
  AND m.state IN ('queued', 'scheduled', 'quarantined')`

export type Travelling = ReturnType<typeof createTravelling>

export function createTravelling({ store, addresses }: TravellingDeps) {
  const ownAddress = (name: string): string => {
    const { tenant, provider } = addresses.naming()
    return `${name}@${tenant}.${provider}`
  }

  /** Somebody of this machine as he is written to from others. */
  const away = (party: Party, { agent, label }: { agent: AgentId; label: string }): Party => {
    if (party.mailbox === agent || party.mailbox === null) return party
    const name = party.address.split('@')[0] ?? ''
    return { mailbox: null, address: `${name}@${label}.${addresses.naming().provider}` }
  }

  /** Somebody as he is written to from here, who may live here. */
  const here = (party: Party, of: Arriving): Party => {
    if (party.mailbox === of.agent) return { mailbox: of.agent, address: ownAddress(of.name) }
    const [name = '', scope = ''] = party.address.split('@')
    const isHere = scope === `${of.label}.${addresses.naming().provider}`
    const owner = isHere ? addresses.at(addresses.parse(ownAddress(name))) : null
    return owner ? { mailbox: owner.id, address: owner.address } : { mailbox: null, address: party.address }
  }

  const stored = (line: string, of: Arriving): StoredMessage | null =>
    storedFor(store, line, { agent: of.agent, partyHere: (party) => here(party, of) })

  return {
    /** The last message that there is now. */
    last: (): number =>
      must(store.get<{ seq: number }>('SELECT ifnull(max(seq), 0) AS seq FROM messages'), 'a sum').seq,
    /** The mailbox up to a message, as lines. */
    *lines(agent: AgentId, { label, upto }: { label: string; upto: number }): Generator<string> {
      for (let after = 0; ;) {
        const rows = store.all<Row>(WHOLE, agent, after, upto)
        for (const row of rows) {
          const message = messageOf(row)
          if (STAYS.has(message.state)) continue
          const travels = {
            ...message,
            from: away(message.from, { agent, label }),
            to: away(message.to, { agent, label }),
          }
          const { envelope, payload, proof } = row
          yield `${JSON.stringify({ message: travels, envelope, payload, proof })}\n`
        }
        after = rows.at(-1)?.seq ?? upto
        if (rows.length < PAGE) return
      }
    },
    /** Throws for a line that is none. */
    check: (line: string): string[] => {
      const { message, payload } = Line.parse(JSON.parse(line))
      parsePayload(parseJson(payload))
      return message.attachments.map(({ id }) => id)
    },
    /** Puts the lines into the mailbox here; a message that is here already is made one with it. */
    arrive: (lines: readonly string[], of: Arriving): Statement[] =>
      lines.flatMap((line) => {
        const one = stored(line, of)
        if (one === null) return []
        return [{ sql: 'DELETE FROM messages WHERE id = ?', values: [one.message.id] }, ...insertMessage(one)]
      }),
    /** A message that went out from here to somebody who lives here by now lies in that mailbox. */
    returned(id: string, owner: { id: MailboxId; address: string }): Sent {
      const message = findMessage(store, id)
      if (!message) return { statements: [], events: [] }
      // Delivered anew: on its way it counted as delivered elsewhere.
      const waiting = { ...message, state: 'queued' as const, version: message.version + 1 }
      const { statements, events } = redirected(waiting, { mailbox: owner.id, address: owner.address })
      return { statements: [updateMessage(waiting, message, null), ...statements], events }
    },
    /** What came after that message goes on to an address elsewhere, and waits until it can. */
    onward(agent: AgentId, { after, address }: { after: number; address: string }): Sent {
      const rows = store.all<MessageRow>(LATE, agent, after).map(messageOf)
      return joined(rows.map((message) => redirected(message, { mailbox: null, address })))
    },
    /** What was to go on to that address stays here after all. */
    back(agent: AgentId, { name, address }: { name: string; address: string }): Sent {
      const rows = store.all<MessageRow>(ONWARD, address).map(messageOf)
      return joined(rows.map((message) => redirected(message, { mailbox: agent, address: ownAddress(name) })))
    },
  }
}

interface Sent {
  statements: Statement[]
  events: NewEvent[]
}

const joined = (all: readonly Sent[]): Sent => ({
  statements: all.flatMap(({ statements }) => statements),
  events: all.flatMap(({ events }) => events),
})

const HELD = new Set<Message['state']>(['scheduled', 'quarantined'])
const OVER = new Set<Message['state']>(['expired', 'dead', 'rejected', 'cancelled'])

/** The message with another recipient; the mailbox counts itself by the state, so that one changes while it has an owner. */
function redirected(message: Message, to: Party): Sent {
  if (OVER.has(message.state)) return { statements: [], events: [] }
  const state = HELD.has(message.state) ? message.state : to.mailbox === null ? 'queued' : 'delivered'
  const why = to.mailbox === null ? 'It goes on to where its recipient lives now' : 'It lies in the mailbox'
  const data: Message = {
    ...message,
    to,
    state,
    why,
    readAt: null,
    actedAt: null,
    version: message.version + 1,
  }
  const readdress: Statement = {
    sql: 'UPDATE messages SET recipient = ?, to_address = ? WHERE id = ?',
    values: [to.mailbox, to.address, message.id],
  }
  const move = updateMessage(data, message, null)
  return {
    statements: to.mailbox === null ? [move, readdress] : [readdress, move],
    events: [{ type: 'message.changed', subject: message.id, data }],
  }
}

interface Arriving {
  agent: AgentId
  name: string
  label: string
}

/** A line as the message that it is here; null for mail that is not the agent's. */
function storedFor(
  store: Store,
  line: string,
  { agent, partyHere }: { agent: AgentId; partyHere: (party: Party) => Party },
): StoredMessage | null {
  const { message, ...given } = Line.parse(JSON.parse(line))
  const own = { from: partyHere(message.from), to: partyHere(message.to) }
  if (own.from.mailbox !== agent && own.to.mailbox !== agent) return null
  const before = findMessage(store, message.id)
  const isOthers = (side: 'from' | 'to') => {
    const there = before?.[side].mailbox ?? null
    return own[side].mailbox === agent && there !== null && there !== agent
  }
  if (isOthers('from') || isOthers('to')) return null
  // What it says is what was taken in here, if it was.
  const signed = (before && findSigned(store, message.id)) ?? given
  // Its other party may live here and have it already. What it has not, nobody puts into its mailbox in this way.
  const mailboxOf = (side: 'from' | 'to') =>
    own[side].mailbox === agent ? agent : (before?.[side].mailbox ?? null)
  const from = { ...own.from, mailbox: mailboxOf('from') }
  const to = { ...own.to, mailbox: mailboxOf('to') }
  const isOwn = to.mailbox === agent || !before
  return { ...signed, message: { ...(isOwn ? message : before), from, to } }
}
