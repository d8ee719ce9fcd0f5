// Which requests of different agents are one and the same, so that one decision serves them all.
import { createHash } from 'node:crypto'
import { isCut, type Ask } from '@tutti/core'

// What agents say about a request; the request itself is everything else.
const REMARKS = new Set(['description', 'justification'])

/** The same for the same request to the same kind of program; null for what only its own agent can mean. */
export function groupOf(kit: string, ask: Ask): string | null {
  if (ask.kind !== 'approval' || ask.tool === null || isCut(ask.input)) return null
  const input = canonical(ask.input)
  const offered = ask.questions.map((question) => question.choices.map((choice) => choice.key))
  const identity = JSON.stringify([kit, ask.tool, input, input === 'null' ? ask.title : '', offered])
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}

function canonical(input: unknown): string {
  if (typeof input !== 'object' || input === null) return JSON.stringify(input ?? null)
  const isRequest = ([name]: [string, unknown]) => !REMARKS.has(name)
  return JSON.stringify(Object.fromEntries(sorted(Object.entries(input).filter(isRequest))))
}

const sorted = (fields: [string, unknown][]): [string, unknown][] =>
  fields.toSorted(([a], [b]) => (a < b ? -1 : 1))
