// Reads Gemini CLI's chat file: messages that come again with their tools, lists that are set anew, tokens of each answer.
import type { Entry, Part } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import type { LineReader } from '../tail/journal.ts'
import { squeezed } from '../typing.ts'

/** What the last message was, for the state of a program that is ready again. */
export type Ending = 'failed' | 'interrupted' | 'unanswered' | 'other'

export interface EndingTold {
  how: Ending
  words: string
  last: string
  /** How many prompts there were. */
  turns: number
}

export interface ChatReader {
  read: LineReader
  /** How the conversation ended so far, and the last words of the agent. */
  ending(): EndingTold
  /** Whether a prompt of these words was written down since then, ms UTC; white space does not count. */
  tookSince(words: string, since: number): boolean
}

interface Memory {
  /** What the messages of the list say that was set anew, until a message comes that is no copy. */
  former: Map<string, number>
  current: Map<string, number>
  ending: EndingTold
  /** Messages that came, oldest first; one that comes again is no news unless it is the newest. */
  ids: Set<string>
  /** All messages are being written again, line by line, before the list is set anew. */
  isRelisting: boolean
  /** The last prompt, and when it was given. */
  prompt: { words: string; at: number }
}

const LONGEST_OUTPUT = 200_000
// More messages than a list that is written again has.
const MOST_IDS = 5000

export function createChatReader(): ChatReader {
  const memory: Memory = {
    former: new Map(),
    current: new Map(),
    ending: { how: 'other', words: '', last: '', turns: 0 },
    ids: new Set(),
    isRelisting: false,
    prompt: { words: '', at: 0 },
  }
  return {
    read: (line) => {
      const told = fieldsOf(parsed(line))
      hearPrompt(memory, told)
      const set = fieldsOf(told['$set'])
      if (set['messages'] !== undefined) return setAnew(memory, listOf(set['messages']))
      return told['type'] === undefined || isRelisted(memory, told) ? [] : message(memory, told)
    },
    ending: () => memory.ending,
    tookSince: (words, since) =>
      memory.prompt.at >= since && squeezed(memory.prompt.words).includes(squeezed(words)),
  }
}

/** Also where the list is being written again: what is newer than the last prompt is no copy of it. */
function hearPrompt(memory: Memory, told: Fields): void {
  const words = told['type'] === 'user' ? textIn(told['content']) : ''
  const at = timeOf(told['timestamp'])
  if (words !== '' && at >= memory.prompt.at) memory.prompt = { words, at }
}

function setAnew(memory: Memory, messages: readonly unknown[]): readonly Signal[] {
  // After a cancellation all messages are written again with new ids: those that say the same are the same.
  memory.isRelisting = false
  memory.former = memory.current
  memory.current = new Map()
  return messages.flatMap((value) => message(memory, fieldsOf(value)))
}

/** The list is written again from its first message on, which is the program's own; an answer with tokens is no copy. */
function isRelisted(memory: Memory, told: Fields): boolean {
  if (isContext(told)) memory.isRelisting = true
  if (countOf(fieldsOf(told['tokens'])['total']) > 0) memory.isRelisting = false
  return memory.isRelisting
}

/** The program's own words, which stand before all that is said. */
const isContext = (told: Fields): boolean =>
  told['type'] === 'user' && textIn(told['content']).startsWith('<session_context>')

function message(memory: Memory, told: Fields): readonly Signal[] {
  const type = textOf(told['type'])
  const text = textIn(told['content'])
  const id = textOf(told['id'])
  // What the program tells the model of the folder is another in each list, and no sign that the copies are over.
  if (id === '' || isContext(told) || isCopy(memory, `${type} ${text}`, told)) return []
  const entry = entryOf(id, told, text)
  if (entry && isNews(memory, id, told)) remember(memory, told, text)
  const usage = usageOf(id, told)
  return [...(usage ? [usage] : []), ...(entry ? [{ type: 'entries' as const, entries: [entry] }] : [])]
}

function isNews({ ids }: Memory, id: string, told: Fields): boolean {
  const isKnown = ids.has(id)
  const isNewest = [...ids].at(-1) === id
  ids.add(id)
  const [oldest] = ids
  if (ids.size > MOST_IDS && oldest !== undefined) ids.delete(oldest)
  return !isKnown || (isNewest && told['toolCalls'] !== undefined)
}

/** A copy has no tokens; it comes while the list is written again, before anything new. */
function isCopy(memory: Memory, said: string, told: Fields): boolean {
  const times = memory.former.get(said) ?? 0
  const isNew = times === 0 || countOf(fieldsOf(told['tokens'])['total']) > 0
  memory.current.set(said, (memory.current.get(said) ?? 0) + 1)
  if (isNew) memory.former = new Map()
  else memory.former.set(said, times - 1)
  return !isNew
}

function remember(memory: Memory, told: Fields, text: string): void {
  const { last, turns } = memory.ending
  const wasCancelled = listOf(told['toolCalls']).some(isCancelled)
  const how = wasCancelled ? 'interrupted' : 'other'
  switch (told['type']) {
    case 'error':
      memory.ending = { how: 'failed', words: clipped(text, 1500), last, turns }
      break
    case 'user':
      memory.ending = { how: 'unanswered', words: '', last: '', turns: turns + 1 }
      break
    case 'gemini':
      // Nothing said yet, or a tool at work: the turn goes on, whatever the title still shows.
      if (how === 'other' && isUnderWay(told, text)) break
      memory.ending = { how, words: '', last: clipped(text, 20_000) || last, turns }
      break
    case 'info':
      if (/^Request cancelled\b/.test(text)) memory.ending = { how: 'interrupted', words: text, last, turns }
  }
}

function isUnderWay(told: Fields, text: string): boolean {
  const calls = listOf(told['toolCalls']).map(fieldsOf)
  return calls.length === 0 ? text === '' : calls.some((call) => call['result'] === undefined)
}

/** Refused or interrupted: the newest versions say it in the status, all in the words. */
function isCancelled(value: unknown): boolean {
  const call = fieldsOf(value)
  return (
    call['status'] === 'cancelled' || JSON.stringify(call['result'] ?? '').includes('[Operation Cancelled]')
  )
}

function entryOf(id: string, told: Fields, text: string): Entry | null {
  const type = textOf(told['type'])
  const at = timeOf(told['timestamp'])
  const model = textOf(told['model']) || null
  if (type === 'gemini') return { id, role: 'agent', at, parts: agentParts(told, text), thread: null, model }
  if (type === 'user') {
    // Results of tools are with their tools.
    return text !== ''
      ? { id, role: 'person', at, parts: [{ type: 'text', text }], thread: null, model }
      : null
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
