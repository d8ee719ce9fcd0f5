// Decides what the scripted model answers to a request: a failure the script asks for, or the parts of the next turn.
import type { ModelRequest, Part, Usage } from './apis/api.ts'
import type { Clock } from './clock.ts'
import { locate, type Position } from './conversation.ts'
import { valueFor } from './schema-value.ts'
import { parseScript, type Act } from './script.ts'
import { countTokens } from './tokens.ts'
import { callFor } from './tool-call.ts'
import { planTurns, turnAt, type Status, type Turn } from './turns.ts'

/** What to answer. A failure carries the usage too, so that a ledger can say what was refused. */
export type Direction = { prompt: string; usage: Usage } & ({ fails: Status } | { parts: Part[] })

type Count = { failures: number; at: number }
type Deps = { clock: Clock; callId: () => string }

// A client that gave up is forgotten, so that the same prompt fails from the start the next time.
const FORGET_AFTER_MS = 300_000
const MOST_COUNTS = 1000
// Clients try these again; the others fail as often as they are asked.
const COUNTED = new Set([401, 408, 409, 429])

/** A director remembers only how often each turn has failed; where a script stands it reads from the conversation itself. */
export function createDirector({ clock, callId }: Deps): (request: ModelRequest) => Direction {
  const counts = new Map<string, Count>()

  function failureOf(turn: Turn, key: string): Status | undefined {
    const now = clock.now()
    const known = counts.get(key)
    const failures = known && now - known.at < FORGET_AFTER_MS ? known.failures : 0
    const failing = statusAfter(turn.statuses, failures)
    counts.delete(key)
    if (!failing) return undefined
    counts.set(key, { failures: failures + 1, at: now })
    const [oldest] = counts.keys()
    if (counts.size > MOST_COUNTS && oldest !== undefined) counts.delete(oldest)
    return failing
  }

  return (request) => {
    const position = locate(request)
    const turn = turnAt(planTurns(parseScript(position.prompt)), position.done)
    const fails = request.schema ? undefined : failureOf(turn, keyOf(request, position))
    const parts = fails ? [] : partsOf(turn, request, callId)
    const said = { prompt: position.prompt, usage: usageOf(position, parts) }
    return fails ? { ...said, fails } : { ...said, parts }
  }
}

function keyOf(request: ModelRequest, { prompt, done, depth }: Position): string {
  return JSON.stringify([request.model, request.tools.length, done, depth, prompt])
}

function statusAfter(statuses: Status[], failures: number): Status | undefined {
  let before = 0
  return statuses.find((status) => {
    before += status.times
    return isEndless(status) || failures < before
  })
}

function isEndless({ code }: Status): boolean {
  return code < 500 && !COUNTED.has(code)
}

function partsOf(turn: Turn, request: ModelRequest, callId: () => string): Part[] {
  if (request.schema) return [{ is: 'text', text: JSON.stringify(valueFor(request.schema)) }]
  const parts = turn.utterances.map((utterance): Part => {
    if (utterance.does === 'sleep') return { is: 'pause', ms: utterance.ms }
    return { is: utterance.does === 'say' ? 'text' : 'thought', text: utterance.text }
  })
  if (turn.act) parts.push(actPart(turn.act, request, callId))
  // No API has an empty answer.
  return parts.some((part) => part.is !== 'pause') ? parts : [...parts, { is: 'text', text: 'Done.' }]
}

function actPart(act: Act, request: ModelRequest, callId: () => string): Part {
  const call = callFor(act, request.tools)
  if (!call) return { is: 'text', text: `The script says "${act.does}", and no tool was offered for it.` }
  return { is: 'call', id: callId(), ...call }
}

function usageOf(position: Position, parts: Part[]): Usage {
  const reasoning = parts.reduce((sum, part) => sum + (part.is === 'thought' ? countTokens(part.text) : 0), 0)
  const spoken = parts.reduce((sum, part) => sum + countTokens(wordsOf(part)), 0)
  return {
    input: position.inputTokens,
    cached: position.cachedTokens,
    output: reasoning + spoken,
    reasoning,
  }
}

function wordsOf(part: Part): string {
  if (part.is === 'text') return part.text
  return part.is === 'call' ? part.name + JSON.stringify(part.input) : ''
}
