// What OpenCode tells of its sessions, folded into one picture; and the status that follows from it. Pure.
import type { Evidence, State } from '@tutti/core'
import { clipped, countOf, fieldsOf, textOf, type Fields } from '../foreign.ts'

export interface Session {
  /** The session that started it as a sub-agent's; null for one that a person talks to. */
  parent: string | null
  title: string
  /** `idle`, `busy`, `retry`, or whatever a later version says. */
  status: string
  retry: string
  /** How its last turn ended when not well: the name of the error and its words. */
  error: { name: string; message: string } | null
  /** Its newest answer; ids grow. */
  answer: string
}

export interface Sessions {
  /** The one that the terminal shows: known at the start, or the last that a person has begun or spoken to. */
  main: string | null
  byId: ReadonlyMap<string, Session>
  /** What waits for a person: the session of each request, by the request's id. */
  waiting: ReadonlyMap<string, { session: string; kind: 'permission' | 'question' }>
}

export const NO_SESSIONS: Sessions = { main: null, byId: new Map(), waiting: new Map() }

type Change = (sessions: Sessions, properties: Fields) => Sessions

/** The picture after an event. An event that is not known leaves it as it was. */
export function afterEvent(sessions: Sessions, event: Fields): Sessions {
  return CHANGES.get(textOf(event['type']))?.(sessions, fieldsOf(event['properties'])) ?? sessions
}

const CHANGES = new Map<string, Change>(
  Object.entries({
    'session.created': (sessions, properties) => {
      const info = fieldsOf(properties['info'])
      const id = textOf(info['id'])
      const next = withInfo(sessions, id, info)
      return next.byId.get(id)?.parent === null ? { ...next, main: id } : next
    },
    'session.updated': (sessions, properties) => {
      const info = fieldsOf(properties['info'])
      return withInfo(sessions, textOf(info['id']), info)
    },
    'session.deleted': (sessions, properties) => {
      const byId = new Map(sessions.byId)
      const id = textOf(fieldsOf(properties['info'])['id']) || textOf(properties['sessionID'])
      byId.delete(id)
      return { ...sessions, main: sessions.main === id ? null : sessions.main, byId }
    },
    'session.status': (sessions, properties) =>
      withStatus(sessions, textOf(properties['sessionID']), fieldsOf(properties['status'])),
    'session.error': (sessions, properties) =>
      withError(sessions, textOf(properties['sessionID']), fieldsOf(properties['error'])),
    'message.updated': (sessions, properties) => withAnswer(sessions, fieldsOf(properties['info'])),
    'permission.asked': (sessions, properties) => asked(sessions, properties, 'permission'),
    'question.asked': (sessions, properties) => asked(sessions, properties, 'question'),
    'permission.replied': answered,
    'question.replied': answered,
    'question.rejected': answered,
  } satisfies Record<string, Change>),
)

export function withInfo(sessions: Sessions, id: string, info: Fields): Sessions {
  if (id === '') return sessions
  const before = sessions.byId.get(id) ?? blank()
  const parent = textOf(info['parentID']) || before.parent
  return replaced(sessions, id, { ...before, parent, title: clipped(textOf(info['title']), 300) })
}

export function withStatus(sessions: Sessions, id: string, status: Fields): Sessions {
  if (id === '') return sessions
  const type = textOf(status['type'])
  const before = sessions.byId.get(id) ?? blank()
  const retry = clipped(textOf(status['message']), 1000)
  // A new turn forgets how the last one ended.
  const error = type === 'busy' && before.status === 'idle' ? null : before.error
  const next = replaced(sessions, id, {
    ...before,
    status: type,
    error,
    retry: `${countOf(status['attempt'])}: ${retry}`,
  })
  // Whoever works in this process was spoken to in its terminal, or is a sub-agent.
  return type === 'busy' && before.parent === null ? { ...next, main: id } : next
}

export function withError(sessions: Sessions, id: string, error: Fields): Sessions {
  const before = sessions.byId.get(id)
  if (!before) return sessions
  const message = clipped(textOf(fieldsOf(error['data'])['message']), 1500)
  return replaced(sessions, id, { ...before, error: { name: textOf(error['name']), message } })
}

/** A turn that is stopped before it has begun tells so in its answer alone. */
function withAnswer(sessions: Sessions, info: Fields): Sessions {
  const id = textOf(info['sessionID'])
  const answer = textOf(info['id'])
  const before = sessions.byId.get(id)
  if (!before || info['role'] !== 'assistant' || answer < before.answer) return sessions
  const error = fieldsOf(info['error'])
  const next = replaced(sessions, id, { ...before, answer })
  return textOf(error['name']) === '' ? next : withError(next, id, error)
}

export function asked(sessions: Sessions, request: Fields, kind: 'permission' | 'question'): Sessions {
  const waiting = new Map(sessions.waiting)
  waiting.set(textOf(request['id']), { session: textOf(request['sessionID']), kind })
  return { ...sessions, waiting }
}

function answered(sessions: Sessions, properties: Fields): Sessions {
  const waiting = new Map(sessions.waiting)
  waiting.delete(textOf(properties['requestID']))
  return { ...sessions, waiting }
}

/** What the main session does; `at` in ms UTC. */
export function evidenceOf(sessions: Sessions, at: number): Evidence {
  const [state, why] = stateOf(sessions)
  return { source: 'vendor', state, why: clipped(why, 2000), at }
}

/** Whether a session is the main one or a sub-agent's below it. */
export function isOfMain({ main, byId }: Sessions, id: string): boolean {
  let at: string | null = id
  // Bounded by the number of sessions: parents that go in a circle must not hang the daemon.
  for (let steps = byId.size + 1; at !== null && steps > 0; steps--) {
    if (at === main) return true
    at = byId.get(at)?.parent ?? null
  }
  return false
}

function stateOf(sessions: Sessions): readonly [state: State, why: string] {
  const { main, byId, waiting } = sessions
  if (main === null) return ['idle', 'OpenCode is at its prompt; no conversation has begun.']
  for (const { session, kind } of waiting.values()) {
    if (!isOfMain(sessions, session)) continue
    const who = session === main ? 'OpenCode' : `Its sub-agent "${byId.get(session)?.title ?? session}"`
    if (kind === 'question') return ['waiting-answer', `${who} waits for an answer.`]
    return ['waiting-approval', `${who} waits for a permission.`]
  }
  return sessionState(sessions, byId.get(main) ?? blank())
}

function sessionState(sessions: Sessions, session: Session): readonly [state: State, why: string] {
  if (session.status === 'busy') return ['working', 'OpenCode says that its session is busy.']
  if (session.status === 'retry') return ['rate-limited', `OpenCode tries again, attempt ${session.retry}`]
  if (session.status !== 'idle')
    return ['unknown', `OpenCode says "${clipped(session.status, 100)}", which Tutti does not know.`]
  const busy = [...sessions.byId].filter(
    ([id, { status }]) => status === 'busy' && id !== sessions.main && isOfMain(sessions, id),
  )
  if (busy.length > 0) return ['background', `The turn is over; ${busy.length} sub-agent(s) go on.`]
  if (session.error?.name === 'MessageAbortedError') return ['interrupted', 'The last turn was interrupted.']
  if (session.error) return ['failed', `The turn failed: ${session.error.message || session.error.name}`]
  return ['idle', 'OpenCode says that its session is idle.']
}

const blank = (): Session => ({ parent: null, title: '', status: 'idle', retry: '', error: null, answer: '' })

const replaced = (sessions: Sessions, id: string, session: Session): Sessions => ({
  ...sessions,
  byId: new Map(sessions.byId).set(id, session),
})
