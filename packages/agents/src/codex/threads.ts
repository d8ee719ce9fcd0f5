// What Codex's app server tells of its threads, folded into one picture; and the status that follows from it. Pure.
import type { Evidence, State } from '@tutti/core'
import { clipped, fieldsOf, listOf, textOf, type Fields } from '../foreign.ts'
import type { RpcMessage } from './rpc.ts'

export interface Thread {
  id: string
  /** The thread that started it as a sub-agent; null for one that a person talks to. */
  parent: string | null
  /** What Codex starts for itself, such as the one that finds a title: nobody's work. */
  isSide: boolean
  name: string
  path: string | null
  /** `idle`, `active`, `systemError`, `notLoaded`, or whatever a later version says. */
  status: string
  flags: readonly string[]
  turn: Turn | null
  /** Why the model service is asked again; null when it is not. */
  retry: string | null
  /** Commands that have begun and not ended, by item id, and whether a process is known to run for each. */
  commands: ReadonlyMap<string, boolean>
}

export interface Turn {
  id: string
  status: string
  problem: string
}

export interface Threads {
  /** The one that the person at the terminal talks to. */
  main: string | null
  byId: ReadonlyMap<string, Thread>
}

export const NO_THREADS: Threads = { main: null, byId: new Map() }

type Change = (thread: Thread, params: Fields) => Thread

/** The picture after a thread was read from the server, or announced by it. */
export function withThread(threads: Threads, told: Fields): Threads {
  const id = textOf(told['id'])
  if (id === '') return threads
  const status = fieldsOf(told['status'])
  const thread: Thread = {
    ...(threads.byId.get(id) ?? blank(id)),
    parent: textOf(told['parentThreadId']) || null,
    isSide: told['ephemeral'] === true,
    name: textOf(told['agentNickname']) || textOf(told['name']),
    path: textOf(told['path']) || null,
    status: textOf(status['type']),
    flags: listOf(status['activeFlags']).map(textOf),
  }
  const isMain = thread.parent === null && !thread.isSide
  return { main: isMain ? id : threads.main, byId: new Map(threads.byId).set(id, thread) }
}

/** The picture after the last turn of a thread was read. */
export function withTurn(threads: Threads, id: string, told: Fields): Threads {
  const thread = threads.byId.get(id)
  return thread && textOf(told['id']) !== '' ? replaced(threads, { ...thread, turn: turnOf(told) }) : threads
}

export function withCommands(threads: Threads, id: string, items: readonly string[]): Threads {
  const thread = threads.byId.get(id)
  return thread
    ? replaced(threads, { ...thread, commands: new Map(items.map((item) => [item, true])) })
    : threads
}

/** The picture after a notification. One about a thread that is not known yet leaves it as it was. */
export function afterMessage(threads: Threads, { method, params }: RpcMessage): Threads {
  if (method === 'thread/started') return withThread(threads, fieldsOf(params['thread']))
  const thread = threads.byId.get(textOf(params['threadId']))
  if (!thread) return threads
  if (method === 'thread/closed' || method === 'thread/deleted') return without(threads, thread.id)
  const change = CHANGES.get(method)
  return change ? replaced(threads, change(thread, params)) : threads
}

const CHANGES = new Map<string, Change>(
  Object.entries({
    'thread/status/changed': (thread, params) => {
      const status = fieldsOf(params['status'])
      return { ...thread, status: textOf(status['type']), flags: listOf(status['activeFlags']).map(textOf) }
    },
    'turn/started': (thread, params) => ({ ...thread, turn: turnOf(fieldsOf(params['turn'])), retry: null }),
    'turn/completed': (thread, params) => ({
      ...thread,
      turn: turnOf(fieldsOf(params['turn'])),
      retry: null,
      // A command that was refused has begun and never ends; only one with a process of its own outlives the turn.
      commands: new Map([...thread.commands].filter(([, hasProcess]) => hasProcess)),
    }),
    error: (thread, params) =>
      params['willRetry'] === true ? { ...thread, retry: retryIn(fieldsOf(params['error'])) } : thread,
    'item/started': (thread, params) => {
      const item = fieldsOf(params['item'])
      const commands = new Map(thread.commands)
      if (item['type'] === 'commandExecution')
        commands.set(textOf(item['id']), textOf(item['processId']) !== '')
      return { ...thread, commands, retry: null }
    },
    'item/completed': (thread, params) => {
      const commands = new Map(thread.commands)
      commands.delete(textOf(fieldsOf(params['item'])['id']))
      return { ...thread, commands }
    },
  }),
)

