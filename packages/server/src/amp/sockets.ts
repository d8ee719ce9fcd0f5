// AMP over a WebSocket: what waits and what comes is pushed, and stays in the queue until it is acknowledged.
import type { Clock, LoggedEvent, MailboxId, Message } from '@tutti/core'
import { AmpError, formatInstant, parseJson, writeJson, type JsonObject } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { Context, Handlers, SocketCaller, SocketDoor } from '../handler.ts'
import { holds } from '../permission.ts'
import type { ProgramBook } from './program-book.ts'

export interface AmpSocketsDeps {
  store: Pick<Store, 'onEvents'>
  clock: Clock
  programs: Pick<ProgramBook, 'known' | 'isSuspended'>
  handlers: Pick<Handlers, 'ampPending' | 'ampPendingCount' | 'ampAcknowledge' | 'ampRoute' | 'ampMe'>
}

// A page of the queue; the rest follows as these are acknowledged.
const PUSHED = 100

/** The door of `/v1/ws`. Its first frame is `{"type":"auth","token":…}` (AMP 08). */
export function ampSocketDoor(deps: AmpSocketsDeps): SocketDoor {
  const earlier = createEarlier()
  return {
    token(text) {
      const frame = frameOf(text)
      return frame && textOf(frame, 'type') === 'auth' ? textOf(frame, 'token') : null
    },
    refusal: JSON.stringify({
      type: 'error',
      error: 'unauthorized',
      message: 'No valid API key came in the first frame.',
    }),
    accept: (caller) => serve(deps, caller, earlier),
  }
}

interface Earlier {
  /** Whether a message was pushed before, on whatever line; from now on it was. */
  pushed(id: string): boolean
  taken(id: string): void
}

// What it forgets comes as if it were new, which a client must stand anyway.
const MOST_PUSHED = 10_000

/** What was pushed and not acknowledged since the start: when it comes again, it says so (AMP 12). */
function createEarlier(): Earlier {
  const ids = new Set<string>()
  return {
    pushed(id) {
      if (ids.has(id)) return true
      if (ids.size >= MOST_PUSHED) ids.clear()
      ids.add(id)
      return false
    },
    taken(id) {
      ids.delete(id)
    },
  }
}

function serve(deps: AmpSocketsDeps, caller: SocketCaller, earlier: Earlier): void {
  const program =
    caller.actor.programId === undefined ? undefined : deps.programs.known(caller.actor.programId)
  if (!program) {
    caller.close(4003, 'this needs the API key of a registration')
    return
  }
  if (deps.programs.isSuspended(program.id)) return caller.close(4003, 'the agent is suspended')
  const context = contextOf(caller)
  const pushed = new Set<string>()
  // One after the other: what was accepted first is pushed first.
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(work).catch(() => caller.close(1011, 'the server failed'))
  }
  const push = async () => {
    const { json } = await deps.handlers.ampPending({ limit: PUSHED, wait: 0 }, context())
    for (const [id, text] of waiting(json)) {
      if (pushed.has(id)) continue
      pushed.add(id)
      const replay = earlier.pushed(id) ? '"replay":true,' : ''
      caller.send(`{"type":"message.new","id":"${id}",${replay}"data":${text},${text.slice(1)}`)
    }
  }
  inTurn(async () => {
    const { json: me } = await deps.handlers.ampMe({}, context())
    const { json: count } = await deps.handlers.ampPendingCount({}, context())
    const data = {
      address: textOf(frameOf(me), 'address'),
      pending_count: Number(/"count":(\d+)/.exec(count)?.[1]),
    }
    caller.send(JSON.stringify({ type: 'connected', ...data, data }))
    await push()
  })
  const receipts = createReceipts(program.id, caller)
  const unsubscribe = deps.store.onEvents((events) => {
    // A key that was revoked meanwhile opens nothing any more (C40).
    if (caller.current() === null) return caller.close(4003, 'the key was revoked')
    if (deps.programs.isSuspended(program.id)) return caller.close(4003, 'the agent is suspended')
    const mails = events.filter(isMail)
    for (const { type, data } of mails) if (type === 'message.changed') receipts(data)
    if (mails.some(({ data }) => data.to.mailbox === program.id && data.state === 'delivered')) inTurn(push)
  })
  caller.onClose(unsubscribe)
  caller.onText((text) =>
    inTurn(async () => {
      await answered(deps, { caller, context, pushed, earlier }, text)
      // The page is done with: the next one.
      if (pushed.size === 0 && caller.current() !== null) await push()
    }),
  )
}

