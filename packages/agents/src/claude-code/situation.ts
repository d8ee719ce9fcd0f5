// What Claude Code is doing, from all that it shows: its own file, its hooks, its transcript, its screen. Pure.
import type { Evidence, State } from '@tutti/core'
import type { VendorState } from './session-file.ts'

export interface Situation {
  vendor: Pick<VendorState, 'status' | 'waitingFor' | 'at'> | null
  turn: Turn
  /** What still runs after the last turn, and how much ran when its Stop hook told of it. */
  tasks: { shells: number; agents: number; atStop: number }
  /** The screen says that the service refused and a retry comes. */
  retry: { words: string; at: number } | null
  /** What it asks on its screen before its first prompt. */
  opening: string | null
  /** The oldest ask that nobody has answered. */
  ask: { kind: 'approval' | 'question'; title: string; at: number } | null
}

/** The main agent's turn, as hooks tell of it. `words` is the error or the last message. */
export type Turn =
  | { is: 'none'; at: number }
  | { is: 'open'; at: number }
  | { is: 'ended'; at: number }
  | { is: 'failed'; at: number; words: string }
  | { is: 'interrupted'; at: number }

export interface Judgement {
  evidence: Evidence
  /** Judge again after so many ms although nothing happens: the program passes through this state on its way. */
  againMs: number | null
}

/**
 * How long "idle" must last to be believed where more may come. The program shows it for up to 60 ms between the end of a task
 * in the background and the turn about it; and an interrupt has no hook that would tell it apart.
 */
export const SETTLE_MS = 300
// How long a loaded machine may take to show in the file that a turn has begun; after it, the turn was none.
const BEGIN_MS = 4000

export function judge(situation: Situation, now: number): Judgement {
  const { vendor } = situation
  const [state, why, at] = vendor ? byVendor(situation, vendor, now) : byHooks(situation)
  const evidence: Evidence = { source: sourceOf(situation), state, why, at }
  const unsettledMs = vendor ? settledAt(situation, vendor) - now : 0
  return { evidence, againMs: unsettledMs > 0 ? unsettledMs : null }
}

/** When an "idle" is to be believed; 0 where it is at once. */
function settledAt({ turn, tasks }: Situation, vendor: NonNullable<Situation['vendor']>): number {
  if (vendor.status !== 'idle') return 0
  if (turn.is === 'open') return vendor.at >= turn.at ? vendor.at + SETTLE_MS : turn.at + BEGIN_MS
  return turn.is === 'ended' && tasks.atStop > 0 ? vendor.at + SETTLE_MS : 0
}

function sourceOf({ vendor, turn, ask, opening }: Situation): Evidence['source'] {
  if (vendor) return 'vendor'
  if (turn.is !== 'none' || ask) return 'hook'
  return opening === null ? 'process' : 'screen'
}

type Finding = readonly [state: State, why: string, at: number]

const SAYS = 'Its own session file says'
// What the program waits for, in its own words; others are met by "unknown".
const APPROVALS = new Set(['permission prompt', 'sandbox request', 'worker request', 'goal proposal'])
const QUESTIONS = new Set(['input needed', 'dialog open'])

function byVendor(situation: Situation, vendor: NonNullable<Situation['vendor']>, now: number): Finding {
  const { status, at } = vendor
  switch (status) {
    case 'busy':
      return busy(situation, at)
    case 'waiting':
      return waiting(situation, vendor)
    case 'shell':
      return ['background', `${SAYS} "shell": a command runs in the background`, at]
    case 'idle':
      return idle(situation, vendor, now)
    default:
      return ['unknown', `${SAYS} "${status}", which this kit does not know`, at]
  }
}

function busy({ turn, tasks, retry }: Situation, at: number): Finding {
  if (retry) return ['rate-limited', `${SAYS} "busy", and its screen says: ${retry.words}`, retry.at]
  if (turn.is === 'ended' && tasks.agents > 0)
    return [
      'background',
      `The turn has ended, and ${counted(tasks.agents, 'sub-agent')} still at work`,
      turn.at,
    ]
  return ['working', `${SAYS} "busy"`, at]
}

function waiting({ ask }: Situation, { waitingFor, at }: NonNullable<Situation['vendor']>): Finding {
  const about = ask ? `: ${ask.title}` : ''
  const why = `${SAYS} "waiting" for "${waitingFor ?? ''}"${about}`.slice(0, 2000)
  if (APPROVALS.has(waitingFor ?? ''))
    return [ask?.kind === 'question' ? 'waiting-answer' : 'waiting-approval', why, at]
  if (QUESTIONS.has(waitingFor ?? '')) return ['waiting-answer', why, at]
  return ['unknown', `${why}, which this kit does not know`.slice(0, 2000), at]
}

function idle(situation: Situation, vendor: NonNullable<Situation['vendor']>, now: number): Finding {
  const { turn, tasks } = situation
  const { at } = vendor
  if (turn.is === 'failed')
    return ['failed', `${SAYS} "idle", and its last turn failed: ${turn.words}`.slice(0, 2000), turn.at]
  if (turn.is === 'interrupted')
    return ['interrupted', `${SAYS} "idle", and its transcript tells of an interrupt`, at]
  if (now < settledAt(situation, vendor)) return unsettled(turn, at)
  // It turned idle after the turn began, and the turn did not end. Otherwise the turn never began.
  if (turn.is === 'open' && at >= turn.at)
    return ['interrupted', `${SAYS} "idle", and no end of the turn was told: it was interrupted`, at]
  if (turn.is === 'ended' && tasks.agents > 0 && turn.at >= at)
    return [
      'background',
      `The turn has ended, and ${counted(tasks.agents, 'sub-agent')} still at work`,
      turn.at,
    ]
  return ['idle', `${SAYS} "idle"`, at]
}

const unsettled = (turn: Turn, at: number): Finding =>
  turn.is === 'open'
    ? ['working', 'Its hooks tell of a turn under way', turn.at]
    : ['background', 'Its background work has just ended; a turn about it may follow', at]

function byHooks({ turn, tasks, ask, retry, opening }: Situation): Finding {
  if (ask) {
    const state = ask.kind === 'question' ? 'waiting-answer' : 'waiting-approval'
    return [state, `Its PermissionRequest hook asks: ${ask.title}`.slice(0, 2000), ask.at]
  }
  switch (turn.is) {
    case 'open':
      if (retry) return ['rate-limited', `A turn is under way, and its screen says: ${retry.words}`, retry.at]
      return ['working', 'Its hooks tell of a turn under way', turn.at]
    case 'failed':
      return ['failed', `Its StopFailure hook said: ${turn.words}`.slice(0, 2000), turn.at]
    case 'interrupted':
      return ['interrupted', 'Its transcript tells of an interrupt', turn.at]
    case 'ended':
      return ended(tasks, turn.at)
    case 'none':
    default:
      if (opening !== null) return ['waiting-answer', `Its screen asks before it begins: ${opening}`, turn.at]
      return ['unknown', 'It runs, and neither its session file nor a hook has told anything yet', turn.at]
  }
}

function ended({ agents, shells }: Situation['tasks'], at: number): Finding {
  if (agents > 0)
    return ['background', `Its Stop hook says that ${counted(agents, 'sub-agent')} still at work`, at]
  if (shells > 0)
    return ['background', `Its Stop hook says that ${counted(shells, 'command')} still at work`, at]
  return ['idle', 'Its Stop hook told the end of the turn', at]
}

const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`
