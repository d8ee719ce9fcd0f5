// An ask that only the screen shows: after a restart of ours, or where a hook has given up. Answered by its number keys.
import { fault, type Answer, type Ask, type Choice, type Question } from '@tutti/core'
import { fieldsOf } from '../foreign.ts'
import type { KitMachine } from '../kit.ts'
import type { Asks } from './asks.ts'
import { askOf, QUESTION_TOOL } from './permission.ts'
import { dialogOn, dialogTextOn } from './screen.ts'
import type { ToolPart } from './transcript-lines.ts'
import type { Typing } from '../typing.ts'

interface Deps {
  machine: KitMachine
  asks: Asks
  /** What the transcript says is waiting for a result. */
  openTools(): readonly ToolPart[]
  typing: Typing
}

export interface ScreenAsks {
  /** Opens an ask for the dialog on the screen, if there is one. */
  look(): Promise<void>
  /** Answers the dialog on the screen for an ask that a hook told of: by the option that means the same. */
  answer(answer: Answer, ask: Ask): Promise<void>
}

// After a refusal the program returns to its prompt; the reason is given there.
const PROMPT_MS = 5000
const LOOK_MS = 50
// A key that comes in the first moment of a dialog is swallowed.
const TAKEN_MS = 1500
const MOST_PRESSES = 3

/** How the refs of these asks begin. */
export const SCREEN_REF = 'screen-'

export function createScreenAsks({ machine, asks, openTools, typing }: Deps): ScreenAsks {
  const { clock, terminal } = machine
  let count = 0

  async function look(): Promise<void> {
    const options = dialogOn(await terminal.screen())
    if (!options || asks.all().length > 0) return
    const ref = `${SCREEN_REF}${++count}-${clock.now()}`
    const ask = shownAsk(options, openTools()[0] ?? null, { ref, at: clock.now() })
    asks.open(ask, (answer) => give(answer, ask, options))
  }

  async function give(answer: Answer, ask: Ask, options: Choice[]): Promise<void> {
    const key = keyFor(answer, ask.questions[0])
    const there = dialogOn(await terminal.screen())
    if (JSON.stringify(there) !== JSON.stringify(options))
      throw fault('attention.stale', { receipt: 'stale', why: 'the dialog is gone from its screen' })
    await press(key)
    const reason = reasonIn(answer)
    if (reason !== '') await tell(reason)
  }

  /** Presses until the dialog gives way, and only while it is the very same one, with the same request. */
  async function press(key: string): Promise<void> {
    const shown = dialogTextOn(await terminal.screen())
    for (let presses = 0; presses < MOST_PRESSES; presses++) {
      await terminal.press(key)
      const deadline = clock.now() + TAKEN_MS
      while (clock.now() < deadline) {
        if (dialogTextOn(await terminal.screen()) !== shown) return
        await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
      }
    }
    throw fault('agent.busy', { name: 'The agent' })
  }

  async function tell(reason: string): Promise<void> {
    const deadline = clock.now() + PROMPT_MS
    while (!(await typing.isReady()) && clock.now() < deadline)
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
    await typing.send(reason)
  }

  async function answer(given: Answer, ask: Ask): Promise<void> {
    const options = dialogOn(await terminal.screen())
    if (!options) throw fault('attention.stale', { receipt: 'stale', why: 'no dialog is on its screen' })
    const effect = effectOf(given, ask.questions[0])
    const same = options.filter((option) => option.effect === effect)
    const [only] = same
    if (!only || (effect === 'allow-always' && same.length > 1))
      throw fault('attention.unfit', { problem: 'its dialog has no such option; choose in its terminal' })
    await press(only.key)
    const reason = reasonIn(given)
    if (reason !== '') await tell(reason)
  }

  return { look, answer }
}

function shownAsk(options: Choice[], tool: ToolPart | null, known: { ref: string; at: number }): Ask {
  if (!tool) return { ...askOf(NO_REQUEST, known), title: UNTOLD, tool: null, questions: [approval(options)] }
  const request = { ...NO_REQUEST, tool: tool.name, input: fieldsOf(tool.input) }
  const asked = askOf(request, known)
  const questions = tool.name === QUESTION_TOOL ? asked.questions.map(oneKey) : [approval(options)]
  return { ...asked, questions }
}

const NO_REQUEST = { tool: '', input: {}, suggestions: [], onBehalfOf: null }
const UNTOLD = 'A dialog in its terminal'

const approval = (choices: Choice[]): Question => ({
  text: 'Do you want to proceed?',
  header: '',
  choices,
  multiple: false,
  words: true,
})

/** Several questions or several choices need more keys than one: those are answered in the terminal. */
const oneKey = (question: Question, _: number, all: readonly Question[]): Question => ({
  ...question,
  choices: all.length === 1 && !question.multiple ? question.choices : [],
  words: false,
})

function effectOf(answer: Answer, question: Question | undefined): Choice['effect'] {
  if (answer.kind !== 'choose') return 'deny'
  const key = answer.choices[0]?.[0]
  return question?.choices.find((choice) => choice.key === key)?.effect ?? 'answer'
}

function keyFor(answer: Answer, question: Question | undefined): string {
  const choices = question?.choices ?? []
  const wanted =
    answer.kind === 'choose' ? answer.choices[0]?.[0] : choices.find(({ effect }) => effect === 'deny')?.key
  if (wanted !== undefined && choices.some(({ key }) => key === wanted)) return wanted
  // Esc refuses every dialog.
  if (answer.kind !== 'choose') return 'Escape'
  throw fault('attention.unfit', { problem: `the dialog in its terminal has no choice ${wanted ?? ''}` })
}

function reasonIn(answer: Answer): string {
  if (answer.kind === 'deny') return answer.reason
  return answer.words ?? ''
}
