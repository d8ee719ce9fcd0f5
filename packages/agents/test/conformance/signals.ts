// What a kit has told in the course of a run, with the moment at which it came, and the state that follows from it.
import { fuse, noEvidence, withEvidence, withSilence, type Ask, type State, type Status } from '@tutti/core'
import type { Signal } from '../../src/kit.ts'
import { until } from '../deadline.ts'

export interface Heard {
  signal: Signal
  at: number
}

export interface Signals {
  hear(signal: Signal): void
  all(): readonly Heard[]
  /** What the daemon would show at this moment. */
  status(): Status
  /** When the state became one of these, after a moment; waits for it. */
  reaches(states: readonly State[], since: number, withinMs?: number): Promise<number>
  /** The states that came between two moments. */
  between(from: number, to: number): State[]
  /** An ask that came after a moment; waits for it. */
  asked(since: number, withinMs?: number): Promise<Ask>
  /** When something was heard after a moment; waits for it. */
  heard(fits: (signal: Signal) => boolean, since: number, withinMs?: number): Promise<number>
  /** Forgets evidence, as a daemon that has just started. */
  forget(): void
}

/** How long a thing may take at all: a program starves on a machine that does other things; what is measured has its own limit. */
export const PATIENCE_MS = 40_000

export function createSignals(): Signals {
  const all: Heard[] = []
  const states: { state: State; at: number }[] = []
  const asks = new Map<string, Ask>()
  let log = noEvidence
  // As the daemon does it, so that what is proved here is what people see.
  const status = (): Status => fuse({ log, asks: [...asks.values()], startedAt: 0 }).status

  function take(signal: Signal): void {
    if (signal.type === 'evidence') log = withEvidence(log, signal.evidence)
    else if (signal.type === 'silent') log = withSilence(log, signal.source)
    else if (signal.type === 'ask') asks.set(signal.ask.ref, signal.ask)
    else if (signal.type === 'ask-over' || signal.type === 'ask-consumed') asks.delete(signal.ref)
  }

  function hear(signal: Signal): void {
    const at = Date.now()
    all.push({ signal, at })
    take(signal)
    const { state } = status()
    if (state !== states.at(-1)?.state) states.push({ state, at })
  }

  const heard = (fits: (signal: Signal) => boolean, since: number, withinMs = PATIENCE_MS) =>
    until(
      () => all.find(({ signal, at }) => at >= since && fits(signal))?.at ?? null,
      () => `What was waited for was not told; told was ${JSON.stringify(lately())}`,
      withinMs,
    )
  const lately = () => all.filter(({ signal }) => signal.type !== 'entries').slice(-6)

  return {
    hear,
    all: () => all,
    status,
    reaches: (wanted, since, withinMs = PATIENCE_MS) =>
      until(
        () => {
          const now = states.at(-1)
          const reached = states.find(({ state, at }) => at >= since && wanted.includes(state))
          // It may have been so all along.
          return reached?.at ?? (now && wanted.includes(now.state) ? Math.max(now.at, since) : null)
        },
        () => `The state did not become ${wanted.join(' or ')}; it is ${JSON.stringify(status())}`,
        withinMs,
      ),
    between: (from, to) => states.filter(({ at }) => at >= from && at < to).map(({ state }) => state),
    async asked(since, withinMs = PATIENCE_MS) {
      const at = await heard((signal) => signal.type === 'ask', since, withinMs)
      const found = all.find((one) => one.at >= at && one.signal.type === 'ask')?.signal
      if (found?.type !== 'ask') throw new Error('An ask was told and is not there.')
      return found.ask
    },
    heard,
    forget() {
      log = noEvidence
      asks.clear()
      states.length = 0
    },
  }
}
