// One running session under the eyes of its kit: what the kit tells becomes status, asks, words, usage and conversation.
import type { AgentKit, RunningKit, Signal } from '@tutti/agents'
import {
  fuse,
  never,
  noEvidence,
  withEvidence,
  withSilence,
  type AgentId,
  type Ask,
  type ContextFill,
  type Entry,
  type EvidenceLog,
  type Fused,
  type Quota,
  type State,
  type Usage,
} from '@tutti/core'
import { fittingAsk } from './fitting-ask.ts'
import type { SessionMachine } from './machine.ts'

/** Where what a session tells goes. None of these may throw. */
export interface Ears {
  status(id: AgentId, fused: Fused): void
  /** The state has become another. */
  turned(id: AgentId, state: State, fused: Fused): void
  ask(id: AgentId, ask: Ask): void
  askOver(id: AgentId, ref: string, why: string): void
  askConsumed(id: AgentId, ref: string): void
  session(id: AgentId, session: string, transcript: string | null): void
  turnEnded(id: AgentId, last: string, at: number): void
  usage(id: AgentId, usage: Usage): void
  meter(id: AgentId, shown: { context?: ContextFill; quotas?: readonly Quota[] }): void
  entries(id: AgentId, entries: readonly Entry[]): void
  /** A kit told something that is nothing. */
  foreign(id: AgentId, problem: string): void
}

export interface KitRun {
  readonly id: AgentId
  readonly kit: AgentKit
  readonly machine: SessionMachine
  /** Somebody else started it: it has none of the channels that a start by us opens. */
  readonly isFound: boolean
  /** Set once the kit is open. */
  running: RunningKit | null
  hear(signal: Signal): void
  fused(): Fused
  asks(): Ask[]
  close(): void
}

export interface RunDeps {
  id: AgentId
  kit: AgentKit
  machine: SessionMachine
  isFound: boolean
  startedAt: number
  ears: Ears
}

const WHY_LENGTH = 2000

export function createRun({ id, kit, machine, isFound, startedAt, ears }: RunDeps): KitRun {
  const asks = new Map<string, Ask>()
  let log: EvidenceLog = noEvidence
  let shown: State | null = null
  let isClosed = false

  const fused = () => fuse({ log, asks: [...asks.values()], startedAt })
  const refresh = () => {
    const now = fused()
    ears.status(id, now)
    if (now.status.state === shown) return
    shown = now.status.state
    ears.turned(id, shown, now)
  }
  const heardAsk = (given: Ask) => {
    const ask = fittingAsk(given)
    if (ask === null) {
      ears.foreign(id, 'an ask that does not fit')
      return
    }
    asks.set(ask.ref, ask)
    ears.ask(id, ask)
    refresh()
  }
  const over = (ref: string) => {
    asks.delete(ref)
    refresh()
  }

  const run: KitRun = {
    id,
    kit,
    machine,
    isFound,
    running: null,
    fused,
    asks: () => [...asks.values()],
    hear(signal) {
      if (isClosed) return
      // Some types are left to `told`, which the compiler holds to the rest.
      // oxlint-disable-next-line typescript/switch-exhaustiveness-check
      switch (signal.type) {
        case 'evidence':
          log = withEvidence(log, { ...signal.evidence, why: signal.evidence.why.slice(0, WHY_LENGTH) })
          refresh()
          return
        case 'silent':
          log = withSilence(log, signal.source)
          refresh()
          return
        case 'ask':
          heardAsk(signal.ask)
          return
        case 'ask-over':
          ears.askOver(id, signal.ref, signal.why)
          over(signal.ref)
          return
        case 'ask-consumed':
          ears.askConsumed(id, signal.ref)
          over(signal.ref)
          return
        default:
          told(ears, id, signal)
      }
    },
    close() {
      isClosed = true
      run.running?.close()
      run.running = null
      machine.close()
    },
  }
  return run
}

type Rest = Exclude<Signal, { type: 'evidence' | 'silent' | 'ask' | 'ask-over' | 'ask-consumed' }>

/** What does not touch the status. */
function told(ears: Ears, id: AgentId, signal: Rest): void {
  switch (signal.type) {
    case 'session':
      ears.session(id, signal.session, signal.transcript)
      return
    case 'turn-ended':
      ears.turnEnded(id, signal.last, signal.at)
      return
    case 'usage':
      ears.usage(id, signal.usage)
      return
    case 'context':
      ears.meter(id, { context: signal.fill })
      return
    case 'quota':
      ears.meter(id, { quotas: signal.quotas })
      return
    case 'entries':
      ears.entries(id, signal.entries)
      return
    default:
      never(signal)
  }
}
