// The blocks of a message as Claude Code writes them down, as parts of an entry. All text is foreign and stays text.
import type { Part } from '@tutti/core'
import { clipped, clippedInput, fieldsOf, isFields, listOf, textOf, type Fields } from '../foreign.ts'
import { wholeFile } from '../whole-file.ts'

// Long enough for any reading in a chat; the file on the disk keeps the rest.
const LONGEST_TEXT = 200_000
const LONGEST_OUTPUT = 50_000
// 5 MB of base64, as the transcript's contract says.
const LARGEST_IMAGE = 5 * 1024 * 1024

/** The parts of a message's content, which is a text or a list of blocks. Results of tools are no parts of their own. */
export function partsOf(content: unknown): Part[] {
  if (typeof content === 'string') return textPart(content)
  return listOf(content).flatMap((block) => (isFields(block) ? partOf(block) : []))
}

/** The results of tools in a message's content. */
export const resultsOf = (content: unknown): Fields[] =>
  listOf(content)
    .filter(isFields)
    .filter((block) => block['type'] === 'tool_result')

/** What a tool has answered, as text. */
export function outputOf(result: Fields): string {
  const { content } = result
  if (typeof content === 'string') return clipped(content, LONGEST_OUTPUT)
  const texts = listOf(content).map((block) => {
    const { type, text } = fieldsOf(block)
    return type === 'image' ? '[image]' : textOf(text)
  })
  return clipped(texts.join('\n'), LONGEST_OUTPUT)
}

/** The change that a tool has made to a file; null where it made none. */
export function diffOf(toolUseResult: unknown): Extract<Part, { type: 'diff' }> | null {
  const { filePath, structuredPatch, type, content } = fieldsOf(toolUseResult)
  const path = clipped(textOf(filePath), 4096)
  if (path === '') return null
  const hunks = listOf(structuredPatch).filter(isFields).map(hunkOf)
  const diff =
    hunks.length === 0 && type === 'create' ? wholeFile(textOf(content), 'added') : hunks.join('\n')
  return diff === '' ? null : { type: 'diff', path, diff: clipped(diff, LONGEST_OUTPUT) }
}

const OPENING = '<pasted_content id="'
const CLOSING = '</pasted_content'

/** The program wraps long pastes; the words in them are the person's all the same. Linear, whatever the text. */
export function withoutWrapping(part: Part): Part {
  if (part.type !== 'text' || !part.text.includes(OPENING)) return part
  const { text } = part
  let words = ''
  let at = 0
  for (;;) {
    const open = text.indexOf(OPENING, at)
    const start = open < 0 ? -1 : text.indexOf('>', open)
    const close = start < 0 ? -1 : text.indexOf(CLOSING, start)
    const end = close < 0 ? -1 : text.indexOf('>', close)
    if (end < 0) return { ...part, text: (words + text.slice(at)).trim() }
    words +=
      text.slice(at, open) +
      text
        .slice(start + 1, close)
        .replace(/^\n/, '')
        .replace(/\n$/, '')
    at = end + 1
  }
}

function partOf(block: Fields): Part[] {
  switch (block['type']) {
    case 'text':
      return textPart(textOf(block['text']))
    case 'thinking':
      return thinkingPart(textOf(block['thinking']))
    case 'image':
      return [imagePart(fieldsOf(block['source']))]
    case 'tool_use':
    case 'server_tool_use':
      return [toolPart(block)]
    default:
      return []
  }
}

const textPart = (text: string): Part[] =>
  text === '' ? [] : [{ type: 'text', text: clipped(text, LONGEST_TEXT) }]

const thinkingPart = (text: string): Part[] =>
  text === '' ? [] : [{ type: 'thinking', text: clipped(text, LONGEST_TEXT) }]

const toolPart = (block: Fields): Part => ({
  type: 'tool',
  id: clipped(textOf(block['id']), 200),
  name: clipped(textOf(block['name']), 500),
  input: clippedInput(block['input']),
  output: null,
  failed: false,
  durationMs: null,
})

function imagePart(source: Fields): Part {
  const data = textOf(source['data'])
  const isKept = source['type'] === 'base64' && data !== '' && data.length <= LARGEST_IMAGE
  return { type: 'image', media: clipped(textOf(source['media_type']), 100), data: isKept ? data : null }
}

function hunkOf(hunk: Fields): string {
  const lines = listOf(hunk['lines']).map(textOf)
  const { oldStart, oldLines, newStart, newLines } = hunk
  return [`@@ -${at(oldStart)},${at(oldLines)} +${at(newStart)},${at(newLines)} @@`, ...lines].join('\n')
}

const at = (value: unknown): number => (typeof value === 'number' ? value : 0)