type MailEvent = Extract<LoggedEvent, { type: 'message.created' | 'message.changed' }>
const isMail = (event: LoggedEvent): event is MailEvent =>
  event.type === 'message.created' || event.type === 'message.changed'

// A connection remembers as many words of its own; beyond that one may come twice, which changes nothing.
const MOST_TOLD = 1000

/** Tells a sender what becomes of its mail after the answer that it got: delivered, which may be later, and read (AMP 08). */
function createReceipts(sender: MailboxId, caller: SocketCaller): (message: Message) => void {
  const told = new Set<string>()
  const tell = (type: string, id: string, times: object) => {
    if (told.has(`${type} ${id}`)) return
    if (told.size >= MOST_TOLD) told.clear()
    told.add(`${type} ${id}`)
    caller.send(JSON.stringify({ type, id, data: { id, ...times } }))
  }
  return ({ id, from, state, deliveredAt, readAt }) => {
    if (from.mailbox !== sender) return
    if (state === 'delivered' && deliveredAt !== null)
      tell('message.delivered', id, { delivered_at: formatInstant(deliveredAt) })
    if (readAt !== null) tell('message.read', id, { read_at: formatInstant(readAt) })
  }
}

interface Line {
  caller: SocketCaller
  context: (body?: string) => Context
  pushed: Set<string>
  earlier: Earlier
}

async function answered(deps: AmpSocketsDeps, line: Line, text: string): Promise<void> {
  const { caller } = line
  const now = caller.current()
  if (now === null) {
    caller.close(4003, 'the key was revoked')
    return
  }
  try {
    const frame = frameOf(text)
    // The guard let it in to read; what its key may besides is asked here.
    if (textOf(frame, 'type') !== 'ping' && !holds(now, 'message:send')) throw new AmpError('forbidden')
    caller.send(JSON.stringify(await replyTo(deps, line, frame)))
  } catch (error) {
    if (!(error instanceof AmpError)) throw error
    caller.send(JSON.stringify({ type: 'error', ...error.body() }))
  }
}

async function replyTo(deps: AmpSocketsDeps, line: Line, frame: JsonObject | null): Promise<object> {
  const type = textOf(frame, 'type')
  const data = frame?.members.get('data')
  if (type === 'ping') return { type: 'pong' }
  if (type === 'ack' || type === 'message.ack') return acknowledged(deps, line, frame)
  if (type === 'route' && data) {
    const { json } = await deps.handlers.ampRoute({}, line.context(writeJson(data, 'insertion')))
    return { type: 'route.result', data: JSON.parse(json) }
  }
  throw new AmpError('invalid_request', 'Expected a frame of type ack, route or ping')
}

/** The id stands beside the type or in `data`, and has two names in the field. */
async function acknowledged(
  deps: AmpSocketsDeps,
  { context, pushed, earlier }: Line,
  frame: JsonObject | null,
): Promise<object> {
  const data = frame?.members.get('data')
  const inner = data?.kind === 'object' ? data : null
  const id = textOf(frame, 'id') ?? textOf(frame, 'message_id') ?? textOf(inner, 'id') ?? ''
  const { json } = await deps.handlers.ampAcknowledge({ id }, context())
  pushed.delete(id)
  earlier.taken(id)
  return { type: 'ack', id, ...Object(JSON.parse(json)) }
}

/** Each message of a page of the queue with its text: the payload's own spelling is kept. */
function waiting(json: string): [id: string, text: string][] {
  const node = parseJson(json)
  const list = node.kind === 'object' ? node.members.get('messages') : undefined
  if (list?.kind !== 'array') return []
  return list.items.flatMap((item): [string, string][] => {
    const id = item.kind === 'object' ? textOf(item, 'id') : null
    return id === null ? [] : [[id, writeJson(item, 'insertion')]]
  })
}

function frameOf(text: string): JsonObject | null {
  try {
    const node = parseJson(text)
    return node.kind === 'object' ? node : null
  } catch {
    return null // no JSON is no frame: it is refused as one of no type
  }
}

function textOf(frame: JsonObject | null, name: string): string | null {
  const node = frame?.members.get(name)
  return node?.kind === 'string' ? node.value : null
}

/** What a call by HTTP would carry. */
const contextOf =
  ({ actor, address }: SocketCaller) =>
  (body = ''): Context => ({
    actor,
    by: { actor: actor.id, address, act: 'ampSocket', audited: true },
    address,
    agent: '',
    origin: '',
    version: 0,
    requestId: '',
    gone: () => new AbortController().signal,
    body: Buffer.from(body),
    sent: () => undefined,
    header: () => undefined,
  })
