// Reads Gemini CLI's chat file: messages that come again with their tools, lists that are set anew, tokens of each answer.
import type { Entry, Part } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import type { LineReader } from '../tail/journal.ts'

/** What the last message was, for the state of a program that is ready again. */
export type Ending = 'failed' | 'interrupted' | 'other'

export interface ChatReader {
  read: LineReader
  /** How the conversation ended so far, and the last words of the agent. */
  ending(): { how: Ending; words: string; last: string }
}

interface Memory {
  /** Messages of the list before it was set anew, whose copies are no new ones: by what they say, their ids. */
  former: Map<string, string[]>
  current: Map<string, string[]>
  ending: { how: Ending; words: string; last: string }
}

const LONGEST_OUTPUT = 200_000

export function createChatReader(): ChatReader {
  const memory: Memory = {
    former: new Map(),
    current: new Map(),
    ending: { how: 'other', words: '', last: '' },
  }
  return {
    read: (line) => {
      const told = fieldsOf(parsed(line))
      const set = fieldsOf(told['$set'])
      if (set['messages'] !== undefined) return setAnew(memory, listOf(set['messages']))
      return told['type'] === undefined ? [] : message(memory, told)
    },
    ending: () => memory.ending,
  }
}

function setAnew(memory: Memory, messages: readonly unknown[]): readonly Signal[] {
  // After a cancellation all messages are written again with new ids: those that say the same are the same.
  for (const [said, ids] of memory.current) memory.former.set(said, ids)
  memory.current = new Map()
  return messages.flatMap((value) => message(memory, fieldsOf(value)))
}

function message(memory: Memory, told: Fields): readonly Signal[] {
  const type = textOf(told['type'])
  const text = textIn(told['content'])
  const id = sameId(memory, `${type} ${text}`, textOf(told['id']))
  if (id === '') return []
  const isOld = id !== textOf(told['id'])
  const entry = entryOf(id, told, text)
  if (!isOld && entry) remember(memory, type, text)
  const usage = usageOf(id, told)
  // A copy has no tokens and no tools: the first one stays.
  return [
    ...(usage ? [usage] : []),
    ...(entry && !isOld ? [{ type: 'entries' as const, entries: [entry] }] : []),
  ]
}

function sameId(memory: Memory, said: string, id: string): string {
  const known = memory.former.get(said)?.shift()
  const own = known ?? id
  const ids = memory.current.get(said) ?? []
  if (!ids.includes(own)) memory.current.set(said, [...ids, own])
  return own
}

function remember(memory: Memory, type: string, text: string): void {
  const { last } = memory.ending
  if (type === 'error') memory.ending = { how: 'failed', words: clipped(text, 1500), last }
  else if (type === 'info' && /^Request cancelled\b/.test(text))
    memory.ending = { how: 'interrupted', words: text, last }
  else if (type === 'user') memory.ending = { how: 'other', words: '', last: '' }
  else if (type === 'gemini') memory.ending = { how: 'other', words: '', last: clipped(text, 20_000) || last }
}

function entryOf(id: string, told: Fields, text: string): Entry | null {
  const type = textOf(told['type'])
  const at = timeOf(told['timestamp'])
  const model = textOf(told['model']) || null
  if (type === 'gemini') return { id, role: 'agent', at, parts: agentParts(told, text), thread: null, model }
  if (type === 'user') {
    // Results of tools are with their tools, and the first message is the program's own.
    const isWords = text !== '' && !text.startsWith('<session_context>')
    return isWords ? { id, role: 'person', at, parts: [{ type: 'text', text }], thread: null, model } : null
  }
  return text === ''
    ? null
    : { id, role: 'system', at, parts: [{ type: 'note', text: clipped(text, 20_000) }], thread: null, model }
}

function agentParts(told: Fields, text: string): Part[] {
  const thoughts = listOf(told['thoughts']).map((value) => {
    const thought = fieldsOf(value)
    return [textOf(thought['subject']), textOf(thought['description'])]
      .filter((line) => line !== '')
      .join('\n')
  })
  const thinking = thoughts.filter((line) => line !== '').join('\n\n')
  return [
    ...(thinking === '' ? [] : [{ type: 'thinking' as const, text: thinking }]),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...listOf(told['toolCalls']).flatMap((call) => toolParts(fieldsOf(call), timeOf(told['timestamp']))),
  ]
}

function toolParts(call: Fields, begun: number): Part[] {
  const result = listOf(call['result']).map((value) =>
    fieldsOf(fieldsOf(fieldsOf(value)['functionResponse'])['response']),
  )
  const output = result.map((response) => textOf(response['output']) || textOf(response['error'])).join('\n')
  const status = textOf(call['status'])
  const isOver = call['result'] !== undefined
  const diff = textOf(fieldsOf(call['resultDisplay'])['fileDiff'])
  const tool: Part = {
    type: 'tool',
    id: textOf(call['id']),
    name: clipped(textOf(call['name']), 500),
    input: call['args'] ?? null,
    output: isOver ? clipped(output, LONGEST_OUTPUT) : null,
    failed: status === 'error' || status === 'cancelled',
    durationMs: isOver ? Math.max(0, timeOf(call['timestamp']) - begun) : null,
  }
  const path = textOf(fieldsOf(call['resultDisplay'])['fileName'])
  return diff === '' ? [tool] : [tool, { type: 'diff', path, diff: clipped(diff, LONGEST_OUTPUT) }]
}

function usageOf(id: string, told: Fields): Signal | null {
  const tokens = fieldsOf(told['tokens'])
  if (told['type'] !== 'gemini' || countOf(tokens['total']) === 0) return null
  const cacheRead = countOf(tokens['cached'])
  return {
    type: 'usage',
    usage: {
      id,
      model: textOf(told['model']) || 'unknown',
      at: timeOf(told['timestamp']),
      tokens: {
        // The program counts what came from the cache as input, and thinking apart from output.
        input: Math.max(0, countOf(tokens['input']) - cacheRead),
        output: countOf(tokens['output']) + countOf(tokens['thoughts']),
        cacheRead,
        cacheWrite: 0,
      },
      costUsd: null,
    },
  }
}

function textIn(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((part) => textOf(fieldsOf(part)['text']))
    .join('')
}