/** What the main thread does; `at` is when the server said so, ms UTC. */
export function evidenceOf(threads: Threads, at: number): Evidence {
  const thread = threads.main === null ? undefined : threads.byId.get(threads.main)
  const [state, why] = thread
    ? stateOf(thread, helpersOf(threads, thread.id))
    : (['unknown', 'Codex has not said yet which conversation its terminal shows.'] as const)
  return { source: 'vendor', state, why: clipped(why, 2000), at }
}

/** The sub-agents below a thread, at any depth. */
export function helpersOf(threads: Threads, id: string): readonly Thread[] {
  return [...threads.byId.values()].filter((thread) => isBelow(threads, thread, id))
}

type Verdict = readonly [state: State, why: string]

function stateOf(thread: Thread, helpers: readonly Thread[]): Verdict {
  if (thread.status === 'active') return activeState(thread, helpers)
  if (thread.status === 'systemError')
    return ['failed', `Codex could not go on: ${thread.turn?.problem || 'it does not say why'}`]
  if (thread.status !== 'idle')
    return ['unknown', `Codex says "${clipped(thread.status, 100)}", which Tutti does not know.`]
  return restState(thread, helpers)
}

function activeState({ flags, retry }: Thread, helpers: readonly Thread[]): Verdict {
  const waiting = waitOf(flags, 'Codex')
  if (waiting) return waiting
  for (const helper of helpers) {
    const waits = helper.status === 'active' ? waitOf(helper.flags, `Its sub-agent ${helper.name}`) : null
    if (waits) return waits
  }
  if (retry !== null)
    return [isLimit(retry) ? 'rate-limited' : 'working', `Codex asks the model service again: ${retry}`]
  return ['working', 'Codex says that a turn is under way.']
}

function waitOf(flags: readonly string[], who: string): Verdict | null {
  if (flags.includes('waitingOnApproval')) return ['waiting-approval', `${who} waits for an approval.`]
  if (flags.includes('waitingOnUserInput')) return ['waiting-answer', `${who} waits for an answer.`]
  const [unknown] = flags
  if (unknown === undefined) return null
  return ['unknown', `${who} is busy with "${clipped(unknown, 100)}", which Tutti does not know.`]
}

function restState(thread: Thread, helpers: readonly Thread[]): Verdict {
  const busy = helpers.filter(({ status }) => status === 'active')
  const waits = busy.map((helper) => waitOf(helper.flags, `Its sub-agent ${helper.name}`))
  const waiting = waits.find((verdict) => verdict !== null)
  if (waiting) return waiting
  if (busy.length > 0) return ['background', `The turn is over; ${busy.length} sub-agent(s) go on.`]
  if (thread.commands.size > 0)
    return ['background', `The turn is over; ${thread.commands.size} command(s) run in the background.`]
  if (thread.turn?.status === 'failed') return ['failed', `The turn failed: ${thread.turn.problem}`]
  if (thread.turn?.status === 'interrupted') return ['interrupted', 'The last turn was interrupted.']
  return ['idle', 'Codex says that it waits for a prompt.']
}

// 429 is the service's limit, 503 and 529 its overload; both end by themselves.
const isLimit = (retry: string): boolean =>
  /\b(?:429|503|529)\b|rate.?limit|overloaded|usage.?limit/i.test(retry)

function retryIn(error: Fields): string {
  const info = error['codexErrorInfo']
  const code = Object.values(fieldsOf(info)).map((value) => fieldsOf(value)['httpStatusCode'])
  const words = [error['message'], error['additionalDetails'], info].map(textOf)
  const numbers = code.filter((value) => typeof value === 'number').map((value) => `HTTP ${value}`)
  return clipped([...words, ...numbers].filter((word) => word !== '').join(' · '), 500)
}

function turnOf(told: Fields): Turn {
  return {
    id: textOf(told['id']),
    status: textOf(told['status']),
    problem: clipped(textOf(fieldsOf(told['error'])['message']), 1500),
  }
}

function isBelow({ byId }: Threads, thread: Thread, id: string): boolean {
  // Bounded by the number of threads: parents that go in a circle must not hang the daemon.
  let { parent } = thread
  for (let steps = byId.size; parent !== null && steps > 0; steps--) {
    if (parent === id) return true
    parent = byId.get(parent)?.parent ?? null
  }
  return false
}

const blank = (id: string): Thread => ({
  id,
  parent: null,
  isSide: false,
  name: '',
  path: null,
  status: '',
  flags: [],
  turn: null,
  retry: null,
  commands: new Map(),
})

const replaced = (threads: Threads, thread: Thread): Threads => ({
  ...threads,
  byId: new Map(threads.byId).set(thread.id, thread),
})

function without(threads: Threads, id: string): Threads {
  const byId = new Map(threads.byId)
  byId.delete(id)
  return { main: threads.main === id ? null : threads.main, byId }
}
