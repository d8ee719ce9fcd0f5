// What the model server needs from an API: how to read a request, and how to write an answer or an error in its words.
import type { JsonObject } from '../json.ts'

/** One message of a conversation, in any API. `weight` is the JSON that counts as tokens, `calls` how many tools were called. */
export type Entry = { by: 'user' | 'model'; texts: string[]; calls: number; weight: string }

/** A tool that the client offers. A custom tool takes free text, all others a JSON object. */
export type Tool = { name: string; properties: JsonObject; required: string[]; custom?: boolean }

/** A request for an answer, read from the body of any API. `schema` is there when the answer must be JSON of that shape. */
export type ModelRequest = {
  model: string
  stream: boolean
  preamble: string
  entries: Entry[]
  tools: Tool[]
  schema?: JsonObject
  /** Chat Completions only: whether the client wants the usage in the stream. */
  wantsUsage?: boolean
}

/** A piece of an answer, in the order in which it is given. */
export type Part =
  | { is: 'text'; text: string }
  | { is: 'thought'; text: string }
  | { is: 'call'; id: string; name: string; input: JsonObject; custom?: boolean }
  | { is: 'pause'; ms: number }

/** Tokens of one exchange. Input includes what was cached, output includes what was reasoned. */
export type Usage = { input: number; cached: number; output: number; reasoning: number }

export type Reply = { id: string; model: string; createdMs: number; parts: Part[]; usage: Usage }

/** A frame of an event stream, or a pause before the next one. */
export type Frame = { event?: string; data: string } | { pauseMs: number }

export type Failure = { code: number; message: string; retryAfterS: number; requestId: string }

export type ModelApi = {
  readonly name: 'anthropic' | 'responses' | 'chat' | 'gemini'
  /** Reads a body; `path` holds what some APIs keep in the address. Never throws: what is missing counts as empty. */
  read(body: JsonObject, path: string): ModelRequest
  /** The whole answer as one JSON value. */
  whole(reply: Reply): JsonObject
  /** The answer as an event stream. */
  stream(reply: Reply, request: ModelRequest): Iterable<Frame>
  /** The answer of the token counter, where the API has one. */
  count?(tokens: number): JsonObject
  /** An error in the vendor's shape, with the headers that its client reads before it tries again. */
  failure(failure: Failure): { body: JsonObject; headers: Record<string, string> }
}

/** Cuts a text into the pieces that a stream delivers; together they are the text. */
export function pieces(text: string): string[] {
  // Long enough to keep streams short, short enough that every client sees more than one delta.
  const PIECE = 24
  const letters = Array.from(text)
  const cut: string[] = []
  for (let at = 0; at < letters.length; at += PIECE) cut.push(letters.slice(at, at + PIECE).join(''))
  return cut
}

/** Retry headers that every vendor's client understands; a client that must not retry gets none. */
export function retryHeaders({ code, retryAfterS }: Failure): Record<string, string> {
  return code === 429 || code >= 500 ? { 'retry-after': String(retryAfterS) } : {}
}

/** The parts that carry words or calls, without the pauses between them. */
export function spokenParts(parts: Part[]): Exclude<Part, { is: 'pause' }>[] {
  return parts.filter((part) => part.is !== 'pause')
}
