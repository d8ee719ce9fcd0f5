// What model calls cost where the program does not say: list prices, as data with their date.
import type { Tokens } from '@tutti/core'

/** Price per million tokens in US dollars, by the beginning of the model's name; the longest that fits counts. */
interface Price {
  model: string
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
}

export interface PriceList {
  /** The day on which the prices were looked up. */
  from: string
  prices: readonly Price[]
}

const price = (
  model: string,
  [input, output, cacheRead, cacheWrite]: [number, number, number, number],
): Price => ({
  model,
  input,
  output,
  cacheRead,
  cacheWrite,
})

/** List prices for calls that go out at once, without discounts for batches or volume. */
export const PRICES: PriceList = {
  from: '2025-11-01',
  prices: [
    price('claude-opus-4', [15, 75, 1.5, 18.75]),
    price('claude-opus-4-5', [5, 25, 0.5, 6.25]),
    price('claude-sonnet-4', [3, 15, 0.3, 3.75]),
    price('claude-haiku-4', [1, 5, 0.1, 1.25]),
    price('claude-3-5-haiku', [0.8, 4, 0.08, 1]),
    price('gpt-5', [1.25, 10, 0.125, 1.25]),
    price('gpt-5-mini', [0.25, 2, 0.025, 0.25]),
    price('gpt-5-nano', [0.05, 0.4, 0.005, 0.05]),
    price('gemini-2.5-pro', [1.25, 10, 0.125, 1.25]),
    price('gemini-2.5-flash', [0.3, 2.5, 0.03, 0.3]),
    price('gemini-2.5-flash-lite', [0.1, 0.4, 0.01, 0.1]),
  ],
}

/** The cost of a call in millionths of a dollar; null for a model that is not on the list. */
export function costMicros(list: PriceList, model: string, tokens: Tokens): number | null {
  // Vendors' names stand behind the router's: anthropic/claude-sonnet-4-5.
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase()
  const [found] = list.prices
    .filter((one) => name.startsWith(one.model))
    .toSorted((a, b) => b.model.length - a.model.length)
  if (!found) return null
  // A dollar per million tokens is a millionth of a dollar per token.
  const micros =
    tokens.input * found.input +
    tokens.output * found.output +
    tokens.cacheRead * found.cacheRead +
    tokens.cacheWrite * found.cacheWrite
  return Math.round(micros)
}
