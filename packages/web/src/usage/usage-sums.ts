// Sums over what agents used: a day, an agent or a model, with the small ones together.
import { withUsage, type UsageSum, type UsageTotal } from '@tutti/core'

export interface Sum extends UsageSum {
  key: string
}

/** One sum for each key, dearest first. */
export function sumsBy(totals: readonly UsageTotal[], keyOf: (total: UsageTotal) => string): Sum[] {
  const sums = new Map<string, Sum>()
  for (const total of totals) {
    const key = keyOf(total)
    const sum = sums.get(key) ?? nothing(key)
    sums.set(key, withUsage(sum, total))
  }
  return [...sums.values()].sort((a, b) => b.costMicros - a.costMicros || tokensOf(b) - tokensOf(a))
}

export const sumOf = (totals: readonly UsageTotal[]): Sum =>
  totals.reduce((sum, total) => withUsage(sum, total), nothing(''))

const nothing = (key: string): Sum => ({
  key,
  calls: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costMicros: 0,
  unpriced: 0,
})

export const tokensOf = ({ tokens }: Pick<Sum, 'tokens'>): number =>
  tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite

/** The days from the first to the last, both counted, such as 2026-11-22 (UTC). */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  const end = Date.parse(`${to}T00:00:00Z`)
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= end; at += DAY_MS) days.push(dayOf(at))
  return days
}

const DAY_MS = 86_400_000

/** The day (UTC) of a time in ms. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const daysBefore = (day: string, count: number): string =>
  dayOf(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS)

export interface Stack {
  day: string
  /** From the bottom up, in the order of the keys; the rest is last. */
  parts: number[]
  total: number
}

/** What each key cost on each day; keys beyond the first ones are one part. */
export function stacksOf(
  totals: readonly UsageTotal[],
  keyOf: (total: UsageTotal) => string,
  { days, keys }: { days: readonly string[]; keys: readonly string[] },
): Stack[] {
  const places = new Map(keys.map((key, index) => [key, index]))
  const stacks = new Map(days.map((day) => [day, { day, parts: keys.map(() => 0).concat(0), total: 0 }]))
  for (const total of totals) {
    const stack = stacks.get(total.day)
    if (!stack) continue
    const place = places.get(keyOf(total)) ?? keys.length
    stack.parts[place] = (stack.parts[place] ?? 0) + total.costMicros
    stack.total += total.costMicros
  }
  return [...stacks.values()]
}

const MOST_TICKS = 4

/** Round amounts from above 0 to at least the most, in steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(most: number): number[] {
  const rough = Math.max(1, most / MOST_TICKS)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) }, (_, index) => (index + 1) * step)
}

/** So many of the list at even distances, the first and the last among them. */
export function evenly<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list]
  const last = list.length - 1
  return Array.from({ length: count }, (_, index) => list[Math.round((index * last) / (count - 1))]).filter(
    (one) => one !== undefined,
  )
}
