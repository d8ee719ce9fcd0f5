// What models cost and hold where the program does not say: list prices and context windows, as data with source and date.
import type { Tokens } from '@tutti/core'

/** In US dollars per million tokens. */
export interface ModelFacts {
  /** The names of the models, as their vendor calls them. */
  models: readonly string[]
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
  /** Of a prompt longer than this the whole call costs more. */
  long?: { overTokens: number; input: number; output: number }
  /** What the model holds; left out where that is not certain. */
  contextTokens?: number
}

export interface PriceList {
  /** The day on which all of them held. */
  from: string
  models: readonly ModelFacts[]
}

type Rates = readonly [input: number, output: number, cacheRead: number, cacheWrite?: number]
type More = Pick<ModelFacts, 'long' | 'contextTokens'>

const cost = (names: string, [input, output, cacheRead, cacheWrite = input]: Rates, more: More = {}) => ({
  models: names.split(' '),
  input,
  output,
  cacheRead,
  cacheWrite,
  ...more,
})

const K = 1000
const M = 1000 * K
const GPT_LONG = { overTokens: 272 * K, input: 2, output: 1.5 }
const GEMINI_LONG = { overTokens: 200 * K, input: 2, output: 1.5 }

/**
 * List prices for calls that go out at once: no batches, no priority, no volume; what is written to a cache is taken to stay
 * there for five minutes. A model that is not here has no known price, however much its name looks like one that is.
 */
export const PRICES: PriceList = {
  from: '2026-10-24',
  models: [
    // platform.claude.com/docs/en/about-claude/pricing, as on 2026-10-24.
    cost('claude-fable-5-1 claude-mythos-5-1', [10, 50, 0.25, 12.5], { contextTokens: M }),
    cost('claude-fable-5 claude-mythos-5', [10, 50, 1, 12.5]),
    cost('claude-opus-5-5', [4, 20, 0.2, 5], { contextTokens: M }),
    cost('claude-opus-5', [5, 25, 0.5, 6.25], { contextTokens: M }),
    cost('claude-opus-4-8 claude-opus-4-7 claude-opus-4-6', [5, 25, 0.5, 6.25]),
    cost('claude-opus-4-5', [5, 25, 0.5, 6.25], { contextTokens: 200 * K }),
    cost('claude-opus-4-1 claude-opus-4 claude-opus-4-0', [15, 75, 1.5, 18.75], { contextTokens: 200 * K }),
    cost('claude-sonnet-5-5', [2, 10, 0.1, 2.5], { contextTokens: M }),
    cost('claude-sonnet-5', [2, 10, 0.2, 2.5], { contextTokens: M }),
    cost('claude-sonnet-4-6', [3, 15, 0.3, 3.75]),
    cost('claude-sonnet-4-5 claude-sonnet-4 claude-sonnet-4-0', [3, 15, 0.3, 3.75], {
      contextTokens: 200 * K,
    }),
    cost('claude-haiku-5-5', [0.1, 0.5, 0.01, 0.125], {
      long: { overTokens: 100 * K, input: 5, output: 5 },
      contextTokens: M,
    }),
    cost('claude-haiku-4-5', [1, 5, 0.1, 1.25], { contextTokens: 200 * K }),
    cost('claude-3-5-haiku', [0.8, 4, 0.08, 1], { contextTokens: 200 * K }),
    // developers.openai.com/api/docs/pricing, as on 2026-09-30; checked again by others until 2026-11-05.
    cost('gpt-6.1-sol', [2, 10, 0.1, 2.5], { long: GPT_LONG }),
    cost('gpt-6-sol', [2, 10, 0.2, 2.5], { long: GPT_LONG }),
    cost('gpt-6-luna', [0.1, 0.5, 0.01, 0.125], { long: GPT_LONG }),
    cost('gpt-6-astra', [10, 50, 1, 12.5], { long: GPT_LONG }),
    cost('gpt-5.6-sol', [4, 20, 0.4], { long: GPT_LONG }),
    cost('gpt-5.6-terra', [2, 12, 0.2], { long: GPT_LONG }),
    cost('gpt-5.6-luna', [0.2, 1.2, 0.02], { long: GPT_LONG }),
    cost('gpt-5.5', [5, 30, 0.5], { long: GPT_LONG }),
    cost('gpt-5.4', [2.5, 15, 0.25], { long: GPT_LONG }),
    cost('gpt-5.4-mini', [0.75, 4.5, 0.075], { contextTokens: 400 * K }),
    cost('gpt-5.4-nano', [0.2, 1.25, 0.02]),
    cost('gpt-5.3-codex gpt-5.2-codex gpt-5.2', [1.75, 14, 0.175], { contextTokens: 400 * K }),
    cost('gpt-5.1-codex-max gpt-5.1-codex gpt-5.1 gpt-5-codex gpt-5', [1.25, 10, 0.125]),
    cost('gpt-5.1-codex-mini gpt-5-mini', [0.25, 2, 0.025]),
    cost('gpt-5-nano', [0.05, 0.4, 0.005]),
    // ai.google.dev/gemini-api/docs/pricing, as on 2026-10-07; the first row costs twice as much from 2027 on.
    cost('gemini-3.8-flash gemini-3.7-flash gemini-3.6-flash', [0.75, 3.75, 0.075], {
      contextTokens: 1_048_576,
    }),
    cost('gemini-3.5-flash', [1.5, 9, 0.15], { contextTokens: 1_048_576 }),
    cost('gemini-3.5-flash-lite', [0.3, 2.5, 0.03], { contextTokens: 1_048_576 }),
    cost('gemini-3.1-pro', [2, 12, 0.2], { long: GEMINI_LONG, contextTokens: 1_048_576 }),
    cost('gemini-2.5-pro', [1.25, 10, 0.125], { long: GEMINI_LONG, contextTokens: 1_048_576 }),
    cost('gemini-2.5-flash', [0.3, 2.5, 0.03], { contextTokens: 1_048_576 }),
    cost('gemini-2.5-flash-lite', [0.1, 0.4, 0.01], { contextTokens: 1_048_576 }),
  ],
}

// What vendors put behind a name without making another model of it: a date, and what is not final yet.
const SUFFIX = /(?:[-@]\d{4}-?\d{2}-?\d{2}|-latest|-preview(?:-[\d-]+)?|\[1m\])+$/

/** What is known of a model; null where nothing is. */
export function factsOf(list: PriceList, model: string): ModelFacts | null {
  // Vendors' names stand behind the router's: anthropic/claude-sonnet-4-5.
  const name = model
    .slice(model.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(SUFFIX, '')
  return list.models.find(({ models }) => models.includes(name)) ?? null
}

/** The cost of a call in millionths of a dollar; null for a model that is not on the list. */
export function costMicros(list: PriceList, model: string, tokens: Tokens): number | null {
  const found = factsOf(list, model)
  if (!found) return null
  const { long } = found
  const isLong = long !== undefined && tokens.input + tokens.cacheRead + tokens.cacheWrite > long.overTokens
  const [inputFactor, outputFactor] = isLong ? [long.input, long.output] : [1, 1]
  // A dollar per million tokens is a millionth of a dollar per token.
  const read =
    tokens.input * found.input + tokens.cacheRead * found.cacheRead + tokens.cacheWrite * found.cacheWrite
  return Math.round(read * inputFactor + tokens.output * found.output * outputFactor)
}

/** How many tokens the model holds; null where that is not certain. */
export const contextTokensOf = (list: PriceList, model: string): number | null =>
  model.endsWith('[1m]') ? M : (factsOf(list, model)?.contextTokens ?? null)
