// What the test of a real program waits for: states, signals since a moment, and answers that are taken.
import type { Ask, EvidenceSource, State } from '@tutti/core'
import type { Signal } from '../src/kit.ts'
import type { Stage } from './real-program.ts'

export interface Observer {
  /** From here on counts what `told` and `since` say. */
  begin(): void
  since(): readonly Signal[]
  /** The state that the source says now, once it is the one that was wanted. */
  state(wanted: State, withinMs?: number): Promise<State>
  latest(): State | undefined
  told<T extends Signal['type']>(type: T): Promise<Extract<Signal, { type: T }>>
  ask(): Promise<Ask>
}

export function observe(stage: Stage, source: EvidenceSource): Observer {
  let mark = 0
  const since = (): readonly Signal[] => stage.signals.slice(mark)
  const latest = (): State | undefined => {
    const evidence = stage.signals.flatMap((signal) => (signal.type === 'evidence' ? [signal.evidence] : []))
    return evidence.findLast((found) => found.source === source)?.state
  }
  const told: Observer['told'] = (type) => {
    const isIt = (signal: Signal): signal is Extract<Signal, { type: typeof type }> => signal.type === type
    return stage.until(`signal ${type}`, () => since().find(isIt))
  }
  return {
    begin: () => void (mark = stage.signals.length),
    since,
    latest,
    state: (wanted, withinMs) =>
      stage.until(`state ${wanted}`, () => (latest() === wanted ? wanted : undefined), withinMs),
    told,
    ask: async () => (await told('ask')).ask,
  }
}

/** Tokens as the model service counted them and as the kit did, for the answers that both know; and the prompts of the others. */
export function tokensOf(stage: Stage, isSame: (messageId: string, usageId: string) => boolean) {
  const used = new Map(
    stage.signals.flatMap((signal) =>
      signal.type === 'usage' ? [[signal.usage.id, signal.usage.tokens]] : [],
    ),
  )
  const complete = stage.model.ledger().entries.filter(({ outcome }) => outcome === 'complete')
  const isKnown = (messageId: string): boolean => [...used.keys()].some((id) => isSame(messageId, id))
  const known = complete.filter(({ messageId }) => isKnown(messageId))
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
  const tokens = [...used.values()]
  return {
    service: {
      calls: known.length,
      input: sum(known.map((entry) => entry.inputTokens)),
      output: sum(known.map((entry) => entry.outputTokens)),
    },
    kit: {
      calls: tokens.length,
      input: sum(tokens.map(({ input, cacheRead, cacheWrite }) => input + cacheRead + cacheWrite)),
      output: sum(tokens.map(({ output }) => output)),
    },
    all: complete,
    unknown: complete.filter(({ messageId }) => !isKnown(messageId)).map(({ prompt }) => prompt),
  }
}
