// What OpenCode asks, as an ask of Tutti; and an answer as the call that OpenCode expects. Pure.
import type { Answer, Ask, Question } from '@tutti/core'
import { clipped, clippedInput, fieldsOf, listOf, textOf, type Fields } from '../foreign.ts'

/** What was asked. */
export interface Pending {
  id: string
  kind: 'permission' | 'question'
  ask: Ask
}

export interface Context {
  at: number
  onBehalfOf: string | null
}

/** A permission that is asked, from its event or the list of those that wait; null when it has no id. */
export function permissionIn(request: Fields, { at, onBehalfOf }: Context): Pending | null {
  const id = textOf(request['id'])
  if (id === '') return null
  const tool = clipped(textOf(request['permission']), 500)
  const metadata = fieldsOf(request['metadata'])
  const patterns = listOf(request['patterns']).map(textOf)
  const always = listOf(request['always']).map(textOf).join(', ')
  const title =
    textOf(metadata['command']) ||
    textOf(metadata['filepath']) ||
    textOf(metadata['url']) ||
    patterns.join(' ') ||
    tool
  const question: Question = {
    text: 'Allow it?',
    header: '',
    multiple: false,
    words: false,
    choices: [
      { key: 'once', label: 'Allow once', effect: 'allow', description: '' },
      { key: 'always', label: 'Allow always', effect: 'allow-always', description: clipped(always, 4000) },
      { key: 'reject', label: 'Reject', effect: 'deny', description: '' },
    ],
  }
  const ask: Ask = {
    ref: clipped(id, 500),
    kind: 'approval',
    title: clipped(title, 2000),
    tool,
    input: clippedInput(metadata),
    reason: clipped(textOf(metadata['description']), 10_000),
    questions: [question],
    at,
    onBehalfOf,
  }
  return { id, kind: 'permission', ask }
}

/** A question that is asked; null when there is none in it. */
export function questionIn(request: Fields, { at, onBehalfOf }: Context): Pending | null {
  const id = textOf(request['id'])
  const questions = listOf(request['questions']).slice(0, 20).map(fieldsOf).map(questionOf)
  if (id === '' || questions.length === 0) return null
  const title = clipped(questions[0]?.text ?? '', 2000)
  const ask: Ask = {
    ref: clipped(id, 500),
    kind: 'question',
    title,
    tool: null,
    input: null,
    reason: '',
    questions,
    at,
    onBehalfOf,
  }
  return { id, kind: 'question', ask }
}

function questionOf(told: Fields): Question {
  return {
    text: clipped(textOf(told['question']), 10_000),
    header: clipped(textOf(told['header']), 200),
    multiple: told['multiple'] === true,
    // Its own dialog has a line for words unless the question forbids it.
    words: told['custom'] !== false,
    choices: listOf(told['options'])
      .slice(0, 50)
      .map(fieldsOf)
      .map((option) => ({
        key: clipped(textOf(option['label']), 200),
        label: clipped(textOf(option['label']), 1000),
        effect: 'answer',
        description: clipped(textOf(option['description']), 4000),
      })),
  }
}

/** The call that gives the answer. Throws when the answer does not fit, with words for a person. */
export function callFor({ id, kind, ask }: Pending, answer: Answer): { path: string; body: Fields } {
  const path = `/${kind}/${encodeURIComponent(id)}`
  if (kind === 'permission') return { path: `${path}/reply`, body: permissionReply(answer) }
  if (answer.kind === 'deny') return { path: `${path}/reject`, body: {} }
  const words = answer.words === undefined ? [] : [answer.words]
  const chosen = answer.kind === 'choose' ? answer.choices : []
  const answers = ask.questions.map((_, index) => {
    // Words stand for the questions that no choice was made for; one question takes both.
    const picked = chosen[index] ?? []
    return picked.length === 0 || ask.questions.length === 1 ? [...picked, ...words] : picked
  })
  return { path: `${path}/reply`, body: { answers } }
}

function permissionReply(answer: Answer): Fields {
  // With words the agent goes on in their light; without, its turn ends.
  if (answer.kind === 'deny')
    return { reply: 'reject', ...(answer.reason === '' ? {} : { message: answer.reason }) }
  const key = answer.kind === 'choose' ? (answer.choices[0]?.[0] ?? '') : ''
  if (!['once', 'always', 'reject'].includes(key))
    throw new Error('A permission is answered by once, always or reject.')
  return { reply: key }
}
