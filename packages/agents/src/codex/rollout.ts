// Reads Codex's own transcript, a rollout file: conversation, tokens of each response, context and quota.
import type { Entry, Quota } from '@tutti/core'
import { clipped, countOf, fieldsOf, listOf, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import type { Signal } from '../kit.ts'
import type { LineReader } from '../tail/journal.ts'
import { createOpenCalls, type OpenCalls } from '../tail/open-calls.ts'
import { wholeFile } from '../whole-file.ts'

interface Memory {
  model: string
  calls: OpenCalls
}

type Reading = (payload: Fields, line: Line, memory: Memory) => readonly Signal[]

interface Line {
  at: number
  /** A name for the line where its payload has none. */
  key: string
}

// What a chat view can show of one output; the terminal and the file have the rest.
const LONGEST_OUTPUT = 200_000

/** Reads a rollout from its first line on. */
export function createRolloutReader(): LineReader {
  const memory: Memory = { model: 'unknown', calls: createOpenCalls() }
  return (text) => {
    const line = fieldsOf(parsed(text))
    const payload = fieldsOf(line['payload'])
    const type = textOf(line['type'])
    const isEnvelope = type === 'event_msg' || type === 'response_item'
    const reading = READINGS.get(isEnvelope ? textOf(payload['type']) : type)
    if (!reading) return []
    const key = `${textOf(line['timestamp'])}#${countOf(line['ordinal'])}`
    return reading(payload, { at: timeOf(line['timestamp']), key }, memory)
  }
}

const READINGS = new Map<string, Reading>(
  Object.entries({
    turn_context: (payload, _line, memory) => {
      memory.model = textOf(payload['model']) || memory.model
      return []
    },
    token_usage_record: usageIn,
    token_count: countIn,
    item_completed: itemIn,
    reasoning: reasoningIn,
    function_call: callIn,
    custom_tool_call: callIn,
    local_shell_call: callIn,
    function_call_output: outputIn,
    custom_tool_call_output: outputIn,
    turn_aborted: (_payload, line) => [note(line, 'The turn was interrupted.')],
    context_compacted: (_payload, line) => [note(line, 'The conversation was compacted.')],
    task_complete: (payload, line) => {
      const problem = textOf(fieldsOf(payload['error'])['message'])
      return problem === '' ? [] : [note(line, `The turn failed: ${clipped(problem, 2000)}`)]
    },
  }),
)

function usageIn(payload: Fields, { at }: Line, { model }: Memory): readonly Signal[] {
  const id = textOf(payload['response_id'])
  const usage = fieldsOf(payload['usage'])
  if (id === '') return []
  const cacheRead = countOf(usage['cached_input_tokens'])
  const cacheWrite = countOf(usage['cache_write_input_tokens'])
  // Codex counts what came from the cache as input, too.
  const input = Math.max(0, countOf(usage['input_tokens']) - cacheRead - cacheWrite)
  const tokens = { input, output: countOf(usage['output_tokens']), cacheRead, cacheWrite }
  return [{ type: 'usage', usage: { id, model, at, tokens, costUsd: null } }]
}

function countIn(payload: Fields): readonly Signal[] {
  const info = fieldsOf(payload['info'])
  const used = fieldsOf(info['last_token_usage'])['total_tokens']
  const limit = countOf(info['model_context_window'])
  const quotas = quotasIn(fieldsOf(payload['rate_limits']))
  return [
    ...(used === undefined
      ? []
      : [{ type: 'context' as const, fill: { usedTokens: countOf(used), limitTokens: limit || null } }]),
    ...(quotas.length === 0 ? [] : [{ type: 'quota' as const, quotas }]),
  ]
}

/** The windows of a subscription, from a rollout (snake_case) or from the app server (camelCase). */
export function quotasIn(limits: Fields): Quota[] {
  return ['primary', 'secondary'].flatMap((name) => {
    const window = fieldsOf(limits[name])
    const used = window['used_percent'] ?? window['usedPercent']
    if (typeof used !== 'number' || !Number.isFinite(used)) return []
    const minutes = countOf(window['window_minutes'] ?? window['windowDurationMins'])
    const resets = countOf(window['resets_at'] ?? window['resetsAt'])
    return [{ name: windowName(minutes) || name, usedPercent: used, resetsAt: resets * 1000 || null }]
  })
}

function windowName(minutes: number): string {
  if (minutes === 0) return ''
  return minutes % 1440 === 0 ? `${minutes / 1440} d` : `${Math.round(minutes / 60)} h`
}

function itemIn(payload: Fields, line: Line, memory: Memory): readonly Signal[] {
  const item = fieldsOf(payload['item'])
  const id = textOf(item['id']) || line.key
  const text = listOf(item['content'])
    .map((part) => textOf(fieldsOf(part)['text']))
    .join('\n')
  switch (item['type']) {
    case 'UserMessage':
      return [told({ id, at: line.at, role: 'person', model: null, parts: userParts(item) })]
    case 'AgentMessage':
      return [told({ id, at: line.at, role: 'agent', model: memory.model, parts: [{ type: 'text', text }] })]
    case 'FileChange':
      // The call that made it has the same id.
      return [
        told({ id: `${id}/change`, at: line.at, role: 'agent', model: memory.model, parts: diffsIn(item) }),
      ]
    default:
      return []
  }
}

function userParts(item: Fields): Entry['parts'] {
  return listOf(item['content']).map((value) => {
    const part = fieldsOf(value)
    return part['type'] === 'text'
      ? { type: 'text', text: textOf(part['text']) }
      : { type: 'note', text: `(${clipped(textOf(part['type']) || 'something else', 100)})` }
  })
}

function diffsIn(item: Fields): Entry['parts'] {
  const changes = item['changes']
  const pairs = Array.isArray(changes)
    ? changes.map((value) => [textOf(fieldsOf(value)['path']), fieldsOf(value)] as const)
    : Object.entries(fieldsOf(changes)).map(([path, value]) => [path, fieldsOf(value)] as const)
  return pairs.map(([path, change]) => ({
    type: 'diff',
    path,
    diff: clipped(diffIn(change), LONGEST_OUTPUT),
  }))
}

/** A file that is added or deleted comes with its whole content alone. */
function diffIn(change: Fields): string {
  const diff = textOf(change['unified_diff']) || textOf(change['diff'])
  const content = textOf(change['content'])
  if (diff !== '' || content === '') return diff
  return wholeFile(content, change['type'] === 'delete' ? 'removed' : 'added')
}

function reasoningIn(payload: Fields, line: Line, { model }: Memory): readonly Signal[] {
  const text = [...listOf(payload['summary']), ...listOf(payload['content'])]
    .map((part) => textOf(fieldsOf(part)['text']))
    .filter((part) => part !== '')
    .join('\n\n')
  if (text === '') return []
  const id = textOf(payload['id']) || line.key
  return [told({ id, at: line.at, role: 'agent', model, parts: [{ type: 'thinking', text }] })]
}

function callIn(payload: Fields, line: Line, memory: Memory): readonly Signal[] {
  const id = textOf(payload['call_id']) || textOf(payload['id']) || line.key
  const given = textOf(payload['arguments']) || textOf(payload['input'])
  const input = parsed(given) ?? payload['action'] ?? given
  const name = clipped(textOf(payload['name']) || 'shell', 500)
  const part = { type: 'tool' as const, id, name, input, output: null, failed: false, durationMs: null }
  const entry: Entry = { id, role: 'agent', at: line.at, parts: [part], thread: null, model: memory.model }
  memory.calls.add(entry)
  return [{ type: 'entries', entries: [entry] }]
}

function outputIn(payload: Fields, line: Line, memory: Memory): readonly Signal[] {
  const { output: told } = payload
  const output = typeof told === 'string' ? told : JSON.stringify(told ?? '')
  const code = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(output)?.[1]
  const failed =
    code === undefined ? /^(?:aborted by user|unsupported call|rejected)/m.test(output) : code !== '0'
  return memory.calls.settle(textOf(payload['call_id']), { output, failed, at: line.at })
}

const told = (entry: Omit<Entry, 'thread'>): Signal => ({
  type: 'entries',
  entries: [{ ...entry, thread: null }],
})

const note = ({ at, key }: Line, text: string): Signal =>
  told({ id: key, at, role: 'system', model: null, parts: [{ type: 'note', text }] })
