// Whether an answer fits what is asked, before anything is sent to a program; without schemas, so that a browser may load it alone.
import type { Answer, Ask, Question } from './ask.ts'

type Asked = Pick<Ask, 'kind' | 'questions'>

/** Why the answer does not fit, for people; null where it does. */
export function answerProblem(ask: Asked, answer: Answer): string | null {
  if (answer.kind === 'deny') return waits(ask) ? null : 'there is nothing to refuse'
  if (answer.kind === 'words') return takesWords(ask) ? null : 'it takes one of the choices, not words'
  return choicesProblem(ask, answer)
}

/** Whether the agent stands still until somebody answers. */
export const waits = (ask: Pick<Ask, 'kind'>): boolean => ask.kind === 'approval' || ask.kind === 'question'

// Words to an approval refuse it and say what to do instead; words to an agent that is done go on with it.
const takesWords = ({ kind, questions }: Asked): boolean =>
  kind !== 'question' || questions.some((question) => question.words)

function choicesProblem({ questions }: Asked, answer: Extract<Answer, { kind: 'choose' }>): string | null {
  if (answer.choices.length !== questions.length) {
    return `${questions.length} questions are asked, and ${answer.choices.length} were answered`
  }
  for (const [index, question] of questions.entries()) {
    const problem = takenProblem(question, answer.choices[index] ?? [], answer.words !== undefined)
    if (problem !== null) return problem
  }
  return null
}

function takenProblem(question: Question, keys: readonly string[], hasWords: boolean): string | null {
  const known = new Set(question.choices.map((choice) => choice.key))
  const foreign = keys.find((key) => !known.has(key))
  if (foreign !== undefined) return `no choice has the key ${foreign}`
  if (new Set(keys).size !== keys.length) return 'a choice was taken twice'
  if (keys.length > 1 && !question.multiple) return 'only one choice can be taken'
  const none = keys.length === 0 && !question.multiple && !(question.words && hasWords)
  return none ? 'a choice is missing' : null
}

/** The answer as programs take it: words to an approval are a refusal with its reason. */
export const asProgramTakesIt = (ask: Asked, answer: Answer): Answer =>
  ask.kind === 'approval' && answer.kind === 'words' ? { kind: 'deny', reason: answer.words } : answer
