// Reads what Qwen Code tells to its event file: what it asks, what was answered, and how a turn went.
import type { Ask, Question } from '@tutti/core'
import { clipped, clippedInput, fieldsOf, listOf, parsed, textOf, type Fields } from '../foreign.ts'

export interface Requested {
  id: string
  kind: 'approval' | 'question'
  draft: Omit<Ask, 'at'>
}

export type QwenEvent =
  | { type: 'asked'; request: Requested }
  | { type: 'answered'; id: string }
  | { type: 'prompted' }
  | { type: 'said'; text: string; failure: string | null }
  | { type: 'other' }

const OTHER: QwenEvent = { type: 'other' }

/** What a line says; whatever is not known is `other`. Never throws. */
export function eventIn(line: string): QwenEvent {
  // A process that ends may still write at its old place in the file of the next one: what lies before is zeros.
  const told = fieldsOf(parsed(line.replace(/^\0+/, '')))
  switch (told['type']) {
    case 'control_request':
      return askedIn(told)
    case 'control_response': {
      const id = textOf(fieldsOf(told['response'])['request_id'])
      return id === '' ? OTHER : { type: 'answered', id }
    }
    case 'user': {
      const parts = partsOf(told)
      return parts.some((part) => part['type'] === 'text') ? { type: 'prompted' } : OTHER
    }
    case 'assistant':
      return saidIn(told)
    default:
      return OTHER
  }
}

function saidIn(told: Fields): QwenEvent {
  const text = partsOf(told)
    .map((part) => textOf(part['text']))
    .join('')
  const failure = /^\[API Error: (.*)\]$/s.exec(text)?.[1] ?? null
  return {
    type: 'said',
    text: clipped(text, 20_000),
    failure: failure === null ? null : clipped(failure, 1500),
  }
}

function askedIn(told: Fields): QwenEvent {
  const id = textOf(told['request_id'])
  const request = fieldsOf(told['request'])
  if (id === '' || request['subtype'] !== 'can_use_tool') return OTHER
  const input = fieldsOf(request['input'])
  const tool = clipped(textOf(request['tool_name']), 500)
  const isQuestion = tool === 'ask_user_question'
  const questions = listOf(input['questions']).slice(0, 20).map(fieldsOf).map(questionOf)
  if (isQuestion && questions.length === 0) return OTHER
  const common = {
    ref: clipped(id, 500),
    reason: clipped(textOf(input['description']), 10_000),
    onBehalfOf: null,
  }
  const draft: Requested['draft'] = isQuestion
    ? {
        ...common,
        kind: 'question',
        title: clipped(questions[0]?.text ?? '', 2000),
        tool: null,
        input: null,
        questions,
      }
    : {
        ...common,
        kind: 'approval',
        title: aboutOf(input, tool),
        tool,
        input: clippedInput(input),
        questions: [ALLOW],
      }
  return { type: 'asked', request: { id, kind: isQuestion ? 'question' : 'approval', draft } }
}

function aboutOf(input: Fields, tool: string): string {
  const words = [input['command'], input['file_path'], input['url']].map(textOf)
  return clipped(words.find((word) => word !== '') ?? tool, 2000)
}

const ALLOW: Question = {
  text: 'Allow it?',
  header: '',
  multiple: false,
  words: false,
  choices: [
    { key: 'allow', label: 'Yes, allow once', effect: 'allow', description: '' },
    { key: 'deny', label: 'No', effect: 'deny', description: '' },
  ],
}

function questionOf(told: Fields): Question {
  return {
    text: clipped(textOf(told['question']), 10_000),
    header: clipped(textOf(told['header']), 200),
    multiple: false,
    words: false,
    choices: listOf(told['options'])
      .slice(0, 9)
      .map(fieldsOf)
      .map((option, at) => ({
        // Its dialog numbers them from one.
        key: String(at + 1),
        label: clipped(textOf(option['label']), 1000),
        effect: 'answer',
        description: clipped(textOf(option['description']), 4000),
      })),
  }
}

function partsOf(told: Fields): Fields[] {
  return listOf(fieldsOf(told['message'])['content']).map(fieldsOf)
}
