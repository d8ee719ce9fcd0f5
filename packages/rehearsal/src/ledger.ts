// The account of every request to the model server: what a program says it used can be compared with what it was told.
import type { ModelApi, Usage } from './apis/api.ts'

/**
 * One request. `complete` was answered to its end, `refused` got an error, `cut` lost its client in the middle: its input was
 * used, its output was never reported. Tokens as in Usage: input includes cached, output includes reasoning.
 */
export type LedgerEntry = {
  seq: number
  at: number
  api: ModelApi['name']
  model: string
  stream: boolean
  status: number
  outcome: 'complete' | 'refused' | 'cut'
  requestId: string
  messageId: string
  /** The first 200 characters of the prompt. */
  prompt: string
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
}

/** Sums over all requests ever, also those whose entries were dropped. */
export type LedgerTotals = {
  requests: number
  complete: number
  refused: number
  cut: number
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
}

export type LedgerReport = {
  totals: LedgerTotals
  byModel: Record<string, LedgerTotals>
  entries: LedgerEntry[]
}

export type Ledger = {
  record(entry: Omit<LedgerEntry, 'seq' | keyof TokensOf>, usage: Usage): LedgerEntry
  report(): LedgerReport
}

type TokensOf = Pick<LedgerEntry, 'inputTokens' | 'cachedTokens' | 'outputTokens' | 'reasoningTokens'>

// Enough for the longest conformance run; the totals stay exact beyond it.
const KEPT_ENTRIES = 20_000
const PROMPT_LENGTH = 200

/** An empty ledger. */
export function createLedger(): Ledger {
  const entries: LedgerEntry[] = []
  const totals = nothing()
  const byModel = new Map<string, LedgerTotals>()
  let seq = 0

  return {
    record(given, usage) {
      const prompt = given.prompt.slice(0, PROMPT_LENGTH)
      const entry = { ...given, prompt, seq: ++seq, ...tokensOf(given.outcome, usage) }
      const ofModel = byModel.get(entry.model) ?? nothing()
      byModel.set(entry.model, ofModel)
      add(totals, entry)
      add(ofModel, entry)
      entries.push(entry)
      if (entries.length > KEPT_ENTRIES) entries.shift()
      return entry
    },
    report: () => structuredClone({ totals, byModel: Object.fromEntries(byModel), entries }),
  }
}

function tokensOf(outcome: LedgerEntry['outcome'], usage: Usage): TokensOf {
  const isRefused = outcome === 'refused'
  const isComplete = outcome === 'complete'
  return {
    inputTokens: isRefused ? 0 : usage.input,
    cachedTokens: isRefused ? 0 : usage.cached,
    outputTokens: isComplete ? usage.output : 0,
    reasoningTokens: isComplete ? usage.reasoning : 0,
  }
}

function add(totals: LedgerTotals, entry: LedgerEntry): void {
  totals.requests += 1
  totals[entry.outcome] += 1
  totals.inputTokens += entry.inputTokens
  totals.cachedTokens += entry.cachedTokens
  totals.outputTokens += entry.outputTokens
  totals.reasoningTokens += entry.reasoningTokens
}

function nothing(): LedgerTotals {
  const tokens = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 }
  return { requests: 0, complete: 0, refused: 0, cut: 0, ...tokens }
}
