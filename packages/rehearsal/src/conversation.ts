// Finds the prompt in a conversation and how far its script has been played, whatever the API and whatever the client mixes in.
import type { ModelRequest } from './apis/api.ts'
import { countTokens } from './tokens.ts'

/** Where a conversation stands. `depth` tells apart the same prompt at two places of one conversation. */
export type Position = {
  prompt: string
  done: number
  depth: number
  inputTokens: number
  cachedTokens: number
}

// What clients put into a user's message without a user having typed it.
const REMINDER_SECTION =
  /<(system-reminder|environment_context|user_instructions|session_context)>[^]*?<\/\1>/gi
const REMINDER_START =
  /^\s*(?:<(?:system-reminder|environment_context|user_instructions|permissions|skills|turn_aborted|hook_context|INSTRUCTIONS)\b|# AGENTS\.md instructions|This is the (?:Gemini CLI|Qwen Code)\b)/i

/**
 * The prompt is the last text block of a user that is more than a reminder: clients merge a prompt with the failed one before it,
 * and put context before or after it. Each answer of the model with a call since then is one turn done. All up to the
 * last answer counts as read from the cache.
 */
export function locate(request: ModelRequest): Position {
  const at = request.entries.findLastIndex((entry) => entry.by === 'user' && entry.texts.some(isPrompt))
  const texts = request.entries[at]?.texts ?? []
  const lastAnswer = request.entries.findLastIndex((entry) => entry.by === 'model')
  const weights = [request.preamble, ...request.entries.map((entry) => entry.weight)].map(countTokens)
  return {
    prompt: bare(texts.findLast(isPrompt) ?? ''),
    done: request.entries.slice(at + 1).filter((entry) => entry.by === 'model' && entry.calls > 0).length,
    depth: at,
    inputTokens: sum(weights),
    cachedTokens: lastAnswer < 0 ? 0 : sum(weights.slice(0, lastAnswer + 2)),
  }
}

function isPrompt(text: string): boolean {
  return bare(text) !== '' && !REMINDER_START.test(bare(text))
}

function bare(text: string): string {
  return text.replaceAll(REMINDER_SECTION, '').trim()
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
