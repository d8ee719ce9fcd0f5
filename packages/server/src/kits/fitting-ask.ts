// Cuts what a program asks to the size that a queue can hold: what is foreign is shown, however it looks, and never trusted.
import { Ask, type Choice, type CutInput, type Question } from '@tutti/core'

const INPUT_LENGTH = 64_000

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text

/** The ask within its limits; null for one that is none. */
export function fittingAsk(ask: Ask): Ask | null {
  const fitted = {
    ...ask,
    title: cut(ask.title, 2000),
    tool: ask.tool === null ? null : cut(ask.tool, 500),
    input: fittingInput(ask.input),
    reason: cut(ask.reason, 10_000),
    onBehalfOf: ask.onBehalfOf === null ? null : cut(ask.onBehalfOf, 500),
    questions: ask.questions.slice(0, 20).map(fittingQuestion),
  }
  const parsed = Ask.safeParse(fitted)
  return parsed.success ? parsed.data : null
}

const fittingQuestion = ({ text, header, choices, multiple, words }: Question): Question => ({
  text: cut(text, 10_000),
  header: cut(header, 200),
  choices: choices.slice(0, 50).map(fittingChoice),
  multiple,
  words,
})

const fittingChoice = ({ key, label, effect, description }: Choice): Choice => ({
  key,
  label: cut(label, 1000),
  effect,
  description: cut(description, 4000),
})

/** Long inputs keep their beginning as text, and say that they were cut. */
function fittingInput(input: unknown): unknown {
  const text = JSON.stringify(input ?? null)
  if (text.length <= INPUT_LENGTH) return input ?? null
  const beginning: CutInput = { cut: text.slice(0, INPUT_LENGTH / 2) }
  return beginning
}
