// Pairing a phone or another browser: a code that is good once, digits on both screens, and then a login that can be ended.
import {
  fault,
  newId,
  type DevicePairing,
  type DeviceTicket,
  type Id,
  type PairingPhase,
  type UserId,
} from '@tutti/core'
import type { Actor, Context, Handlers } from '../handler.ts'
import { freshUser, type Office } from './office.ts'
import { hashOf, newSecret, sameHash } from './secret.ts'

type DeviceHandlers = Pick<
  Handlers,
  'inviteDevice' | 'getDevicePairing' | 'compareDevice' | 'joinDevice' | 'enterDevice'
>

interface Pairing {
  readonly id: Id<'pairing'>
  readonly userId: UserId
  readonly until: number
  phase: PairingPhase
  code: string | null
  text: string | null
  name: string | null
  address: string | null
  ticketHash: Uint8Array | null
  readonly waiting: Set<() => void>
}

const LIFE_MS = 10 * 60_000
/** How long somebody who asks for the next phase is kept waiting. */
const WAIT_MS = 20_000
/** As many as anybody needs; more are somebody who plays. */
const MOST = 100

export function deviceHandlers(office: Office): DeviceHandlers {
  const { clock } = office
  const known = new Map<string, Pairing>()

  const step = (one: Pairing, change: Partial<Pairing>): void => {
    Object.assign(one, change)
    for (const look of one.waiting) look()
  }
  const living = (): Pairing[] => {
    for (const one of known.values())
      if (one.until < clock.now()) {
        if (one.phase !== 'trusted') step(one, { phase: 'over', code: null, ticketHash: null })
        known.delete(one.id)
      }
    return [...known.values()]
  }
  const own = (id: string, { userId }: Actor): Pairing => {
    const one = living().find((pairing) => pairing.id === id && pairing.userId === userId)
    if (!one) throw fault('node.pairing-unknown', { id })
    return one
  }

  return {
    inviteDevice(_input, { actor }) {
      const one = newPairing(office, actor)
      for (const former of living())
        if (former.userId === one.userId && former.phase === 'open')
          step(former, { phase: 'over', code: null })
      if (known.size >= MOST) throw fault('device.too-many')
      known.set(one.id, one)
      return shown(one)
    },
    async getDevicePairing({ id, past }, { actor }) {
      const one = own(id, actor)
      await changed(office, one, past)
      return shown(one)
    },
    compareDevice({ id, alike }, { actor }) {
      const one = own(id, actor)
      if (one.phase !== 'comparing') throw fault('node.pairing-phase', { phase: one.phase })
      step(one, alike ? { phase: 'trusted' } : { phase: 'over', ticketHash: null })
      return shown(one)
    },
    joinDevice({ code, name }, { address }) {
      const hash = hashOf(code)
      const one = living().find((pairing) => pairing.code !== null && sameHash(hashOf(pairing.code), hash))
      if (one?.phase !== 'open') throw fault('device.code-refused')
      const ticket = newSecret(office.random)
      const text = digitsOf(office.random(4))
      step(one, { phase: 'comparing', code: null, text, name, address, ticketHash: hashOf(ticket) })
      return { ticket, text, machine: office.machine() } satisfies DeviceTicket
    },
    async enterDevice({ ticket }, context) {
      const hash = hashOf(ticket)
      const one = living().find(({ ticketHash }) => ticketHash !== null && sameHash(ticketHash, hash))
      if (!one) throw fault('device.refused')
      await changed(office, one, 'comparing')
      if (one.phase === 'comparing') return { me: null }
      if (one.phase !== 'trusted' || one.ticketHash === null) throw fault('device.refused')
      one.ticketHash = null // good once, also for two who ask at the same time
      return { me: await entered(office, one, context) }
    },
  }
}

function newPairing({ clock, random, self }: Office, actor: Actor): Pairing {
  const user = self(actor)
  // A token has rights of its own; a login that it makes would have all of its user's.
  if (actor.scopes !== null) throw fault('auth.forbidden', { role: actor.role, permission: 'account:self' })
  const now = clock.now()
  return {
    id: newId('pairing', now, random),
    userId: user.id,
    until: now + LIFE_MS,
    phase: 'open',
    code: newSecret(random),
    text: null,
    name: null,
    address: null,
    ticketHash: null,
    waiting: new Set(),
  }
}

async function entered(office: Office, { userId, name }: Pairing, context: Context) {
  const user = freshUser(office, userId)
  if (user.disabled) throw fault('device.refused')
  const login = office.openLogin(user, context, name)
  await office.commit({ by: context.by, subject: user.id, ...login })
  return office.me(freshUser(office, user.id), null)
}

/** Resolves when the phase is another one than `past`, or after a while. */
function changed({ clock }: Office, one: Pairing, past: PairingPhase | undefined): Promise<void> {
  if (one.phase !== past) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      one.waiting.delete(look)
      resolve()
    }
    const look = () => {
      if (one.phase !== past) end()
    }
    const cancel = clock.after(WAIT_MS, end)
    one.waiting.add(look)
  })
}

const shown = ({ id, phase, code, text, name, address, until }: Pairing): DevicePairing => ({
  id,
  phase,
  code,
  text,
  name,
  address,
  until,
})

/** Six digits of chance in two groups, as machines show theirs. */
function digitsOf(bytes: Uint8Array): string {
  const text = String(Buffer.from(bytes).readUInt32BE() % 1_000_000).padStart(6, '0')
  return `${text.slice(0, 3)} ${text.slice(3)}`
}
