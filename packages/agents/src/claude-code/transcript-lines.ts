// Turns the lines of a Claude Code transcript into entries and usage. A message lies on several lines that share its id.
import type { ContextFill, Entry, Part, Usage } from '@tutti/core'
import { clipped, countOf, fieldsOf, isFields, parsed, textOf, timeOf, type Fields } from '../foreign.ts'
import { diffOf, outputOf, partsOf, resultsOf, withoutWrapping } from './content.ts'

/** What a line has changed. `entries` are new or replace those of the same id. */
export interface Changes {
  entries: readonly Entry[]
  usage: Usage | null
  context: ContextFill | null
}

export interface TranscriptLines {
  /** `thread` is the sub-agent whose file it is; null for the main one. */
  take(line: string, thread: string | null): Changes
  /** All entries so far, oldest first. */
  entries(): readonly Entry[]
  /** Tools of the main thread that were called and have not answered. */
  openTools(): readonly ToolPart[]
}

export type ToolPart = Extract<Part, { type: 'tool' }>

const NOTHING: Changes = { entries: [], usage: null, context: null }
// What the program writes for itself makes nine tenths of the file: not even parsed.
const OWN_LINES = /^\{"type":"(?:api-request|mode|permission-mode|file-history|last-prompt|tools-used|atis)/
const INTERRUPTED = '[Request interrupted by user'
const NOTIFICATION = '<task-notification>'

export const createTranscriptLines = (): TranscriptLines => new ClaudeLines()

// State and identity are one here: a line completes what lines before it began.
class ClaudeLines implements TranscriptLines {
  private readonly known = new Map<string, Entry>()
  /** Which entry holds a tool that has not answered yet. */
  private readonly open = new Map<string, string>()
  private readonly counted = new Map<string, string>()

  take(line: string, thread: string | null): Changes {
    if (OWN_LINES.test(line)) return NOTHING
    const fields = parsed(line)
    if (!isFields(fields)) return NOTHING
    const owner = fields['isSidechain'] === true ? (thread ?? nameOf(fields['agentId'], 'sub-agent')) : thread
    switch (fields['type']) {
      case 'assistant':
        return this.assistant(fields, owner)
      case 'user':
        return { ...NOTHING, entries: this.user(fields, owner) }
      case 'system':
        return { ...NOTHING, entries: this.system(fields, owner) }
      default:
        return NOTHING
    }
  }

  entries(): readonly Entry[] {
    return [...this.known.values()]
  }

  openTools(): readonly ToolPart[] {
    return [...this.open].flatMap(([tool, id]) => {
      const entry = this.known.get(id)
      return entry?.thread === null ? entry.parts.filter(isTool).filter((part) => part.id === tool) : []
    })
  }

  private assistant(line: Fields, thread: string | null): Changes {
    const message = fieldsOf(line['message'])
    const model = clipped(textOf(message['model']), 200)
    // What the program says in the model's place, such as the error that ended a turn.
    if (model === '<synthetic>') return { ...NOTHING, entries: this.note(line, thread, plainText(message)) }
    const id = nameOf(message['id'], nameOf(line['uuid'], 'message'))
    const parts = partsOf(message['content'])
    for (const part of parts) if (isTool(part)) this.open.set(part.id, id)
    const usage = usageOf(message, { id, model, at: timeOf(line['timestamp']) })
    const entry = this.put({
      ...blank(line, thread),
      id,
      role: 'agent',
      parts,
      model: model === '' ? null : model,
    })
    return {
      entries: [entry],
      usage: usage && this.isNews(usage) ? usage : null,
      context: usage && thread === null ? fillOf(usage) : null,
    }
  }

  private user(line: Fields, thread: string | null): Entry[] {
    const { content } = fieldsOf(line['message'])
    const answered = resultsOf(content).flatMap((result) => this.answer(result, line))
    const parts = partsOf(content)
    if (parts.length === 0 || line['isMeta'] === true) return answered
    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
    if (isOwnWords(line, text)) return [...answered, ...this.note(line, thread, text)]
    return [
      ...answered,
      this.put({ ...blank(line, thread), role: 'person', parts: parts.map(withoutWrapping) }),
    ]
  }

  private answer(result: Fields, line: Fields): Entry[] {
    const tool = textOf(result['tool_use_id'])
    const entry = this.known.get(this.open.get(tool) ?? '')
    if (!entry) return []
    this.open.delete(tool)
    const diff = diffOf(line['toolUseResult'])
    const at = timeOf(line['timestamp'])
    const durationMs = at > entry.at ? at - entry.at : null
    const done = { output: outputOf(result), failed: result['is_error'] === true, durationMs }
    const parts = entry.parts.flatMap((part): Part[] =>
      isTool(part) && part.id === tool ? [{ ...part, ...done }, ...(diff ? [diff] : [])] : [part],
    )
    return [this.replace({ ...entry, parts })]
  }

  private system(line: Fields, thread: string | null): Entry[] {
    const isTold = line['subtype'] === 'compact_boundary' || line['subtype'] === 'api_error'
    return isTold ? this.note(line, thread, textOf(line['content']) || textOf(line['subtype'])) : []
  }

  private note(line: Fields, thread: string | null, text: string): Entry[] {
    if (text === '') return []
    return [this.put({ ...blank(line, thread), role: 'system', parts: [{ type: 'note', text }] })]
  }

  /** A message goes on where its id is known; the same block does not come twice. */
  private put(entry: Entry): Entry {
    const known = this.known.get(entry.id)
    if (!known) return this.replace(entry)
    const isNew = (part: Part) => !known.parts.some((old) => isSamePart(old, part))
    return this.replace({ ...known, parts: [...known.parts, ...entry.parts.filter(isNew)] })
  }

  private replace(entry: Entry): Entry {
    this.known.set(entry.id, entry)
    return entry
  }

  private isNews({ id, tokens }: Usage): boolean {
    const told = JSON.stringify(tokens)
    const isKnown = this.counted.get(id) === told
    this.counted.set(id, told)
    return !isKnown
  }
}

const isTool = (part: Part): part is ToolPart => part.type === 'tool'

// The program answers a tool later: what came since does not make it another one.
const isSamePart = (left: Part, right: Part): boolean =>
  isTool(left) && isTool(right) ? left.id === right.id : JSON.stringify(left) === JSON.stringify(right)

const nameOf = (value: unknown, otherwise: string): string => clipped(textOf(value), 200) || otherwise

const blank = (line: Fields, thread: string | null): Omit<Entry, 'role' | 'parts'> => ({
  id: nameOf(line['uuid'], `at-${textOf(line['timestamp'])}`),
  at: timeOf(line['timestamp']),
  thread,
  model: null,
})

/** Words in a person's place that no person wrote. */
function isOwnWords(line: Fields, text: string): boolean {
  const { kind } = fieldsOf(line['origin'])
  return (
    text.startsWith(INTERRUPTED) ||
    text.startsWith(NOTIFICATION) ||
    line['isCompactSummary'] === true ||
    (typeof kind === 'string' && kind !== 'human')
  )
}

const plainText = (message: Fields): string =>
  partsOf(message['content'])
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n')

function usageOf(message: Fields, call: { id: string; model: string; at: number }): Usage | null {
  const told = message['usage']
  if (!isFields(told)) return null
  const tokens = {
    input: countOf(told['input_tokens']),
    output: countOf(told['output_tokens']),
    cacheRead: countOf(told['cache_read_input_tokens']),
    cacheWrite: countOf(told['cache_creation_input_tokens']),
  }
  return { ...call, tokens, costUsd: null }
}

const fillOf = ({ tokens }: Usage): ContextFill => ({
  usedTokens: tokens.input + tokens.cacheRead + tokens.cacheWrite + tokens.output,
  limitTokens: null,
})
