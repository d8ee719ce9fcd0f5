// Reads values that a program wrote: whatever their shape, the answer is of the type that was asked for, and bounded.

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A whole number of at least 0; anything else counts as 0. */
export const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0

/** ms UTC of an ISO time; 0 where it is none. */
export function timeOf(value: unknown): number {
  const ms = Date.parse(textOf(value))
  return Number.isFinite(ms) ? ms : 0
}

/** The value that a line of JSON holds; null where it is none, such as a line that was cut. */
export function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Not JSON is the answer asked for here: a line may be cut or foreign.
    return null
  }
}

/** At most so many characters, and visibly cut beyond; a surrogate pair stays whole. */
export function clipped(text: string, limit: number): string {
  if (text.length <= limit) return text
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 2)) ? limit - 2 : limit - 1
  return `${text.slice(0, end)}…`
}

/** A tool's input as it came, or its beginning as text where it is larger than 64 kB. */
export function clippedInput(input: unknown): unknown {
  const json = JSON.stringify(input) ?? 'null'
  return json.length <= LARGEST_INPUT ? (input ?? null) : { cut: clipped(json, LARGEST_INPUT) }
}

// What an ask may carry; a file that an agent writes can be far larger.
const LARGEST_INPUT = 60_000
