// Keeps an answer within the tokens that were asked for, and says what it left out.

/** A token is about four characters. */
const TOKEN_LENGTH = 4

/** Whole lines from the beginning. */
export function withinTokens(text: string, tokens: number): string {
  const limit = tokens * TOKEN_LENGTH
  if (text.length <= limit) return text
  const lines = text.split('\n')
  const note = (left: number) => `… ${left} more lines; ask for more tokens`
  let length = note(lines.length).length
  let kept = 0
  for (const line of lines) {
    length += line.length + 1
    if (length > limit) break
    kept += 1
  }
  return [...lines.slice(0, kept), note(lines.length - kept)].join('\n')
}

const ENTRIES = 2000

/** Lists of an answer's data, each with so many entries at most. */
export function withinEntries(data: unknown): unknown {
  if (Array.isArray(data)) return data.slice(0, ENTRIES).map((one) => withinEntries(one))
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withinEntries(value)]))
}
