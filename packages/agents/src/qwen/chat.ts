// Reads Qwen Code's own transcript: the conversation, and the tokens of each answer of the model, side calls included.
import type { Entry, Part } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import type { LineReader } from '../tail/journal.ts'
import { createOpenCalls, type OpenCalls } from '../tail/open-calls.ts'

/** Where the transcript of a session lies. */
export function chatPath(
  home: string,
  env: Readonly<Record<string, string>>,
  place: { folder: string; session: string },
): string {
  const base = env['QWEN_RUNTIME_DIR'] ?? env['QWEN_HOME'] ?? `${home}/.qwen`
  return `${base}/projects/${place.folder.replaceAll(/[^a-zA-Z0-9]/g, '-')}/chats/${place.session}.jsonl`
}

export function createChatReader(): LineReader {
  const calls = createOpenCalls()
  return (line) => {
    const told = fieldsOf(parsed(line))
    switch (told['type']) {
      case 'user':
      case 'assistant':
        return spoken(told, calls)
      case 'tool_result':
        return resultIn(told, calls)
      case 'system':
        return noted(told)
      default:
        return []
    }
  }
}

function spoken(told: Fields, calls: OpenCalls): readonly Signal[] {
  const id = textOf(told['uuid'])
  const parts = partsOf(told).flatMap(partIn)
  if (id === '' || parts.length === 0) return []
  const isAgent = told['type'] === 'assistant'
  const entry: Entry = {
    id,
    role: isAgent ? 'agent' : 'person',
    at: timeOf(told['timestamp']),
    parts,
    thread: null,
    model: textOf(told['model']) || null,
  }
  calls.add(entry)
  const limitTokens = null
  const usedTokens = countOf(fieldsOf(told['usageMetadata'])['totalTokenCount'])
  const entries: Signal = { type: 'entries', entries: [entry] }
  return usedTokens > 0 ? [entries, { type: 'context', fill: { usedTokens, limitTokens } }] : [entries]
}

function partIn(part: Fields): Part[] {
  const call = fieldsOf(part['functionCall'])
  const text = textOf(part['text'])
  if (part['functionCall'] !== undefined)
    return [
      {
        type: 'tool',
        id: textOf(call['id']),
        name: clipped(textOf(call['name']), 500),
        input: call['args'] ?? null,
        output: null,
        failed: false,
        durationMs: null,
      },
    ]
  if (text === '') return []
  return [{ type: part['thought'] === true ? 'thinking' : 'text', text }]
}

function resultIn(told: Fields, calls: OpenCalls): readonly Signal[] {
  const at = timeOf(told['timestamp'])
  return partsOf(told).flatMap((part) => {
    const result = fieldsOf(part['functionResponse'])
    const response = fieldsOf(result['response'])
    const output = textOf(response['output']) || textOf(response['error'])
    return calls.settle(textOf(result['id']), { output, failed: response['error'] !== undefined, at })
  })
}

function noted(told: Fields): readonly Signal[] {
  const event = fieldsOf(fieldsOf(told['systemPayload'])['uiEvent'])
  const id = textOf(event['response_id'])
  if (event['event.name'] !== 'qwen-code.api_response' || id === '') return []
  const cacheRead = countOf(event['cached_content_token_count'])
  const tokens = {
    // Qwen Code counts what came from the cache as input, and thinking within output.
    input: Math.max(0, countOf(event['input_token_count']) - cacheRead),
    output: countOf(event['output_token_count']),
    cacheRead,
    cacheWrite: 0,
  }
  const at = timeOf(event['event.timestamp'])
  return [
    { type: 'usage', usage: { id, model: textOf(event['model']) || 'unknown', at, tokens, costUsd: null } },
  ]
}

const partsOf = (told: Fields): Fields[] => listOf(fieldsOf(told['message'])['parts']).map(fieldsOf)
