// Who can be written to: agents, people and programs of this machine by name, tag or pattern, and addresses elsewhere.
import { fault, type AgentId, type MailboxId, type Party, type UserId, type Id } from '@tutti/core'
import { AmpError, formatAddress, isNewName, parseAddress, type Address, type Naming } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { AgentBook } from './message-row.ts'
import { AGENT_PACE } from './pace.ts'

/** The owner of a mailbox on this machine. */
export interface Correspondent {
  id: MailboxId
  name: string
  address: string
  kind: 'agent' | 'person' | 'program'
}

export interface Program {
  id: Id<'mailbox'>
  name: string
}

/** The address space of this machine. `aliases` are provider domains that clients of the field take for ours. */
export interface OwnNaming extends Naming {
  aliases: readonly string[]
}

export interface AddressDeps {
  store: Pick<Store, 'all' | 'get' | 'onEvents'>
  agents: AgentBook
  /** Programs elsewhere that have a mailbox here. */
  programs: {
    byName(name: string): Program | undefined
    known(id: string): Program | undefined
    all(): readonly Program[]
  }
  naming: () => OwnNaming
  /** Whether an address leads to another machine of the room. */
  isOfRoom?: (address: Address) => boolean
  /** Agents of other machines of the room, as they can be written to. */
  neighbours?: () => readonly Correspondent[]
  /** Where somebody who lived here lives now, by id or name; null for all others. */
  onward?: (text: string) => { address: string } | null
}

export interface Addresses {
  naming(): OwnNaming
  all(): Correspondent[]
  /** Throws message.recipient-unknown where the owner of a mailbox has gone: deleted, purged, locked or deregistered. */
  refuseGone(party: Party): void
  /** The owner of a mailbox; throws mailbox.unknown. */
  owner(id: MailboxId): Correspondent
  /**
   * How a recipient should see an address of this machine: a program knows this provider by the domain that its registration named,
   * and can answer only there.
   */
  spelledFor(address: string, recipient: Party): string
  /** The owner of an address of this machine, or null. */
  at(address: Address): Correspondent | null
  /** Where somebody is written to now, who may have moved to another machine. */
  current(party: Party): Party
  /** Any form of an address -> the address in full; throws message.recipient-unknown. */
  parse(text: string): Address
  /**
   * Whom a text means: one for an address, all others for `#tag` and for names with `*`. The sender is never among the many.
   * Throws message.recipient-unknown and message.recipients-many.
   */
  recipients(to: string, sender: MailboxId): Party[]
}

// As many as one transaction and one person's patience bear.
const MOST_RECIPIENTS = 200

export function createAddresses(deps: AddressDeps): Addresses {
  const { store, agents, programs, naming } = deps
  const { agent, person, program } = correspondents(naming)
  const user = userBook(store)

  /** Shell clients that could not ask for the tenant write `default`. */
  const isOwn = ({ provider, tenant }: Address): boolean => {
    const own = naming()
    return [own.provider, ...own.aliases].includes(provider) && [own.tenant, 'default'].includes(tenant)
  }

  const named = (name: string): Correspondent | null => {
    const living = agents.byName(name)
    if (living && living.deletedAt === null) return agent(living)
    const foreign = programs.byName(name)
    if (foreign) return program(foreign)
    // Few people use one machine: reading them all costs less than a second spelling of each name in the table.
    const row = users(store).find((one) => one.name === name || mailName(one.name) === name)
    return row ? person(row) : null
  }

  const addresses: Addresses = {
    naming,
    all: () => [
      ...agents.list(false).flatMap((one) => (isNewName(one.name) ? [agent(one)] : [])),
      ...users(store).map(person),
      ...programs.all().map(program),
      ...(deps.neighbours?.() ?? []),
    ],
    owner(id) {
      const living = agents.known(id)
      if (living) return agent(living)
      const foreign = programs.known(id)
      if (foreign) return program(foreign)
      const row = user(id)
      if (row) return person(row)
      throw fault('mailbox.unknown', { id })
    },
    refuseGone({ mailbox, address }) {
      if (mailbox === null || agents.known(mailbox)?.deletedAt === null || programs.known(mailbox)) return
      if (users(store).some(({ id }) => id === mailbox)) return
      throw fault('message.recipient-unknown', { to: address })
    },
    current(party) {
      const ahead = party.mailbox === null ? null : deps.onward?.(party.mailbox)
      return ahead ? { mailbox: null, address: ahead.address } : party
    },
    spelledFor: (address, to) => spelled(naming(), address, to),
    at: (address) => (isOwn(address) ? named(address.name) : null),
    parse(text) {
      try {
        const own = naming()
        return parseAddress(text, { ...own, known: [...(own.known ?? []), ...own.aliases] })
      } catch (error) {
        if (error instanceof AmpError) throw fault('message.recipient-unknown', { to: text }, error)
        throw error
      }
    },
    recipients(to, sender) {
      if (to.startsWith('#') || to.includes('*')) return many(addresses, agents, { to, sender })
      const address = addresses.parse(to)
      const owner = addresses.at(address)
      if (owner) return [{ mailbox: owner.id, address: owner.address }]
      const ahead = isOwn(address) ? deps.onward?.(address.name) : null
      if (ahead) return [{ mailbox: null, address: ahead.address }]
      if (deps.isOfRoom?.(address) === true) return [{ mailbox: null, address: formatAddress(address) }]
      if (isOwn(address) || address.provider === naming().provider)
        throw fault('message.recipient-unknown', { to })
      return [{ mailbox: null, address: formatAddress(address) }]
    },
  }
  return addresses
}

