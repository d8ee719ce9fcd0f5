// What points of token and cost counters come to: model calls of the ledger, each amount once, delta or cumulative.
import type { Tokens, Usage } from '@tutti/core'
import type { SumPoint } from './otlp.ts'

/** Remembers how far each cumulative series has been counted, and which points of delta series were. */
export interface Reading {
  /** What the points add. A batch that is sent again adds nothing. */
  of(points: readonly SumPoint[], now: number): Usage[]
}

// As the programs name them: claude_code.token.usage, gemini_cli.token.usage, codex.token.usage …
const TOKEN_METRIC = /(?:^|[._])tokens?[._]usage$/
const COST_METRIC = /(?:^|[._])cost[._]usage$/

const KINDS: ReadonlyMap<string, keyof Tokens> = new Map<string, keyof Tokens>(
  Object.entries({
    input: 'input',
    output: 'output',
    thought: 'output',
    reasoning: 'output',
    cache: 'cacheRead',
    cached: 'cacheRead',
    cacheRead: 'cacheRead',
    cache_read: 'cacheRead',
    cacheCreation: 'cacheWrite',
    cache_creation: 'cacheWrite',
    cache_write: 'cacheWrite',
  } as const),
)

// A program has a handful of series; more is a program that makes a series of each call.
const SERIES_MAX = 10_000

/** What the ledger holds of calls whose ids begin so; by it a series goes on after a restart. */
export type Counted = (idPrefix: string) => { tokens: Tokens; costUsd: number }

export function createReading(counted: Counted): Reading {
  const series = new Map<string, { start: string; time: bigint; value: number }>()

  /** What is new since the point before of the same series. */
  const added = (point: SumPoint, kind: keyof Tokens | null): number => {
    const key = JSON.stringify([
      point.metric,
      Object.entries(point.attributes).toSorted(byName),
      point.isCumulative,
    ])
    const known = series.get(key)
    const time = wholeNumber(point.time)
    const isSame = known?.start === point.start
    // Retries bring the same points again.
    if (known && time <= known.time && (isSame || !point.isCumulative)) return 0
    if (series.size >= SERIES_MAX) series.clear()
    series.set(key, { start: point.start, time, value: point.value })
    if (!point.isCumulative) return point.value
    const before = isSame ? known.value : countedOf(counted(prefixOf(point)), kind)
    return point.value >= before ? point.value - before : point.value
  }

  return {
    of(points, now) {
      const calls = new Map<string, Usage>()
      for (const point of points) {
        const kind = kindOf(point)
        if (kind === undefined) continue
        const amount = added(point, kind)
        if (!(amount > 0) || !Number.isFinite(amount)) continue
        const id = prefixOf(point) + point.time
        const call = calls.get(id) ?? blank(id, modelOf(point), now)
        calls.set(
          id,
          kind === null ? { ...call, costUsd: (call.costUsd ?? 0) + amount } : withTokens(call, kind, amount),
        )
      }
      return [...calls.values()]
    },
  }
}

/** The kind of tokens, null for cost, undefined for what is neither. */
function kindOf({ metric, attributes }: SumPoint): keyof Tokens | null | undefined {
  if (COST_METRIC.test(metric)) return null
  return TOKEN_METRIC.test(metric) ? KINDS.get(attributes['type'] ?? '') : undefined
}

const modelOf = ({ attributes }: SumPoint): string => attributes['model'] ?? 'unknown'

const prefixOf = (point: SumPoint): string => `otlp ${modelOf(point)} ${point.start} `

const countedOf = ({ tokens, costUsd }: ReturnType<Counted>, kind: keyof Tokens | null): number =>
  kind === null ? costUsd : tokens[kind]

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)

const wholeNumber = (text: string): bigint => (/^\d{1,20}$/.test(text) ? BigInt(text) : 0n)

const blank = (id: string, model: string, at: number): Usage => ({
  id,
  model,
  at,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costUsd: null,
})

const withTokens = (call: Usage, kind: keyof Tokens, amount: number): Usage => ({
  ...call,
  tokens: { ...call.tokens, [kind]: call.tokens[kind] + Math.round(amount) },
})
