// The one connection of a client: events that resume by their number, and the terminals that share its socket.
import type { Clock, LoggedEvent, StreamFrame } from '@tutti/core'
import { encodeFrame, type ClientFrame, type OpenRequest } from '@tutti/protocol'
import { waitMs } from './backoff.ts'
import { createChannels } from './channels.ts'
import { createSilenceWatch } from './silence-watch.ts'
import { INITIAL, step, type LinkState, type StreamEffect, type StreamInput } from './stream-state.ts'
import type { TerminalEvents, TerminalHandle } from './terminal-channel.ts'
import type { Door, OpenDoor } from './web-socket.ts'

export interface StreamOptions {
  /** Must not call its events before it has given the door. */
  connect: OpenDoor
  clock: Clock
  /** From 0 to 1; Math.random fits. */
  chance: () => number
  /** Each event once, in order. It must not throw. */
  onEvent(event: LoggedEvent): void
  /** Events were lost for good: read everything again. Those after `seq` follow. */
  onReset(seq: number): void
  onState?(link: LinkState): void
  /** Why an attempt failed, such as a ClientFault 401: the owner may stop the stream. */
  onProblem?(problem: unknown): void
}

export interface Stream {
  /** Opens a viewer; it reopens itself after each reconnect, where it stopped reading. */
  openTerminal(request: OpenRequest, events: TerminalEvents): TerminalHandle
  link(): LinkState
  /** The newest applied event; null before the first hello. */
  seq(): number | null
  /** Tries at once, such as when a laptop wakes or a page becomes visible. */
  retryNow(): void
  stop(): void
}

/** Starts the stream. The first hello gives the number from which events follow, so read lists after `live`. */
export function createStream(options: StreamOptions): Stream {
  const { clock } = options
  let state = INITIAL
  let door: Door | null = null
  let cancelWait = () => {}

  const dispatch = (input: StreamInput): void => {
    const [next, effects] = step(state, input)
    state = next
    for (const effect of effects) perform(effect)
  }
  const lost = (generation: number) => dispatch({ type: 'lost', generation })
  const watch = createSilenceWatch(clock, () => lost(state.generation))
  const channels = createChannels((frame: ClientFrame) => {
    if (!door || state.link !== 'live') return false
    door.send(encodeFrame(frame))
    return true
  })

  const perform = (effect: StreamEffect): void => {
    if (effect.do === 'connect') void connect(effect.generation, effect.since)
    else if (effect.do === 'apply') options.onEvent(effect.event)
    else if (effect.do === 'reset') options.onReset(effect.seq)
    else if (effect.do === 'link') linked(effect.link)
    else hangUp()
    if (effect.do === 'wait') {
      const delay = waitMs(effect.failures, options.chance())
      cancelWait = clock.after(delay, () => dispatch({ type: 'retry' }))
    }
  }
  const linked = (link: LinkState): void => {
    options.onState?.(link)
    if (link === 'live') channels.connected()
  }
  const hangUp = (): void => {
    cancelWait()
    watch.stop()
    const ended = door
    door = null
    ended?.close()
    if (ended) channels.disconnected()
  }

  const connect = async (generation: number, since: number | null): Promise<void> => {
    hangUp()
    const current = () => generation === state.generation
    const heard = (run: () => void) => {
      if (!current()) return
      watch.heard()
      run()
    }
    watch.start()
    try {
      const made = await options.connect(since, {
        text: (message) => heard(() => read(generation, message)),
        bytes: (message) => heard(() => channels.receive(message)),
        closed: () => lost(generation),
      })
      if (current()) door = made
      else made.close()
    } catch (problem) {
      if (current()) options.onProblem?.(problem)
      lost(generation)
    }
  }
  const read = (generation: number, message: string): void => {
    const frame = parseFrame(message)
    if (frame) dispatch({ type: 'frame', generation, frame })
    else lost(generation)
  }

  dispatch({ type: 'start' })
  return {
    openTerminal: (request, events) => channels.open(request, { events, live: state.link === 'live' }),
    link: () => state.link,
    seq: () => state.seq,
    retryNow: () => {
      if (state.link !== 'live') dispatch({ type: 'retry' })
    },
    stop: () => dispatch({ type: 'stop' }),
  }
}

/** Null for text that is not JSON: something else than Tutti answers, so the connection is given up. */
function parseFrame(message: string): StreamFrame | null {
  try {
    // The server's own frames: their shape is core's StreamFrame, which both sides share.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(message) as StreamFrame
  } catch {
    return null
  }
}
