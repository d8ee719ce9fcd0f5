// Everybody who listens to the event stream: little memory each, one text for all, and nobody who stopped reading.
import type { LoggedEvent, StreamFrame } from '@tutti/core'
import { EVENTS, maySeeItem, maySeeMessage } from '@tutti/core'
import type { WebSocket } from 'ws'
import type { Actor, BinaryChannels, StreamConnection } from '../handler.ts'
import { mailReader } from '../wiring/mail-reader.ts'
import { holds } from '../permission.ts'

export interface Member {
  actor: Actor
  address: string
  /** Answered the last ping. */
  alive: boolean
  /** The member's terminals, from its first binary frame on. */
  channels: ReturnType<BinaryChannels['connect']> | null
}

/** Reasons that a client can tell apart: log in anew, connect anew, read faster. */
export const CLOSE = {
  stopping: [1001, 'the server is stopping'],
  textRefused: [1003, 'this stream takes no text'],
  ended: [4401, 'the login or token has ended'],
  changed: [4409, 'the rights of this account changed'],
} as const

// A reader that lets this much pile up is gone or stuck; terminals, which pace themselves by credit, get more room.
export const EVENT_LIMIT_BYTES = 1024 * 1024
export const TERMINAL_LIMIT_BYTES = 32 * 1024 * 1024
const CLOSE_WAIT_MS = 1000

/** Members take turns over this many seconds, so that ten thousand proofs of life never come at once. */
export const TURNS = 25

export interface AudienceDeps {
  channels: BinaryChannels
  /** The caller as he is now, or null. */
  current: (actor: Actor) => Actor | null
  after: (ms: number, run: () => void) => () => void
}

export interface Audience {
  join(socket: WebSocket, member: Member): void
  tell(events: readonly LoggedEvent[]): void
  /** Members of one turn get the frame and must have answered since their last turn. */
  prove(turn: number, frame: StreamFrame): void
  /** Closes whoever may not listen any more. */
  review(): void
  size(): number
  closeAll(): void
}

export function createAudience(deps: AudienceDeps): Audience {
  const members = new Map<WebSocket, Member>()
  const turns = Array.from({ length: TURNS }, () => new Set<WebSocket>())
  let joined = 0

  const leave = (socket: WebSocket) => {
    const member = members.get(socket)
    if (member === undefined) return
    members.delete(socket)
    for (const turn of turns) turn.delete(socket)
    member.channels?.close()
  }
  const dismiss = (socket: WebSocket, [code, reason]: readonly [number, string]) => {
    leave(socket)
    socket.close(code, reason)
    deps.after(CLOSE_WAIT_MS, () => socket.terminate())
  }
  const drop = (socket: WebSocket) => {
    leave(socket)
    socket.terminate()
  }
  const send = (socket: WebSocket, { text, member }: { text: Buffer; member: Member }) => {
    const limit = member.channels === null ? EVENT_LIMIT_BYTES : TERMINAL_LIMIT_BYTES
    if (socket.bufferedAmount > limit) drop(socket)
    else socket.send(text, { binary: false })
  }
  const listen = listener({ members, channels: deps.channels, leave, drop, dismiss })

  return {
    join(socket, member) {
      members.set(socket, member)
      turns[joined++ % TURNS]?.add(socket)
      listen(socket)
    },
    tell(events) {
      for (const event of events) {
        let text: Buffer | null = null
        for (const [socket, member] of members) {
          if (!maySee(member.actor, event)) continue
          text ??= frameText({ event })
          send(socket, { text, member })
        }
      }
    },
    prove(turn, frame) {
      const text = frameText(frame)
      for (const socket of turns[turn % TURNS] ?? []) {
        const member = members.get(socket)
        if (member === undefined || !member.alive) {
          drop(socket)
          continue
        }
        member.alive = false
        send(socket, { text, member })
        socket.ping()
      }
    },
    review() {
      for (const [socket, { actor }] of members) {
        const now = deps.current(actor)
        if (now === null) dismiss(socket, CLOSE.ended)
        else if (now.role !== actor.role) dismiss(socket, CLOSE.changed)
      }
    },
    size: () => members.size,
    closeAll() {
      for (const socket of members.keys()) dismiss(socket, CLOSE.stopping)
    },
  }
}

export const frameText = (frame: StreamFrame): Buffer => Buffer.from(JSON.stringify(frame))

/** Whether the caller may learn of the event; habits are nobody else's business. */
export function maySee(actor: Actor, event: LoggedEvent): boolean {
  if (event.type === 'preferences.changed' && event.data.userId !== actor.userId) return false
  if (event.type === 'attention.changed' && !maySeeItem(event.data, actor.userId)) return false
  if (isMail(event) && !maySeeMessage(mailReader(actor), event.data)) return false
  // Told of elsewhere, it is as much anybody's business as it would be here.
  if (event.type === 'node.told' && !holds(actor, EVENTS[event.data.type].may)) return false
  return holds(actor, EVENTS[event.type].may)
}

type MailEvent = Extract<LoggedEvent, { type: 'message.created' | 'message.changed' }>

const isMail = (event: LoggedEvent): event is MailEvent =>
  event.type === 'message.created' || event.type === 'message.changed'

function connectionOf(
  socket: WebSocket,
  { member, drop }: { member: Member; drop: () => void },
): StreamConnection {
  return {
    actor: member.actor,
    address: member.address,
    may: (permission) => holds(member.actor, permission),
    send(frame) {
      if (socket.bufferedAmount > TERMINAL_LIMIT_BYTES) drop()
      else socket.send(frame, { binary: true })
    },
    bufferedBytes: () => socket.bufferedAmount,
  }
}

interface Reception {
  members: ReadonlyMap<WebSocket, Member>
  channels: BinaryChannels
  leave: (socket: WebSocket) => void
  drop: (socket: WebSocket) => void
  dismiss: (socket: WebSocket, why: readonly [number, string]) => void
}

/** Listens to a member. One function of each kind serves them all: ten thousand closures less. */
function listener({ members, channels, leave, drop, dismiss }: Reception): (socket: WebSocket) => void {
  function onMessage(this: WebSocket, data: unknown, binary: boolean) {
    const member = members.get(this)
    if (member === undefined) return // dismissed, and still talking
    if (!binary || !(data instanceof Uint8Array)) {
      dismiss(this, CLOSE.textRefused)
      return
    }
    member.channels ??= channels.connect(connectionOf(this, { member, drop: () => drop(this) }))
    member.channels.receive(data)
  }
  function onPong(this: WebSocket) {
    const member = members.get(this)
    if (member !== undefined) member.alive = true
  }
  function onPing(this: WebSocket, data: Buffer) {
    if (this.bufferedAmount > EVENT_LIMIT_BYTES) drop(this)
    else this.pong(data)
  }
  function onClose(this: WebSocket) {
    leave(this)
  }
  function onError(this: WebSocket) {
    drop(this) // a malformed frame; ws has told the other side why
  }
  return (socket) => {
    socket.on('message', onMessage).on('close', onClose).on('error', onError)
    socket.on('pong', onPong).on('ping', onPing)
  }
}
