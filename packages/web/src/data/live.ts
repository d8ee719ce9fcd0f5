// The one live connection of the page: events into stores, terminals to whoever opens them.
import { createStream, isClientFault, streamUrl, webSocketDoor, type Stream } from '@tutti/client'
import type { Clock, LoggedEvent } from '@tutti/core'
import { must } from '@tutti/core'
import { loadAgents, loadDeleted, reduceAgents, useAgents } from './agents-store.ts'
import { api } from './api.ts'
import { loadAttention, reduceAttention, useAttention } from './attention-store.ts'
import { recheckDisk } from './disk.ts'
import { setLink, useLink } from './link-store.ts'
import { loadMailCount, mailCountEvent } from './mail-count.ts'
import { preferencesEvent } from './preferences-store.ts'
import { loadRoom, roomEvent, untold, useRoom } from './room-store.ts'
import { loadRecordings, reduceRecordings, useRecordings } from './recordings-store.ts'
import { startSession, useSession } from './session-store.ts'

const clock: Clock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

type Listener = (event: LoggedEvent) => void
const listeners = new Set<Listener>()
let running: Stream | null = null

/** For screens that keep a list of their own, such as users: hears every event until the answer is called. */
export function onLiveEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const resets = new Set<() => void>()

/** Events were lost: whoever keeps a list of its own reads it again. */
export function onLiveReset(read: () => void): () => void {
  resets.add(read)
  return () => resets.delete(read)
}

export const liveStream = (): Stream => must(running, 'the stream starts before any screen is shown')

/** Starts it for the user who is logged in. Lists are read once the stream says from where its events follow. */
export function startLive(userId: string): () => void {
  const stream = createStream({
    connect: webSocketDoor(openSocket),
    clock,
    chance: Math.random,
    onEvent: (event) => apply(event, userId),
    onReset: () => void reload(),
    onState: (link) => {
      setLink(link)
      if (link === 'live') void caughtUp()
      // Without a stream the lists are shown all the same, as of now.
      else if (!useAgents.getState().loaded) void Promise.all([loadAgents(), loadAttention()])
    },
    onProblem: (problem) => {
      // The login ended while the page was open: show the door again.
      if (isClientFault(problem) && problem.status === 401) void ended(stream)
    },
  })
  running = stream
  const wake = () => {
    if (document.visibilityState === 'visible') stream.retryNow()
  }
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  return () => {
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
    stream.stop()
  }
}

async function openSocket(query: string): Promise<WebSocket> {
  const { ticket } = await api.createTicket({ path: '/v1/stream' })
  const search = [query, `ticket=${encodeURIComponent(ticket)}`].filter(Boolean).join('&')
  return new WebSocket(streamUrl(location.origin, search))
}

function apply(given: LoggedEvent, userId: string): void {
  if (roomEvent(given)) void loadRoom()
  const event = untold(given)
  useAgents.setState((state) => reduceAgents(state, event))
  useAttention.setState((state) => reduceAttention(state, event))
  useRecordings.setState((state) => reduceRecordings(state, event))
  preferencesEvent(event, userId)
  mailCountEvent(event)
  for (const listener of listeners) listener(event)
}

let wasLive = false

/**
 * The first time that events flow, the list is read, again where it was shown already: what happened in between is not
 * among the events.
 */
async function caughtUp(): Promise<void> {
  const first = !wasLive
  wasLive = true
  if (first) await Promise.all([loadAgents(), loadAttention(), loadMailCount(), isOfRoom() && loadRoom()])
  if (!useLink.getState().writable) await recheckDisk()
}

async function reload(): Promise<void> {
  for (const read of resets) read()
  await Promise.all([loadAgents(), loadAttention(), loadMailCount(), isOfRoom() && loadRoom()])
  if (useAgents.getState().deletedLoaded) await loadDeleted()
  if (useRecordings.getState().loaded) await loadRecordings()
}

/** Whether there are others: a machine that is alone has nothing to be asked. */
function isOfRoom(): boolean {
  const { phase } = useSession.getState()
  return useRoom.getState().machines.size > 0 || (phase.at === 'in' && phase.me.machines > 1)
}

async function ended(stream: Stream): Promise<void> {
  stream.stop()
  await startSession(null)
}
