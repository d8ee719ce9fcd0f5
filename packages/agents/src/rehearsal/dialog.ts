// The dialog of the rehearsal agent, as it stands on its screen: options with a number, which is also the key that takes it.
import type { Ask, Choice, Question } from '@tutti/core'
import { clipped } from '../foreign.ts'

const OPTION = /^\s*│?\s*(?:❯\s*)?(\d)\. (\S.*?)\s*│?\s*$/u
const OWN_WORDS = 'Something else: type it'
const EFFECTS: readonly (readonly [RegExp, Choice['effect']])[] = [
  [/^Yes, and /u, 'allow-always'],
  [/^Yes$/u, 'allow'],
  [/^No\b/u, 'deny'],
]

/** The options of the last dialog on the screen. */
export function optionsOn(screen: string): Choice[] {
  const found = screen.split('\n').flatMap((line): Choice[] => {
    const [, key, label] = OPTION.exec(line) ?? []
    if (key === undefined || label === undefined) return []
    return [{ key, label: clipped(label, 1000), effect: effectOf(label), description: '' }]
  })
  return found.slice(
    Math.max(
      0,
      found.findLastIndex(({ key }) => key === '1'),
    ),
  )
}

/** The key for words of one's own; null where the dialog takes none. */
export const wordsKey = (options: readonly Choice[]): string | null =>
  options.find(({ label }) => label === OWN_WORDS)?.key ?? null

/** The ask of a dialog. `detail` is the command or the question. */
export function askOf(dialog: {
  ref: string
  at: number
  isQuestion: boolean
  detail: string
  options: readonly Choice[]
}): Ask {
  const { ref, at, isQuestion, detail, options } = dialog
  const question: Question = {
    text: isQuestion ? detail : 'Do you want to proceed?',
    header: '',
    choices: options.filter(({ label }) => label !== OWN_WORDS),
    multiple: false,
    words: !isQuestion || wordsKey(options) !== null,
  }
  return {
    ref,
    at,
    kind: isQuestion ? 'question' : 'approval',
    title: detail,
    tool: isQuestion ? null : 'Bash',
    input: isQuestion ? null : { command: detail },
    reason: '',
    questions: [question],
    onBehalfOf: null,
  }
}

const effectOf = (label: string): Choice['effect'] =>
  EFFECTS.find(([pattern]) => pattern.test(label))?.[1] ?? 'answer'
