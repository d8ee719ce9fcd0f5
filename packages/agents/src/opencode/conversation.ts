// OpenCode's messages and their parts, from its events, its HTTP answers or its database, as entries and tokens.
import type { Entry, Part, Usage } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, textOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import { wholeFile } from '../whole-file.ts'

export interface Conversation {
  /** Takes a message's info; tells what is new. */
  message(info: Fields): readonly Signal[]
  /** Takes a part; tells its message's entry, and the tokens when it ends a call to the model. */
  part(part: Fields): readonly Signal[]
  /** Takes messages with their parts, as HTTP and database give them. */
  whole(messages: unknown): readonly Signal[]
  entries(): readonly Entry[]
  /** The last words of the agent. */
  last(): string
}

interface Message {
  info: Fields
  parts: Map<string, Fields>
}

// A chat view never shows more, and a session that runs for weeks must not fill the daemon's memory.
const MOST_MESSAGES = 2000
const LONGEST_OUTPUT = 200_000

/** `thread` names the sub-agent of a session; null for the main one, undefined for a session that is none of ours. */
export function createConversation(
  thread: (session: string) => string | null | undefined,
  limitOf: (provider: string, model: string) => number | null,
): Conversation {
  const messages = new Map<string, Message>()

  function messageOf(id: string): Message {
    const known = messages.get(id)
    if (known) return known
    const fresh: Message = { info: {}, parts: new Map() }
    messages.set(id, fresh)
    const [oldest] = messages.keys()
    if (messages.size > MOST_MESSAGES && oldest !== undefined) messages.delete(oldest)
    return fresh
  }

  function entryOf(id: string, { info, parts }: Message): Entry | null {
    const of = thread(textOf(info['sessionID']))
    if (of === undefined) return null
    const error = textOf(fieldsOf(fieldsOf(info['error'])['data'])['message'])
    const shown = [...parts.values()].flatMap(partsOf)
    if (error !== '') shown.push({ type: 'note', text: clipped(error, 2000) })
    if (shown.length === 0) return null
    const role = info['role'] === 'user' ? 'person' : 'agent'
    const at = countOf(fieldsOf(info['time'])['created'])
    return { id, role, at, parts: shown, thread: of, model: textOf(info['modelID']) || null }
  }

  function told(id: string, message: Message): readonly Signal[] {
    const entry = entryOf(id, message)
    return entry ? [{ type: 'entries', entries: [entry] }] : []
  }

  function spent(part: Fields, { info }: Message): readonly Signal[] {
    const of = thread(textOf(part['sessionID']) || textOf(info['sessionID']))
    const usage = of === undefined ? null : usageIn(part, info)
    if (!usage) return []
    if (of !== null) return [{ type: 'usage', usage }]
    const { input, output, cacheRead, cacheWrite } = usage.tokens
    const limitTokens = limitOf(textOf(info['providerID']), usage.model)
    const fill = { usedTokens: input + output + cacheRead + cacheWrite, limitTokens }
    return [
      { type: 'usage', usage },
      { type: 'context', fill },
    ]
  }

  const conversation: Conversation = {
    message(info) {
      const id = textOf(info['id'])
      if (id === '') return []
      const message = messageOf(id)
      message.info = info
      return told(id, message)
    },
    part(part) {
      const message = messageOf(textOf(part['messageID']))
      message.parts.set(textOf(part['id']), part)
      return [...spent(part, message), ...told(textOf(part['messageID']), message)]
    },
    whole(list) {
      const signals = listOf(list).flatMap((value) => {
        const { info, parts } = fieldsOf(value)
        const first = conversation.message(fieldsOf(info))
        return first.concat(listOf(parts).flatMap((part) => conversation.part(fieldsOf(part))))
      })
      // Each part tells its message anew; the last one has them all.
      const entries = new Map(
        signals
          .flatMap((signal) => (signal.type === 'entries' ? signal.entries : []))
          .map((entry) => [entry.id, entry]),
      )
      const others = signals.filter(({ type }) => type !== 'entries')
      return entries.size === 0 ? others : [...others, { type: 'entries', entries: [...entries.values()] }]
    },
    entries: () => [...messages].flatMap(([id, message]) => entryOf(id, message) ?? []),
    last() {
      const entry = conversation.entries().findLast(({ role, thread: of }) => role === 'agent' && of === null)
      const texts = entry?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])) ?? []
      return clipped(texts.at(-1) ?? '', 20_000)
    },
  }
  return conversation
}

function usageIn(part: Fields, info: Fields): Usage | null {
  const id = textOf(part['id'])
  if (part['type'] !== 'step-finish' || id === '') return null
  const tokens = fieldsOf(part['tokens'])
  const cache = fieldsOf(tokens['cache'])
  const cost = part['cost']
  return {
    id,
    model: textOf(info['modelID']) || 'unknown',
    at: countOf(fieldsOf(info['time'])['created']),
    tokens: {
      input: countOf(tokens['input']),
      // OpenCode counts thinking apart; every service bills it as output.
      output: countOf(tokens['output']) + countOf(tokens['reasoning']),
      cacheRead: countOf(cache['read']),
      cacheWrite: countOf(cache['write']),
    },
    costUsd: typeof cost === 'number' && Number.isFinite(cost) && cost > 0 ? cost : null,
  }
}

function partsOf(part: Fields): Part[] {
  const text = textOf(part['text'])
  switch (part['type']) {
    case 'text':
      return text === '' || part['synthetic'] === true ? [] : [{ type: 'text', text }]
    case 'reasoning':
      return text === '' ? [] : [{ type: 'thinking', text }]
    case 'tool':
      return toolParts(part)
    case 'file':
      return [{ type: 'image', media: textOf(part['mime']), data: null }]
    case 'compaction':
      return [{ type: 'note', text: 'The conversation was compacted.' }]
    default:
      return []
  }
}

function toolParts(part: Fields): Part[] {
  const state = fieldsOf(part['state'])
  const time = fieldsOf(state['time'])
  const isOver = state['status'] === 'completed' || state['status'] === 'error'
  const output = textOf(state['output']) || textOf(state['error'])
  const diff = diffIn(fieldsOf(state['metadata']), fieldsOf(state['input']))
  const tool: Part = {
    type: 'tool',
    id: textOf(part['callID']),
    name: clipped(textOf(part['tool']), 500),
    input: state['input'] ?? null,
    output: isOver ? clipped(output, LONGEST_OUTPUT) : null,
    failed: state['status'] === 'error',
    durationMs: isOver ? Math.max(0, countOf(time['end']) - countOf(time['start'])) : null,
  }
  const path = textOf(fieldsOf(state['input'])['filePath'])
  return diff === '' ? [tool] : [tool, { type: 'diff', path, diff: clipped(diff, LONGEST_OUTPUT) }]
}

/** A file that is written for the first time has no diff, but its content. */
function diffIn(metadata: Fields, input: Fields): string {
  const diff = textOf(metadata['diff'])
  const content = textOf(input['content'])
  return diff === '' && metadata['exists'] === false && content !== '' ? wholeFile(content, 'added') : diff
}
