// What Claude Code asks of a person, and the answers in its own words. Pure; all text in a request is foreign.
import { fault, type Answer, type Ask, type Choice, type Question } from '@tutti/core'
import { clipped, clippedInput, fieldsOf, isFields, listOf, textOf, type Fields } from '../foreign.ts'

export const QUESTION_TOOL = 'AskUserQuestion'

export interface Request {
  tool: string
  input: Fields
  /** Rules that the program offers to keep, as it wants them back. */
  suggestions: readonly unknown[]
  /** The sub-agent that asks; null for the main one. */
  onBehalfOf: string | null
}

/** Reads the body of the PermissionRequest hook. Never throws. */
export function requestOf(payload: unknown): Request {
  const { tool_name, tool_input, permission_suggestions, agent_type, agent_id } = fieldsOf(payload)
  const behalf = textOf(agent_type) || textOf(agent_id)
  return {
    tool: clipped(textOf(tool_name), 500),
    input: fieldsOf(tool_input),
    suggestions: listOf(permission_suggestions).slice(0, MOST_SUGGESTIONS),
    onBehalfOf: behalf === '' ? null : clipped(behalf, 500),
  }
}

/** The ask that a request is for people. */
export function askOf(request: Request, { ref, at }: { ref: string; at: number }): Ask {
  const { tool, input, onBehalfOf } = request
  const base = { ref, at, onBehalfOf }
  if (tool === QUESTION_TOOL) {
    const questions = questionsOf(input)
    const title = clipped(questions[0]?.text ?? 'A question', 2000)
    return { ...base, kind: 'question', title, tool: null, input: null, reason: '', questions }
  }
  return {
    ...base,
    kind: 'approval',
    title: titleOf(tool, input),
    tool,
    input: clippedInput(input),
    reason: clipped(textOf(input['description']), 10_000),
    questions: [
      {
        text: 'Do you want to proceed?',
        header: '',
        choices: choicesOf(request),
        multiple: false,
        words: true,
      },
    ],
  }
}

/** The answer as the hook's body. Throws attention.unfit where the answer is none of this request's. */
export function decisionOf(request: Request, answer: Answer): Fields {
  return {
    hookSpecificOutput: {
      hookEventName: 'PermissionRequest',
      decision: request.tool === QUESTION_TOOL ? replyTo(request, answer) : verdictOn(request, answer),
    },
  }
}

// The contract of an ask: at most so many, the program offers two or three.
const MOST_SUGGESTIONS = 20
const ALLOW: Choice = { key: 'allow', label: 'Yes', effect: 'allow', description: '' }
const DENY: Choice = { key: 'deny', label: 'No', effect: 'deny', description: '' }

const choicesOf = ({ suggestions }: Request): Choice[] => [
  ALLOW,
  ...suggestions.map((suggestion, index): Choice => ({
    key: `allow-always-${index}`,
    label: clipped(`Yes, and ${described(fieldsOf(suggestion))}`, 1000),
    effect: 'allow-always',
    description: '',
  })),
  DENY,
]

function described(suggestion: Fields): string {
  const { type, mode, directories, rules } = suggestion
  if (type === 'setMode' && mode === 'acceptEdits') return 'accept edits for this session'
  if (type === 'setMode') return `switch to the mode ${textOf(mode)}`
  if (type === 'addDirectories') return `allow access to ${listOf(directories).map(textOf).join(', ')}`
  if (type === 'addRules') return `always allow ${listOf(rules).map(ruleText).join(', ')}`
  return `keep the rule ${JSON.stringify(suggestion)}`
}

function ruleText(rule: unknown): string {
  const { toolName, ruleContent } = fieldsOf(rule)
  const content = textOf(ruleContent)
  return content === '' ? textOf(toolName) : `${textOf(toolName)}(${content})`
}

function verdictOn(request: Request, answer: Answer): Fields {
  if (answer.kind === 'deny') return denial(answer.reason)
  if (answer.kind === 'words') return denial(answer.words)
  const key = answer.choices[0]?.[0] ?? ''
  if (key === DENY.key) return denial(answer.words ?? '')
  if (key === ALLOW.key) return { behavior: 'allow' }
  const index = choicesOf(request).findIndex((choice) => choice.key === key)
  if (index < 0) throw fault('attention.unfit', { problem: `there is no choice ${key}` })
  return { behavior: 'allow', updatedPermissions: [request.suggestions[index - 1]] }
}

const denial = (reason: string): Fields => ({
  behavior: 'deny',
  message: reason === '' ? 'The user refused this.' : reason,
})

function replyTo(request: Request, answer: Answer): Fields {
  if (answer.kind === 'deny') return denial(answer.reason)
  const asked = questionsOf(request.input)
  const answers = asked.map((question, index) => [question.text, reply(question, answer, index)] as const)
  return {
    behavior: 'allow',
    updatedInput: { ...request.input, answers: Object.fromEntries(answers) },
  }
}

function reply(question: Question, answer: Exclude<Answer, { kind: 'deny' }>, index: number): string {
  if (answer.kind === 'words') return answer.words
  const keys = answer.choices[index] ?? []
  const labels = keys.map((key) => question.choices.find((choice) => choice.key === key)?.label)
  if (labels.includes(undefined)) {
    throw fault('attention.unfit', { problem: `"${question.text}" has no such choice: ${keys.join(', ')}` })
  }
  // The program's own picker writes several choices in this manner.
  const chosen = labels.join(', ')
  if (chosen !== '') return chosen
  if (answer.words !== undefined) return answer.words
  throw fault('attention.unfit', { problem: `"${question.text}" is not answered` })
}

const questionsOf = (input: Fields): Question[] =>
  listOf(input['questions'])
    .filter(isFields)
    .slice(0, 20)
    .map((question) => ({
      text: clipped(textOf(question['question']), 10_000),
      header: clipped(textOf(question['header']), 200),
      choices: listOf(question['options'])
        .filter(isFields)
        .slice(0, 50)
        .map(({ label, description }, index) => ({
          key: String(index + 1),
          label: clipped(textOf(label), 1000),
          effect: 'answer' as const,
          description: clipped(textOf(description), 4000),
        })),
      multiple: question['multiSelect'] === true,
      words: true,
    }))

// What a person wants to see first of a tool's input.
const TELLING = [
  'command',
  'file_path',
  'notebook_path',
  'path',
  'url',
  'query',
  'pattern',
  'plan',
  'description',
]

function titleOf(tool: string, input: Fields): string {
  const telling = TELLING.map((name) => textOf(input[name])).find((text) => text !== '')
  return clipped(telling ?? tool, 2000)
}
