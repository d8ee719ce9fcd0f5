// `/v1/stream`: the one WebSocket of a client. Text frames tell what happens, binary frames are its terminals.
import { Fault, fault, type Clock, type LoggedEvent, type StreamFrame } from '@tutti/core'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Store } from '../db/store.ts'
import type { Actor, BinaryChannels } from '../handler.ts'
import { createAudience, EVENT_LIMIT_BYTES, frameText, maySee, TURNS, type Audience } from './audience.ts'
import { headerOf, type Facts } from './facts.ts'
import type { Guard } from './guard.ts'
import type { Limits } from './limits.ts'
import type { Upgrade } from './listener.ts'

export const STREAM_PATH = '/v1/stream'

// A paste of 1 MB with its frame.
const MAX_PAYLOAD_BYTES = 1_200_000
// Below the limit of open files that systems give by default to one process, with room for everything else.
const MAX_STREAMS = 16_000
// Who missed more than this reads everything anew, which is less.
const RESUME_EVENTS = 2000
const TURN_MS = 1000

export interface StreamDeps {
  guard: Guard
  limits: Limits
  store: Pick<Store, 'onEvents' | 'eventsSince' | 'lastSeq'>
  clock: Clock
  channels: BinaryChannels
  redeem: (ticket: string, path: string, caller: Actor | null) => Actor
  current: (actor: Actor) => Actor | null
  version: string
}

export interface Streams {
  /** Takes an upgrade that passed the door. Throws the fault that refuses it. */
  upgrade(upgrade: Upgrade): void
  size(): number
  close(): void
}

export function createStreams(deps: StreamDeps): Streams {
  const { clock, store } = deps
  const audience = createAudience({
    channels: deps.channels,
    current: deps.current,
    after: (ms, run) => clock.after(ms, run),
  })
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD_BYTES,
    autoPong: false,
  })
  const unsubscribe = store.onEvents((events) => {
    audience.tell(events)
    if (events.some(endsRights)) audience.review()
  })
  const stopTurns = everyTurn(clock, audience)

  return {
    upgrade({ message, socket, head, call }) {
      const query = new URLSearchParams(call.facts.target.split('?')[1] ?? '')
      if (call.facts.path !== STREAM_PATH)
        throw fault('route.unknown', { method: 'GET', path: call.facts.path })
      const actor = callerOf(deps, call.facts, query.get('ticket'))
      call.actor = actor.id
      deps.guard.permit(actor, 'event:read')
      deps.guard.pace(actor, call.facts.address)
      const since = sinceOf(query.get('since'))
      if (audience.size() >= MAX_STREAMS) {
        throw fault('rate.limited', { limit: `${MAX_STREAMS} streams`, seconds: TURNS })
      }
      const { address } = call.facts
      server.handleUpgrade(message, socket, head, (client) => {
        greet(client, { deps, actor, since })
        audience.join(client, { actor, address, alive: true, channels: null })
      })
    },
    size: audience.size,
    close() {
      unsubscribe()
      stopTurns()
      audience.closeAll()
    },
  }
}

/** A ticket from a browser, or Authorization from a program; a cookie alone opens nothing. */
function callerOf(deps: StreamDeps, facts: Facts, ticket: string | null): Actor {
  // Its own socket says who it is; a ticket of somebody else opens nothing there.
  if (facts.ownSocketOf !== null) return deps.guard.authenticate(facts)
  if (ticket !== null) {
    const actor = deps.current(redeemed(deps, facts, ticket))
    if (actor === null) throw fault('auth.invalid')
    return actor
  }
  if (headerOf(facts, 'authorization') === undefined) throw fault('auth.missing')
  return deps.guard.authenticate(facts)
}

/** Whatever was wrong with the ticket, it counts as a wrong secret of this address. */
function redeemed(deps: StreamDeps, facts: Facts, ticket: string): Actor {
  try {
    return deps.redeem(ticket, facts.path, deps.guard.shown(facts))
  } catch (error) {
    throw error instanceof Fault ? deps.limits.wrongToken(facts.address, error) : error
  }
}

function greet(
  client: WebSocket,
  { deps, actor, since }: { deps: StreamDeps; actor: Actor; since: number | null },
): void {
  const seq = deps.store.lastSeq()
  const send = (frame: StreamFrame) => client.send(frameText(frame), { binary: false })
  send({ hello: { seq, version: deps.version } })
  if (since === null || since === seq) return
  const missed = since > seq ? null : deps.store.eventsSince(since, RESUME_EVENTS + 1)
  const texts = missed === null ? null : textsFor(actor, missed)
  if (texts === null) send({ reset: { seq } })
  else for (const text of texts) client.send(text, { binary: false })
}

/** What the caller may see of the missed events; null when it is too much to send at once. */
function textsFor(actor: Actor, missed: readonly LoggedEvent[]): Buffer[] | null {
  if (missed.length > RESUME_EVENTS) return null
  const texts = missed.filter((event) => maySee(actor, event)).map((event) => frameText({ event }))
  const bytes = texts.reduce((sum, text) => sum + text.byteLength, 0)
  return bytes > EVENT_LIMIT_BYTES / 2 ? null : texts
}

function sinceOf(text: string | null): number | null {
  if (text === null) return null
  if (!/^\d{1,15}$/.test(text)) {
    throw fault('input.invalid', { operation: 'stream', problems: 'since: expected a sequence number' })
  }
  return Number(text)
}

const ENDINGS: ReadonlySet<string> = new Set(['login.ended', 'token.revoked', 'user.changed', 'user.removed'])
const endsRights = (event: LoggedEvent): boolean => ENDINGS.has(event.type)

/** One timer for all: each second another turn, and whoever expired meanwhile goes. */
function everyTurn(clock: Clock, audience: Audience): () => void {
  let turn = 0
  let cancel: () => void = () => undefined
  const next = () => {
    cancel = clock.after(TURN_MS, () => {
      audience.prove(turn, { at: clock.now() })
      turn = (turn + 1) % TURNS
      if (turn === 0) audience.review()
      next()
    })
  }
  next()
  return () => cancel()
}
