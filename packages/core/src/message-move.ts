// How a message goes from state to state: one pure function, so that no caller can invent a way of its own.
import { fault } from './fault.ts'
import type { Message, MessageState } from './message.ts'

export type MessageMove =
  /** Its time has come, or it needs none: into the mailbox, or into the queue for a machine elsewhere. */
  | { type: 'release' }
  /** A machine elsewhere has taken it. */
  | { type: 'deliver' }
  /** What became of telling its recipient; nothing where that has read it. */
  | { type: 'note'; why: string }
  | { type: 'read' }
  | { type: 'unread' }
  /** Its recipient has done something about it, such as answered. */
  | { type: 'act' }
  | { type: 'expire' }
  /** It could not be handed over; `last` when there will be no further try. */
  | { type: 'fail'; why: string; last: boolean }
  | { type: 'retry' }
  | { type: 'approve' }
  | { type: 'reject' }
  | { type: 'cancel' }
  | { type: 'archive'; on: boolean }
  | { type: 'star'; on: boolean }

const ENDED: ReadonlySet<MessageState> = new Set(['expired', 'dead', 'rejected', 'cancelled'])
const IN_MAILBOX: ReadonlySet<MessageState> = new Set(['delivered', 'read', 'acted'])
const UNDELIVERED: ReadonlySet<MessageState> = new Set(['scheduled', 'quarantined', 'queued'])

export const hasEnded = (message: Pick<Message, 'state'>): boolean => ENDED.has(message.state)

/** The order of delivery: more urgent first, then as they came. Compares priorities only; ties keep their order. */
export const PRIORITY_RANK = { urgent: 0, high: 1, normal: 2, low: 3 } as const

/**
 * The message after the move, with its version raised; the same object where the move changes nothing, so that every move may
 * be repeated. Throws message.state where it is not possible.
 */
export function moved(message: Message, move: MessageMove, now: number): Message {
  const change = changeOf(message, move, now)
  if (change === null || isSame(message, change)) return message
  return { ...message, ...change, version: message.version + 1 }
}

type Change = Partial<Message>

const changeOf = (message: Message, move: MessageMove, now: number): Change | null =>
  move.type === 'note'
    ? noted(message, move)
    : move.type === 'fail'
      ? failed(message, move, now)
      : 'on' in move
        ? { [FLAGS[move.type]]: move.on }
        : CHANGES[move.type](message, now)

const FLAGS = { archive: 'archived', star: 'starred' } as const

type Plain = Exclude<MessageMove['type'], 'note' | 'fail' | 'archive' | 'star'>

const CHANGES: { readonly [T in Plain]: (message: Message, now: number) => Change | null } = {
  release: (message, now) => released(message, 'release', now),
  approve: (message, now) => released(message, 'approve', now),
  deliver(message, now) {
    from(message, ['queued', 'delivered'], 'deliver')
    return delivered(message, now)
  },
  read,
  unread(message) {
    from(message, [...IN_MAILBOX], 'unread')
    return { state: 'delivered', readAt: null, actedAt: null }
  },
  act: acted,
  expire: expired,
  retry(message, now) {
    from(message, ['dead'], 'retry')
    return { ...released({ ...message, state: 'queued' }, 'release', now), endedAt: null }
  },
  reject(message, now) {
    from(message, ['quarantined'], 'reject')
    return ended('rejected', 'A person has refused it', now)
  },
  cancel(message, now) {
    from(message, ['scheduled'], 'cancel')
    return ended('cancelled', 'Its sender has called it back', now)
  },
}

/** Into the mailbox of this machine at once, or to wait for the machine that has it. */
function released(message: Message, act: 'release' | 'approve', now: number): Change | null {
  if (act === 'release' && IN_MAILBOX.has(message.state)) return null
  from(message, act === 'approve' ? ['quarantined'] : ['scheduled', 'queued'], act)
  if (message.to.mailbox !== null) return delivered(message, now)
  return { state: 'queued', why: 'Waits for the machine of its recipient' }
}

const delivered = (message: Message, now: number): Change =>
  message.state === 'delivered' ? {} : { state: 'delivered', why: 'It lies in the mailbox', deliveredAt: now }

const noted = (message: Message, { why }: { why: string }): Change | null =>
  message.state === 'delivered' ? { why } : null

function read(message: Message, now: number): Change | null {
  if (message.state === 'read' || message.state === 'acted') return null
  from(message, ['delivered'], 'read')
  return { state: 'read', why: 'Its recipient has read it', readAt: now }
}

function acted(message: Message, now: number): Change | null {
  if (message.state === 'acted') return null
  from(message, ['delivered', 'read'], 'act')
  return {
    state: 'acted',
    why: 'Its recipient has acted upon it',
    readAt: message.readAt ?? now,
    actedAt: now,
  }
}

/** What has been read does not expire any more. */
function expired(message: Message, now: number): Change | null {
  const open = UNDELIVERED.has(message.state) || message.state === 'delivered'
  if (!open || message.expiresAt === null || message.expiresAt > now) return null
  return ended('expired', 'Its time was over before it was read', now)
}

function failed(message: Message, { why, last }: { why: string; last: boolean }, now: number): Change {
  from(message, ['queued'], 'fail')
  const attempts = message.attempts + 1
  return last ? { ...ended('dead', why, now), attempts } : { attempts, why }
}

const ended = (state: MessageState, why: string, now: number): Change => ({ state, why, endedAt: now })

/** Throws the fault that the move is not possible from here. */
function from(message: Message, states: readonly MessageState[], move: string): void {
  if (!states.includes(message.state))
    throw fault('message.state', { id: message.id, state: message.state, move })
}

const isSame = (message: Message, change: Change): boolean =>
  Object.entries(change).every(([name, value]) => Reflect.get(message, name) === value)
