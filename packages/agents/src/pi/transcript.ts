// Reads Pi's session file: messages, what each tool gave, and tokens with their cost.
import type { Entry, Part } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import type { LineReader } from '../tail/journal.ts'

const LONGEST_OUTPUT = 200_000
const MOST_OPEN_CALLS = 500

export function createTranscriptReader(): LineReader {
  const calls = new Map<string, Entry>()
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

function messageIn(told: Fields, message: Fields, calls: Map<string, Entry>): readonly Signal[] {
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
  for (const part of parts) if (part.type === 'tool') calls.set(part.id, entry)
  const [oldest] = calls.keys()
  if (calls.size > MOST_OPEN_CALLS && oldest !== undefined) calls.delete(oldest)
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

function resultIn(told: Fields, message: Fields, calls: Map<string, Entry>): readonly Signal[] {
  const id = textOf(message['toolCallId'])
  const entry = calls.get(id)
  if (!entry) return []
  const output = clipped(
    listOf(message['content'])
      .map((part) => textOf(fieldsOf(part)['text']))
      .join('\n'),
    LONGEST_OUTPUT,
  )
  const failed = message['isError'] === true
  const durationMs = Math.max(0, timeOf(told['timestamp']) - entry.at)
  const parts = entry.parts.map((part) =>
    part.type === 'tool' && part.id === id ? { ...part, output, failed, durationMs } : part,
  )
  const whole = { ...entry, parts }
  for (const part of parts) if (part.type === 'tool') calls.set(part.id, whole)
  return [{ type: 'entries', entries: [whole] }]
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
