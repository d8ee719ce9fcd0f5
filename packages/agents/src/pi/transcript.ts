// Reads Pi's session file: messages, what each tool gave, and tokens with their cost.
import type { Entry, Part } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import type { LineReader } from '../tail/journal.ts'
import { createOpenCalls, type OpenCalls } from '../tail/open-calls.ts'

export function createTranscriptReader(): LineReader {
  const calls = createOpenCalls()
  return (line) => {
    const told = fieldsOf(parsed(line))
    if (told['type'] === 'compaction')
      return [noted(told, `The conversation was compacted. ${clipped(textOf(told['summary']), 20_000)}`)]
    if (told['type'] !== 'message') return []
    const message = fieldsOf(told['message'])
    if (message['role'] === 'toolResult') return resultIn(told, message, calls)
    return messageIn(told, message, calls)
  }
}

function messageIn(told: Fields, message: Fields, calls: OpenCalls): readonly Signal[] {
  const id = textOf(told['id'])
  const content = message['content']
  const parts = (typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content)).flatMap(
    partIn,
  )
  const problem = textOf(message['errorMessage'])
  if (problem !== '') parts.push({ type: 'note', text: clipped(problem, 2000) })
  const isAgent = message['role'] === 'assistant'
  const entry: Entry = {
    id,
    role: isAgent ? 'agent' : 'person',
    at: timeOf(told['timestamp']),
    parts,
    thread: null,
    model: textOf(message['model']) || null,
  }
  calls.add(entry)
  const spent = isAgent ? usageIn(entry, fieldsOf(message['usage'])) : []
  return parts.length === 0 || id === '' ? spent : [...spent, { type: 'entries', entries: [entry] }]
}

function partIn(value: unknown): Part[] {
  const part = fieldsOf(value)
  const text = textOf(part['text'])
  switch (part['type']) {
    case 'text':
      return text === '' ? [] : [{ type: 'text', text }]
    case 'thinking': {
      const thinking = textOf(part['thinking'])
      return thinking === '' ? [] : [{ type: 'thinking', text: thinking }]
    }
    case 'toolCall':
      return [
        {
          type: 'tool',
          id: textOf(part['id']),
          name: clipped(textOf(part['name']), 500),
          input: part['arguments'] ?? null,
          output: null,
          failed: false,
          durationMs: null,
        },
      ]
    case 'image':
      return [{ type: 'image', media: textOf(part['mimeType']), data: null }]
    default:
      return []
  }
}

function resultIn(told: Fields, message: Fields, calls: OpenCalls): readonly Signal[] {
  const output = listOf(message['content'])
    .map((part) => textOf(fieldsOf(part)['text']))
    .join('\n')
  const failed = message['isError'] === true
  return calls.settle(textOf(message['toolCallId']), { output, failed, at: timeOf(told['timestamp']) })
}

function usageIn({ id, at, model }: Entry, usage: Fields): readonly Signal[] {
  const tokens = {
    input: countOf(usage['input']),
    output: countOf(usage['output']),
    cacheRead: countOf(usage['cacheRead']),
    cacheWrite: countOf(usage['cacheWrite']),
  }
  const usedTokens = tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite
  if (id === '' || usedTokens === 0) return []
  const total = fieldsOf(usage['cost'])['total']
  const costUsd = typeof total === 'number' && Number.isFinite(total) && total > 0 ? total : null
  return [
    { type: 'usage', usage: { id, model: model ?? 'unknown', at, tokens, costUsd } },
    { type: 'context', fill: { usedTokens, limitTokens: null } },
  ]
}

const noted = (told: Fields, text: string): Signal => ({
  type: 'entries',
  entries: [
    {
      id: textOf(told['id']),
      role: 'system',
      at: timeOf(told['timestamp']),
      parts: [{ type: 'note', text }],
      thread: null,
      model: null,
    },
  ],
})
