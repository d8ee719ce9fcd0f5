// What a kit has told in the course of a run, with the moment at which it came, and the state that follows from it.
import { EVIDENCE_SOURCES, type Ask, type Evidence, type State } from '@tutti/core'
import type { Signal } from '../../src/kit.ts'
import { until } from '../deadline.ts'

export interface Heard {
  signal: Signal
  at: number
}

export interface Signals {
  hear(signal: Signal): void
  all(): readonly Heard[]
  /** The best evidence at this moment. */
  evidence(): Evidence | null
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

const DEADLINE_MS = 15_000

export function createSignals(): Signals {
  const all: Heard[] = []
  const states: { state: State; at: number }[] = []
  const latest = new Map<Evidence['source'], Evidence>()
  const best = () => EVIDENCE_SOURCES.map((source) => latest.get(source)).find((evidence) => evidence) ?? null

  function hear(signal: Signal): void {
    const at = Date.now()
    all.push({ signal, at })
    if (signal.type === 'evidence') latest.set(signal.evidence.source, signal.evidence)
    else if (signal.type === 'silent') latest.delete(signal.source)
    else return
    const state = best()?.state
    if (state && state !== states.at(-1)?.state) states.push({ state, at })
  }

  const heard = (fits: (signal: Signal) => boolean, since: number, withinMs = DEADLINE_MS) =>
    until(
      () => all.find(({ signal, at }) => at >= since && fits(signal))?.at ?? null,
      () => `What was waited for was not told; told was ${JSON.stringify(lately())}`,
      withinMs,
    )
  const lately = () => all.filter(({ signal }) => signal.type !== 'entries').slice(-6)

  return {
    hear,
    all: () => all,
    evidence: best,
    reaches: (wanted, since, withinMs = DEADLINE_MS) =>
      until(
        () => {
          const now = states.at(-1)
          const reached = states.find(({ state, at }) => at >= since && wanted.includes(state))
          // It may have been so all along.
          return reached?.at ?? (now && wanted.includes(now.state) ? Math.max(now.at, since) : null)
        },
        () => `The state did not become ${wanted.join(' or ')}; it is ${JSON.stringify(best())}`,
        withinMs,
      ),
    between: (from, to) => states.filter(({ at }) => at >= from && at < to).map(({ state }) => state),
    async asked(since, withinMs = DEADLINE_MS) {
      const at = await heard((signal) => signal.type === 'ask', since, withinMs)
      const found = all.find((one) => one.at >= at && one.signal.type === 'ask')?.signal
      if (found?.type !== 'ask') throw new Error('An ask was told and is not there.')
      return found.ask
    },
    heard,
    forget() {
      latest.clear()
      states.length = 0
    },
  }
}