/** The owners of mailboxes as others see them. */
function correspondents(naming: () => OwnNaming) {
  const addressOf = (name: string) => `${name}@${naming().tenant}.${naming().provider}`
  const of = (id: MailboxId, name: string, kind: Correspondent['kind']): Correspondent => ({
    id,
    name,
    address: addressOf(kind === 'person' ? mailName(name) : name),
    kind,
  })
  return {
    agent: (one: { id: AgentId; name: string }) => of(one.id, one.name, 'agent'),
    person: (one: UserRow) => of(one.id, one.name, 'person'),
    program: (one: Program) => of(one.id, one.name, 'program'),
  }
}

function spelled({ aliases, provider }: OwnNaming, address: string, { mailbox }: Party): string {
  const [known] = aliases
  return known !== undefined && mailbox?.startsWith('mbx_') && address.endsWith(`.${provider}`)
    ? `${address.slice(0, -provider.length)}${known}`
    : address
}

interface UserRow {
  id: UserId
  name: string
}

const users = (store: Pick<Store, 'all'>): UserRow[] =>
  store.all<UserRow>('SELECT id, name FROM users WHERE disabled = 0 ORDER BY name')

// People are few; asking the database for each message that one of them writes took longer than making its address.
const KEPT_USERS = 1000

/** The user of an id, kept until it is removed: its name never changes. */
function userBook(store: Pick<Store, 'get' | 'onEvents'>): (id: string) => UserRow | undefined {
  const kept = new Map<string, UserRow>()
  store.onEvents((events) => {
    for (const event of events) if (event.type === 'user.removed') kept.delete(event.data.id)
  })
  return (id) => {
    const known = kept.get(id) ?? store.get<UserRow>('SELECT id, name FROM users WHERE id = ?', id)
    if (kept.size >= KEPT_USERS) kept.clear()
    if (known) kept.set(id, known)
    return known
  }
}

/** A user's name as an address may hold it. */
const mailName = (name: string): string => name.replaceAll('.', '_')

function many(
  addresses: Addresses,
  agents: AgentBook,
  { to, sender }: { to: string; sender: MailboxId },
): Party[] {
  const tag = to.startsWith('#') ? to.slice(1) : null
  const fits = fitting(to)
  const found = agents
    .list(false)
    .filter((one) => one.id !== sender && (tag === null ? fits(one.name) : one.tags.includes(tag)))
  if (found.length === 0) throw fault('message.recipient-unknown', { to })
  const limit = sender.startsWith('agt_') ? AGENT_PACE.recipients : MOST_RECIPIENTS
  if (found.length > limit) throw fault('message.recipients-many', { to, count: found.length, limit })
  return found.map(({ id }) => ({ mailbox: id, address: addresses.owner(id).address }))
}

/** Whether a name fits a pattern in which `*` stands for any text. */
function fitting(pattern: string): (name: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  return (name) => {
    const [first = '', ...rest] = parts
    const last = rest.pop() ?? ''
    if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
      return false
    let at = first.length
    for (const part of rest) {
      const found = name.indexOf(part, at)
      if (found < 0 || found + part.length > name.length - last.length) return false
      at = found + part.length
    }
    return true
  }
}
