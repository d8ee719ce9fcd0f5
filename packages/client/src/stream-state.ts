// The event stream as a pure machine: whatever a network does to connections, an event is applied once and in order.
import type { LoggedEvent, StreamFrame } from '@tutti/core'

/** For people: `connecting` at first, `live` while events flow, `offline` from a loss until events flow again. */
export type LinkState = 'connecting' | 'live' | 'offline'

export interface StreamState {
  link: LinkState
  /** Which connection counts; what comes from an older one is ignored. */
  generation: number
  /** Attempts that failed since events flowed last. */
  failures: number
  /** The newest event that was applied; null before the first hello. */
  seq: number | null
  stopped: boolean
}

export type StreamInput =
  | { type: 'start' }
  | { type: 'retry' }
  | { type: 'frame'; generation: number; frame: StreamFrame }
  | { type: 'lost'; generation: number }
  | { type: 'stop' }

export type StreamEffect =
  | { do: 'connect'; generation: number; since: number | null }
  | { do: 'apply'; event: LoggedEvent }
  /** Everything must be read again: events up to seq will not come. */
  | { do: 'reset'; seq: number }
  | { do: 'wait'; failures: number }
  | { do: 'link'; link: LinkState }
  | { do: 'hang-up' }

export type Step = readonly [StreamState, StreamEffect[]]

export const INITIAL: StreamState = {
  link: 'connecting',
  generation: 0,
  failures: 0,
  seq: null,
  stopped: false,
}

/** The next state, and what to do to get there. */
export function step(state: StreamState, input: StreamInput): Step {
  if (state.stopped) return [state, []]
  if (input.type === 'start' || input.type === 'retry') return connect(state)
  if (input.type === 'stop') return stop(state)
  if (input.generation !== state.generation) return [state, []]
  return input.type === 'lost' ? lost(state) : framed(state, input.frame)
}

const stop = (state: StreamState): Step => [
  { ...state, stopped: true, generation: state.generation + 1 },
  [{ do: 'hang-up' }],
]

function connect(state: StreamState): Step {
  const generation = state.generation + 1
  return [{ ...state, generation }, [{ do: 'connect', generation, since: state.seq }]]
}

function lost(state: StreamState): Step {
  const failures = state.failures + 1
  // The generation moves on, so that a late frame of the lost connection cannot be taken for a new one.
  const next: StreamState = { ...state, generation: state.generation + 1, failures, link: 'offline' }
  return [next, [...changed(state, next), { do: 'wait', failures }]]
}

function framed(state: StreamState, frame: StreamFrame): Step {
  if ('hello' in frame) return greeted(state, frame.hello.seq)
  if ('reset' in frame) return restarted(state, frame.reset.seq)
  if ('event' in frame) return applied(state, frame.event)
  return [state, []] // `at` proves life; its caller restarts the watch
}

function greeted(state: StreamState, seq: number): Step {
  const live: StreamState = { ...state, link: 'live', failures: 0, seq: state.seq ?? seq }
  // A log that ends before what was applied is another log: a backup was restored.
  const [next, effects]: Step = state.seq !== null && seq < state.seq ? restarted(live, seq) : [live, []]
  return [next, [...changed(state, live), ...effects]]
}

const restarted = (state: StreamState, seq: number): Step => [{ ...state, seq }, [{ do: 'reset', seq }]]

function applied(state: StreamState, event: LoggedEvent): Step {
  // Gaps are right: a reader gets only what it may see. Going back is not.
  if (state.seq === null || event.seq <= state.seq) return [state, []]
  return [{ ...state, seq: event.seq }, [{ do: 'apply', event }]]
}

const changed = (before: StreamState, after: StreamState): StreamEffect[] =>
  before.link === after.link ? [] : [{ do: 'link', link: after.link }]
